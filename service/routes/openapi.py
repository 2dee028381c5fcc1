"""The OpenAPI document, made from the same types that decode the requests."""

from collections.abc import Iterable
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from model.article import Article
from model.decision import Decision
from service.intake.page import Extract
from service.problems import MEDIA_TYPE, Problem

REF = "#/components/schemas/"


class Batch(msgspec.Struct):
    """A batch request."""

    articles: list[Article]


class Failure(msgspec.Struct):
    """What stands in the place of a decision for an article that is not valid."""

    id: str | None
    error: Problem


class Extracts(msgspec.Struct):
    """The articles on a page."""

    articles: list[Extract]


class Live(msgspec.Struct):
    """The process answers."""

    status: str


class Ready(msgspec.Struct):
    """The process can classify, with this model."""

    status: str
    model: str


def describe(body: str | tuple[str, ...] | None, answer: str | None, *, no_model: bool = False) -> dict[str, Any]:
    """Return the OpenAPI of an operation: `body` names a schema, or lists media types of plain text."""
    operation: dict[str, Any] = {"responses": {"200": _json(answer) if answer else {"description": "This document"}}}
    refused: list[str] = []
    if isinstance(body, str):
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": {"$ref": REF + body}}}}
        refused = ["413", "415", "422"]
    elif body is not None:
        text = {"schema": {"type": "string", "minLength": 1}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(body, text)}
        refused = ["413", "415", "422"]
    for status in refused + ["503"] * no_model:
        operation["responses"][status] = _json("Problem", MEDIA_TYPE)
    return operation


def _json(schema: str, media_type: str = "application/json") -> dict[str, Any]:
    return {"description": schema, "content": {media_type: {"schema": {"$ref": REF + schema}}}}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the application's OpenAPI document."""
    if app.openapi_schema is None:
        types: Iterable[type] = (Article, Decision, Batch, Failure, Extracts, Live, Ready, Problem)
        _, schemas = msgspec.json.schema_components(types, ref_template=REF + "{name}")
        # a union that msgspec would want tagged, so written out
        either = {"anyOf": [{"$ref": REF + "Decision"}, {"$ref": REF + "Failure"}]}
        schemas["Results"] = {
            "title": "Results",
            "type": "object",
            "description": "A batch's answer: a decision or an error for each article, in order.",
            "properties": {"results": {"type": "array", "items": either}},
            "required": ["results"],
        }
        app.openapi_schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        app.openapi_schema.setdefault("components", {})["schemas"] = schemas
        for operation in (op for path in app.openapi_schema["paths"].values() for op in path.values()):
            # FastAPI's own form of validation error, which is never sent
            operation["responses"].get("422", {}).get("content", {}).pop("application/json", None)
    return app.openapi_schema
