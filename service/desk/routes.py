"""All pages of the desk on one screen."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.desk.pages import start, try_it
from service.desk.rendering import HERE

ROUTES: list[BaseRoute] = [
    Route("/", start.overview, name="start"),
    Route("/me", start.sign, methods=["POST"], name="sign"),
    Route("/try", try_it.show, name="try"),
    Route("/try", try_it.attempt, methods=["POST"], name="try_attempt"),
    Route("/try/keep", try_it.keep, methods=["POST"], name="try_keep"),
    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
]
