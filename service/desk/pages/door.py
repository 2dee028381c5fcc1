"""Opening a session of the desk with a key, and closing it."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.access import session
from service.access.keyring import Keyring
from service.desk import requests
from service.desk.rendering import page

START = "/"


async def login(request: Request) -> Response:
    """Ask for a key; a good one opens a session and leads to where somebody wanted to go."""
    keyring: Keyring | None = request.app.state.keyring
    if keyring is None:
        return requests.redirect(request, "start")
    wanted = _inside(request.query_params.get("to", START))
    if request.method != "POST":
        return page(request, "login.html.j2", wanted=wanted, wrong=False)
    given = requests.field(await requests.form(request), "key")
    caller = await keyring.by_new_token(given)
    if caller is None:
        return page(request, "login.html.j2", 401, wanted=wanted, wrong=True)
    response = RedirectResponse(request.scope.get("root_path", "") + wanted, 303)
    response.set_cookie(
        session.COOKIE, keyring.open_session(caller), max_age=session.SECONDS, httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


async def logout(request: Request) -> Response:
    """Close the session in this browser."""
    response = requests.redirect(request, "login")
    response.delete_cookie(session.COOKIE, httponly=True, samesite="strict")
    return response


def _inside(path: str) -> str:
    """Return a path of the desk; what leads elsewhere is none."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else START
