"""All pages of the desk on one screen."""

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from service.desk.doors import ADMIN, LABEL, READ, Page
from service.desk.pages import article, demo, door, inbox, models, news, review, start, stories, themes, try_it, upload
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
    Page("/try", try_it.show, "try", READ),
    Page("/try", try_it.attempt, "try_attempt", READ, "POST"),
    Page("/try/keep", try_it.keep, "try_keep", LABEL, "POST"),
    Page("/upload", upload.show, "upload", LABEL),
    Page("/upload", upload.take, "upload_take", LABEL, "POST"),
    Page("/upload/jobs/{job}", upload.report, "upload_report", LABEL),
    Page("/upload/jobs/{job}/failed.csv", upload.failures, "upload_failures", LABEL),
    Page("/upload/jobs/{job}/stop", upload.stop, "upload_stop", LABEL, "POST"),
    Page("/upload/jobs/{job}/again", upload.again, "upload_again", LABEL, "POST"),
    Page("/upload/{id}", upload.look, "upload_look", LABEL),
    Page("/upload/{id}/keep", upload.keep, "upload_keep", LABEL, "POST"),
    Page("/upload/{id}/drop", upload.drop, "upload_drop", LABEL, "POST"),
    Page("/models", models.every, "models", READ),
    Page("/models/jobs", models.queue, "models_job", ADMIN, "POST"),
    Page("/models/jobs/cancel", models.cancel, "models_cancel", ADMIN, "POST"),
    Page("/models/rollback", models.rollback, "models_rollback", ADMIN, "POST"),
    Page("/models/receipts/{name}", models.receipt, "receipt", READ),
    Page("/models/{id}", models.one, "model", READ),
    Page("/models/{id}/activate", models.activate, "model_activate", ADMIN, "POST"),
    Page("/news", news.health, "news", READ),
    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
]
