"""All pages of the desk on one screen."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.desk.pages import demo, feeds, start, stories
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
    Route("/feeds", feeds.listed, name="feeds"),
    Route("/feeds/add", feeds.add, methods=["POST"], name="add-feed"),
    Route("/feeds/list", feeds.add_list, methods=["POST"], name="add-feeds"),
    Route("/feeds/export", feeds.export, name="export-feeds"),
    Route("/feeds/{id}/poll", feeds.poll, methods=["POST"], name="poll-feed"),
    Route("/feeds/{id}/remove", feeds.remove, methods=["POST"], name="remove-feed"),
    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
]
