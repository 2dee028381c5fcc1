"""All pages of the desk on one screen."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.desk.pages import article, inbox, review, start
from service.desk.rendering import HERE

ROUTES: list[BaseRoute] = [
    Route("/", start.overview, name="start"),
    Route("/me", start.sign, methods=["POST"], name="sign"),
    Route("/inbox", inbox.inbox, name="inbox"),
    Route("/inbox/export.{form}", inbox.export, name="export"),
    Route("/inbox/chosen.{form}", inbox.export_chosen, methods=["POST"], name="export_chosen"),
    Route("/inbox/confirm/{doing}", inbox.confirm, methods=["POST"], name="confirm_many"),
    Route("/inbox/label", inbox.label, methods=["POST"], name="label_many"),
    Route("/inbox/delete", inbox.delete, methods=["POST"], name="delete_many"),
    Route("/articles/{id:path}", article.article, name="article"),
    Route("/label", article.give, methods=["POST"], name="give"),
    Route("/label/taken-back", article.take_back, methods=["POST"], name="untake"),
    Route("/review", review.review, name="review"),
    Route("/review/label", review.give, methods=["POST"], name="judge"),
    Route("/review/undone", review.take_back, methods=["POST"], name="undo"),
    Route("/review/skipped", review.skip, methods=["POST"], name="skip"),
    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
]
