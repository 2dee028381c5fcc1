"""All pages of the desk on one screen."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.desk.pages import demo, start, stories
from service.desk.rendering import HERE

ROUTES: list[BaseRoute] = [
    Route("/", start.overview, name="start"),
    Route("/me", start.sign, methods=["POST"], name="sign"),
    Route("/demo/load", demo.load, methods=["POST"], name="demo"),
    Route("/demo/remove", demo.remove, methods=["POST"], name="undemo"),
    Route("/stories", stories.listed, name="stories"),
    Route("/stories/{id}", stories.one, name="story"),
    Route("/stories/{id}/merge", stories.merge, methods=["POST"], name="merge"),
    Route("/stories/{id}/split", stories.split, methods=["POST"], name="split"),
    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
]
