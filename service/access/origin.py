"""Whether a browser asks for a change on behalf of another site's page."""

from model.errors import ForbiddenError

SAFE = {"GET", "HEAD", "OPTIONS"}


def check_origin(site: str | None, origin: str | None, host: str | None) -> None:
    """Raise `ForbiddenError` where a browser sends a change from another site's page, by three headers.

    Browsers say where a request comes from in `Sec-Fetch-Site` (W3C Fetch Metadata), older ones in `Origin`; programs
    say neither, and nobody can make them act unknowingly.
    """
    if site is not None:
        foreign = site not in {"same-origin", "none"}
    else:
        foreign = origin is not None and origin.partition("://")[2] != host
    if foreign:
        raise ForbiddenError("the request comes from another site's page")
