"""HTTP for drift."""

from starlette.requests import Request
from starlette.responses import Response

from service.handlers import drift as handler
from service.routes.requests import answer, database


def report(request: Request, weeks: int = handler.WEEKS, source: str | None = None) -> Response:
    """Tell what has changed lately, in figures and in words."""
    return answer(handler.report(database(request), weeks, source))
