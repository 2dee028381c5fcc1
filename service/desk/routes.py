"""All pages of the desk on one screen."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from service.desk.pages import start, try_it, upload
from service.desk.rendering import HERE

ROUTES: list[BaseRoute] = [
    Route("/", start.overview, name="start"),
    Route("/me", start.sign, methods=["POST"], name="sign"),
    Route("/try", try_it.show, name="try"),
    Route("/try", try_it.attempt, methods=["POST"], name="try_attempt"),
    Route("/try/keep", try_it.keep, methods=["POST"], name="try_keep"),
    Route("/upload", upload.show, name="upload"),
    Route("/upload", upload.take, methods=["POST"], name="upload_take"),
    Route("/upload/jobs/{job}", upload.report, name="upload_report"),
    Route("/upload/jobs/{job}/failed.csv", upload.failures, name="upload_failures"),
    Route("/upload/jobs/{job}/stop", upload.stop, methods=["POST"], name="upload_stop"),
    Route("/upload/jobs/{job}/again", upload.again, methods=["POST"], name="upload_again"),
    Route("/upload/{id}", upload.look, name="upload_look"),
    Route("/upload/{id}/keep", upload.keep, methods=["POST"], name="upload_keep"),
    Route("/upload/{id}/drop", upload.drop, methods=["POST"], name="upload_drop"),
    Mount("/static", StaticFiles(directory=HERE / "static"), name="static"),
]
