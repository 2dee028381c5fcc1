"""All pages of the desk on one screen."""

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from service.desk.doors import ADMIN, LABEL, READ, Page
from service.desk.pages import article, demo, door, inbox, review, start, stories, themes
from service.desk.rendering import HERE

# path, what answers, name, what a key must allow, methods other than GET
ROUTES: list[BaseRoute] = [
    Page("/", start.overview, "start", READ),
    Page("/me", start.sign, "sign", LABEL, "POST"),
    Page("/login", door.login, "login", None, "GET", "POST"),
    Page("/logout", door.logout, "logout", None, "POST"),
    Page("/demo/load", demo.load, "demo", ADMIN, "POST"),
    Page("/demo/remove", demo.remove, "undemo", ADMIN, "POST"),
    Page("/inbox", inbox.inbox, "inbox", READ),
    Page("/inbox/export.{form}", inbox.export, "export", READ),
    Page("/inbox/chosen.{form}", inbox.export_chosen, "export_chosen", READ, "POST"),
    Page("/inbox/confirm/{doing}", inbox.confirm, "confirm_many", LABEL, "POST"),
    Page("/inbox/label", inbox.label, "label_many", LABEL, "POST"),
    Page("/inbox/delete", inbox.delete, "delete_many", ADMIN, "POST"),
    Page("/articles/{id:path}", article.article, "article", READ),
    Page("/label", article.give, "give", LABEL, "POST"),
    Page("/label/taken-back", article.take_back, "untake", LABEL, "POST"),
    Page("/review", review.review, "review", READ),
    Page("/review/label", review.give, "judge", LABEL, "POST"),
    Page("/review/undone", review.take_back, "undo", LABEL, "POST"),
    Page("/review/skipped", review.skip, "skip", LABEL, "POST"),
    Page("/stories", stories.listed, "stories", READ),
    Page("/stories/{id}", stories.one, "story", READ),
    Page("/stories/{id}/merge", stories.merge, "merge", LABEL, "POST"),
    Page("/stories/{id}/split", stories.split, "split", LABEL, "POST"),
    Page("/themes", themes.shown, "themes", READ),
    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
]
