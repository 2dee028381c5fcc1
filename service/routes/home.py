"""The way from the address somebody types to the desk."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

DESK = "/desk"


async def home(request: Request) -> Response:
    """Lead to the desk."""
    return RedirectResponse(request.scope.get("root_path", "") + DESK + "/")
