"""HTTP for model versions."""

from starlette.requests import Request
from starlette.responses import Response

from model.errors import NoModelError, NotFoundError
from service.handlers import models as handler
from service.routes.requests import answer, database, engine, settings


def every(request: Request) -> Response:
    """List the model versions."""
    return answer(handler.every(settings(request)))


def current(request: Request) -> Response:
    """Return the version that serves."""
    return answer(handler.one(settings(request), "current"))


def activate(request: Request, id: str) -> Response:  # noqa: A002  # its name in the path
    """Make a version the current one."""
    try:
        return answer(handler.activate(settings(request), engine(request), database(request), id))
    except NoModelError as error:  # here the client named it: the service has not failed
        raise NotFoundError(str(error)) from None


def rollback(request: Request) -> Response:
    """Go back to the version before."""
    try:
        return answer(handler.rollback(settings(request), engine(request), database(request)))
    except NoModelError as error:
        raise NotFoundError(str(error)) from None
