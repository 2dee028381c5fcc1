"""Whether a browser asks for a change on behalf of another site's page."""

from starlette.datastructures import Headers

from model.errors import ForbiddenError

SAFE = {"GET", "HEAD", "OPTIONS"}


def check_origin(method: str, headers: Headers) -> None:
    """Raise `ForbiddenError` where a browser sends a change from another site's page.

    Browsers say where a request comes from in `Sec-Fetch-Site` (W3C Fetch Metadata), older ones in `Origin`; programs
    say neither, and nobody can make them act unknowingly.
    """
    if method in SAFE:
        return
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        foreign = site not in {"same-origin", "none"}
    else:
        foreign = origin is not None and origin.partition("://")[2] != headers.get("host")
    if foreign:
        raise ForbiddenError("the request comes from another site's page")
