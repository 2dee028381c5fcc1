"""The OpenAPI document, made from the same types that decode the requests."""

from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from model.article import Article
from model.decision import Decision
from service.drift.figures import Drift
from service.feeds.outcome import Polled
from service.handlers import articles, feeds, inference, jobs, labels, models, redraw, stories, themes
from service.intake.page import Extract
from service.jobs import kinds
from service.problems import MEDIA_TYPE, Problem
from service.store.jobs import Job
from service.store.records import Detail
from service.stories.story import Clustered

REF = "#/components/schemas/"
TEXT = ("text/plain", "text/html")
# what can be wrong: with a body; no such id; it fits not what is kept; no model, or no database
BODY, ID, TAKEN, AWAY = (413, 415, 422), (404,), (409,), (503,)


class Batch(msgspec.Struct):
    """A batch request."""

    articles: list[Article]


class Failure(msgspec.Struct):
    """What stands in the place of an answer for an article that is not valid."""

    id: str | None
    error: Problem


class Extracts(msgspec.Struct):
    """The articles on a page."""

    articles: list[Extract]


class Live(msgspec.Struct):
    """The process answers."""

    status: str


class Ready(msgspec.Struct):
    """The process can classify, with this model; `fault` tells why it could not load a later one."""

    status: str
    model: str
    fault: str | None


class LabelJob(kinds.Label, frozen=True, kw_only=True):
    """Label a file in the folder `files` of TOPICDESK_HOME; without files, decide again on every kept article."""

    kind: Literal["label"]


class ClusterJob(kinds.Cluster, frozen=True, kw_only=True):
    """Draw the articles of a file in the folder `files` of TOPICDESK_HOME into stories, `online` as a feed would."""

    kind: Literal["cluster"]


class RetrainJob(kinds.Retrain, frozen=True, kw_only=True):
    """Train on the starter corpus and the labels that are kept, and publish the model if it is no worse, or forced."""

    kind: Literal["retrain"]


TYPES: Iterable[type] = (
    Article, Decision, Batch, Failure, Extracts, Live, Ready, Problem, articles.Kept, articles.Page, Detail,
    labels.LabelRequest, labels.Given, labels.TakenBack, labels.Queue, LabelJob, ClusterJob, RetrainJob, Job,
    jobs.Jobs, models.Version, models.Versions, Drift, Clustered, stories.StoryPage, stories.StoryDetail,
    stories.Related, redraw.MergeRequest, redraw.SplitRequest, redraw.Parted, inference.InferenceRequest,
    themes.TopicThemes, feeds.FeedRequest, feeds.State, feeds.States, Polled,
)  # fmt: skip
# unions that msgspec would want tagged, so written out
EITHER = {
    "ArticleOrBatch": ("Article", "Batch"),
    "KeptOrResults": ("Kept", "KeptResults"),
    "JobRequest": ("LabelJob", "ClusterJob", "RetrainJob"),
}
LISTS = {"Results": ("Decision", "Failure"), "KeptResults": ("Kept", "Failure")}


def describe(
    body: str | tuple[str, ...] | None, answers: str | dict[int, str | None], *refusals: tuple[int, ...]
) -> dict[str, Any]:
    """Return the OpenAPI of an operation.

    `body` names a schema, or lists media types of plain text; `answers` names the schema of status 200, or of each
    status; `refusals` are the statuses of problems.
    """
    answers = {200: answers} if isinstance(answers, str) else answers
    operation: dict[str, Any] = {
        "responses": {str(status): _json(name) if name else {"description": ""} for status, name in answers.items()}
    }
    if isinstance(body, str):
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": {"$ref": REF + body}}}}
    elif body is not None:
        text = {"schema": {"type": "string", "minLength": 1}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(body, text)}
    for status in sorted({status for group in refusals for status in group}):
        operation["responses"][str(status)] = _json("Problem", MEDIA_TYPE)
    return operation


def _json(schema: str, media_type: str = "application/json") -> dict[str, Any]:
    return {"description": schema, "content": {media_type: {"schema": {"$ref": REF + schema}}}}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the application's OpenAPI document."""
    if app.openapi_schema is None:
        _, schemas = msgspec.json.schema_components(TYPES, ref_template=REF + "{name}")
        for name, (good, bad) in LISTS.items():
            results = {"type": "array", "items": _any_of((good, bad))}
            schemas[name] = {
                "title": name,
                "type": "object",
                "description": "A batch's answer: a result or an error for each article, in order.",
                "properties": {"results": results},
                "required": ["results"],
            }
        for name, kinds_of_it in EITHER.items():
            schemas[name] = {"title": name, **_any_of(kinds_of_it)}
        app.openapi_schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        app.openapi_schema.setdefault("components", {})["schemas"] = schemas
        for operation in (op for path in app.openapi_schema["paths"].values() for op in path.values()):
            # FastAPI's own form of validation error, which is never sent
            if "parameters" in operation:
                operation["responses"]["422"] = _json("Problem", MEDIA_TYPE)
    return app.openapi_schema


def _any_of(names: tuple[str, ...]) -> dict[str, Any]:
    return {"anyOf": [{"$ref": REF + name} for name in names]}
