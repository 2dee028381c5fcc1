"""All pages of the desk on one screen."""

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from service.desk.doors import ADMIN, LABEL, READ, Page
from service.desk.pages import demo, door, start, stories, themes
from service.desk.rendering import HERE

# path, what answers, name, what a key must allow, methods other than GET
ROUTES: list[BaseRoute] = [
    Page("/", start.overview, "start", READ),
    Page("/me", start.sign, "sign", LABEL, "POST"),
    Page("/login", door.login, "login", None, "GET", "POST"),
    Page("/logout", door.logout, "logout", None, "POST"),
    Page("/demo/load", demo.load, "demo", ADMIN, "POST"),
    Page("/demo/remove", demo.remove, "undemo", ADMIN, "POST"),
    Page("/stories", stories.listed, "stories", READ),
    Page("/stories/{id}", stories.one, "story", READ),
    Page("/stories/{id}/merge", stories.merge, "merge", LABEL, "POST"),
    Page("/stories/{id}/split", stories.split, "split", LABEL, "POST"),
    Page("/themes", themes.shown, "themes", READ),
    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
]
