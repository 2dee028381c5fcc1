"""Errors as RFC 9457 problem details; they never hold any of the input."""

import http
import logging
import traceback
from collections.abc import Callable

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model import errors

log = logging.getLogger("topicdesk")

MEDIA_TYPE = "application/problem+json"
MAX_DETAIL = 1500
STATUS = {
    errors.TooLargeError: 413,
    errors.InvalidInputError: 422,
    errors.UnauthorizedError: 401,
    errors.ForbiddenError: 403,
    errors.RateLimitedError: 429,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.ModelError: 503,
    errors.DatabaseError: 503,
    errors.TopicdeskError: 500,
}


HEADERS = {401: {"www-authenticate": 'Bearer realm="topicdesk"'}, 503: {"retry-after": "1"}}


class Problem(msgspec.Struct, frozen=True):
    """The body of an error response."""

    type: str
    title: str
    status: int
    detail: str


def describe(error: errors.TopicdeskError) -> Problem:
    """Return an expected error as a problem."""
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    detail = str(error)[:MAX_DETAIL]
    while len(msgspec.json.encode(detail)) > 2 * MAX_DETAIL:  # what is escaped takes six bytes a character
        detail = detail[: len(detail) // 2]
    return Problem(f"urn:topicdesk:problem:{error.code}", error.title, status, detail)


def respond(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """Return a problem as a response."""
    return Response(msgspec.json.encode(problem), problem.status, headers, MEDIA_TYPE)


async def on_expected(_request: Request, error: Exception) -> Response:
    """Answer an error of the project's own tree."""
    assert isinstance(error, errors.TopicdeskError)
    problem = describe(error)
    return respond(problem, HEADERS.get(problem.status))


def refused(error: HTTPException) -> Problem:
    """Return what the framework refuses as a problem: no such route, no such method."""
    return Problem("about:blank", http.HTTPStatus(error.status_code).phrase, error.status_code, error.detail)


async def on_http(_request: Request, error: Exception) -> Response:
    """Answer what the framework refuses."""
    assert isinstance(error, HTTPException)
    return respond(refused(error), dict(error.headers or {}))


async def on_parameter(_request: Request, error: Exception) -> Response:
    """Answer a query parameter of the wrong kind."""
    assert isinstance(error, RequestValidationError)
    faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    return respond(describe(errors.InvalidInputError("; ".join(faults))))


class CatchBugs:
    """Answer what nobody foresaw, telling the client nothing of it.

    The log gets the kind of error and its place, not its text, which may hold the article's. An exception handler
    would not do: Starlette raises again after it, and the server logs the whole.
    """

    def __init__(self, app: ASGIApp, answer: Callable[[Request, Problem], Response] | None = None) -> None:
        self.app = app
        self.answer = answer or (lambda _request, problem: respond(problem))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and answer 500 if nothing came of it."""
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except ClientDisconnect:
            return
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("unexpected %s in %s, line %s", type(error).__name__, place.filename, place.lineno)
            if scope["type"] != "http" or started:
                raise RuntimeError("a response was cut short by an unexpected error") from None
            phrase = http.HTTPStatus.INTERNAL_SERVER_ERROR.phrase
            problem = Problem("about:blank", phrase, 500, "The server met an error that is not the request's fault.")
            await self.answer(Request(scope), problem)(scope, receive, send)
