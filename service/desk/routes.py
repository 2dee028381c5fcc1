"""All pages of the desk on one screen."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.desk.pages import start
from service.desk.rendering import HERE

ROUTES: list[BaseRoute] = [
    Route("/", start.overview, name="start"),
    Route("/me", start.sign, methods=["POST"], name="sign"),
    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
]
