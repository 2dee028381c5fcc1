"""The desk as an application below the API's, with errors told as pages."""

from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from model.errors import TopicdeskError, UnauthorizedError
from service import problems
from service.desk import guard, rendering, requests, routes


def create(state: State) -> Starlette:
    """Return the desk; `state` is that of the application it belongs to."""
    desk = Starlette(
        routes=routes.ROUTES,
        middleware=[
            Middleware(guard.SecurityHeaders),
            Middleware(problems.CatchBugs, answer=rendering.problem),
            Middleware(requests.BodyLimit, limit=state.settings.max_upload_bytes),
        ],
        exception_handlers={TopicdeskError: _on_expected, HTTPException: _on_http},
    )
    desk.state = state
    return desk


async def _on_expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, TopicdeskError)
    if isinstance(error, UnauthorizedError):
        here = request.url.path.removeprefix(request.scope.get("root_path", "")) if request.method == "GET" else ""
        return requests.redirect(request, "login", query={"to": here + ("?" + request.url.query if here else "")})
    return rendering.problem(request, problems.describe(error))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return rendering.problem(request, problems.refused(error))
