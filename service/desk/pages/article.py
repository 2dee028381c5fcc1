"""One article: its text with the evidence marked, its decision, its labels, and what stands beside it."""

from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from model.classifier import Classifier
from model.errors import InvalidInputError, ModelError
from model.evidence import Evidence
from service.desk import judged, marking, requests
from service.desk.doubt import doubt
from service.desk.judged import Choice
from service.desk.rendering import page, topics
from service.handlers import judging, reading
from service.routes.requests import database, engine, stories

MARKED = 20_000  # characters


def article(request: Request) -> Response:
    """Show an article."""
    return _show(request, request.path_params["id"])


async def give(request: Request) -> Response:
    """Label an article from its own page."""
    data = await requests.form(request)
    return await run_in_threadpool(_give, request, data)


def _give(request: Request, data: FormData) -> Response:
    name, choice = requests.field(data, "article"), judged.read(data)
    unsure = requests.field(data, "verdict") == "unsure"
    try:
        label = judged.label(name, choice, requests.analyst(request), unsure=unsure)
    except InvalidInputError as error:
        return _show(request, name, 422, choice=choice, wrong=str(error).capitalize() + ".")
    taxonomy = engine(request).classifier.parameters.taxonomy
    found = judging.give(database(request), label, requests.field(data, "seen"), taxonomy)
    if isinstance(found, judging.Meanwhile):
        told = judged.meanwhile(found.label, topics(request)) + " Keep that, or give yours all the same."
        return _show(request, name, 409, choice=choice, wrong=told, conflict=True)
    return requests.redirect(request, "article", judged.saved(label.labels, found.copies, topics(request)), id=name)


async def take_back(request: Request) -> Response:
    """Take an article's label back from its own page."""
    data = await requests.form(request)
    name = requests.field(data, "article")
    done = await run_in_threadpool(judging.take_back, database(request), name, requests.field(data, "seen"))
    said = (
        "Undone: the article has what it had before."
        if done
        else "The label had changed meanwhile; nothing was undone."
    )
    return requests.redirect(request, "article", said, id=name)


def _show(
    request: Request, name: str, status: int = 200, *, choice: Choice | None = None, wrong: str = "",
    conflict: bool = False,
) -> Response:  # fmt: skip
    model = classifier(request)
    found = reading.read(database(request), name, stories(request), model)
    token = judging.token(found.detail.label)
    return page(
        request, "article.html.j2", status, found=found, choice=choice or judged.at_first(found.detail),
        seen=token, token=token, wrong=wrong, conflict=conflict, words=doubt(found.detail.decision, topics(request)),
        address=address(found.detail.url), **evidence(request, found.detail, model, request.query_params.get("topic")),
    )  # fmt: skip


def classifier(request: Request) -> Classifier | None:
    """Return the model that serves, None where there is none."""
    try:
        return engine(request).classifier
    except ModelError:
        return None


def evidence(request: Request, record: Any, model: Classifier | None, topic: str | None = None) -> dict[str, Any]:
    """Return what templates show of what the model that serves goes by in an article.

    `current` says that the decision kept on it is of this model, `newer` what this model says where it is not.
    """
    explained = None if model is None else reading.explain(record, model, topic)
    if explained is None or model is None:
        return {"explained": None, "marked": None, "current": True, "newer": ""}
    return {
        "explained": explained,
        "marked": _marked(record.title or "", record.text or "", explained.evidence),
        "current": record.decision is not None and record.decision.model == model.model_id,
        "newer": doubt(explained.decision, topics(request)),
    }


def _marked(title: str, text: str, pieces: list[Evidence]) -> list[Markup]:
    """Return title and text as HTML, marked as far as that is quick; what stands behind is plain."""
    cut = len(text) if len(text) <= MARKED else text.rfind(" ", 0, MARKED) + 1 or MARKED
    within = [piece for piece in pieces if piece.field == "title" or piece.end <= cut]
    heading, body = map(marking.markup, marking.marked(title, text[:cut], within))
    return [heading, body + text[cut:]]


def address(url: str | None) -> str | None:
    """Return an address that may be a link: one of the web."""
    try:
        return url if url and urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None
