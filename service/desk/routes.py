"""All pages of the desk on one screen."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.desk.pages import models, news, start
from service.desk.rendering import HERE

ROUTES: list[BaseRoute] = [
    Route("/", start.overview, name="start"),
    Route("/me", start.sign, methods=["POST"], name="sign"),
    Route("/models", models.every, name="models"),
    Route("/models/jobs", models.queue, methods=["POST"], name="models_job"),
    Route("/models/jobs/cancel", models.cancel, methods=["POST"], name="models_cancel"),
    Route("/models/rollback", models.rollback, methods=["POST"], name="models_rollback"),
    Route("/models/receipts/{name}", models.receipt, name="receipt"),
    Route("/models/{id}", models.one, name="model"),
    Route("/models/{id}/activate", models.activate, methods=["POST"], name="model_activate"),
    Route("/news", news.health, name="news"),
    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
]
