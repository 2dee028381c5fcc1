"""What the desk's pages read from requests, and how they answer a form."""

import base64
import contextlib
from urllib.parse import urlencode

from starlette.datastructures import FormData, Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model.errors import InvalidInputError, TooLargeError
from service.access.gate import CALLER

SAID, ANALYST = "topicdesk_said", "topicdesk_analyst"
MAX_FIELDS = 5000
NOBODY = "desk"


def link(request: Request, name: str, /, *, query: dict[str, object] | None = None, **params: str) -> str:
    """Return the path of a page, whatever the desk stands below; empty values of the query are left out."""
    path = str(request.app.url_path_for(name, **params))
    asked = {key: value for key, value in (query or {}).items() if value not in (None, "", [])}
    root: str = request.scope.get("root_path", "")
    return root + path + ("?" + urlencode(asked, doseq=True) if asked else "")


def redirect(
    request: Request, name: str, said: str = "", /, *, query: dict[str, object] | None = None, **params: str
) -> Response:
    """Answer a form: lead to a page, which shows once what was done."""
    response = RedirectResponse(link(request, name, query=query, **params), 303)
    if said:
        say(response, said)
    return response


def say(response: Response, said: str) -> None:
    """Have the next page show a sentence once."""
    value = base64.urlsafe_b64encode(said[:500].encode()).decode()
    response.set_cookie(SAID, value, max_age=60, httponly=True, samesite="strict")


def said(request: Request) -> str:
    """Return what the page before had to say."""
    with contextlib.suppress(ValueError):
        return base64.urlsafe_b64decode(request.cookies.get(SAID, "")).decode()
    return ""


def analyst(request: Request) -> str:
    """Return the name that labels are signed with: the key's where keys are asked for."""
    caller = request.scope.get(CALLER)
    if caller is not None and caller.key is not None:
        return str(caller.name)
    with contextlib.suppress(ValueError):
        name = base64.urlsafe_b64decode(request.cookies.get(ANALYST, "")).decode().strip()
        if name and name.isprintable():
            return name[:200]
    return NOBODY


def set_analyst(response: Response, name: str) -> None:
    """Remember the name that labels are signed with, for a year in this browser."""
    value = base64.urlsafe_b64encode(name.strip().encode()).decode()
    response.set_cookie(ANALYST, value, max_age=31_536_000, httponly=True, samesite="strict")


async def form(request: Request) -> FormData:
    """Return the fields of a form. Raises `InvalidInputError` where there is none."""
    from starlette.exceptions import HTTPException

    try:
        return await request.form(max_fields=MAX_FIELDS, max_files=20, max_part_size=MAX_PART)
    except HTTPException as error:
        raise InvalidInputError(f"the form cannot be read: {error.detail}") from None


MAX_PART = 20_000_000


def field(data: FormData, name: str, default: str = "") -> str:
    """Return a text field of a form."""
    value = data.get(name, default)
    if not isinstance(value, str):
        raise InvalidInputError(f"`{name}` is no text")
    return value


class BodyLimit:
    """Refuses a body past a limit before it is read on."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on whose body counts what it lets through."""
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.limit:
                raise TooLargeError(f"what was sent is larger than {self.limit} bytes")
            return message

        told = Headers(scope=scope).get("content-length", "0") if scope["type"] == "http" else "0"
        if told.isdecimal() and int(told) > self.limit:
            size = self.limit
        await self.app(scope, counted, send)
