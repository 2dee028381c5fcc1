"""The whole API on one screen."""

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.responses import Response

from service.routes import classify, health, openapi
from service.routes.openapi import describe

Endpoint = Callable[..., Coroutine[Any, Any, Response]]

ROUTES: list[tuple[str, str, Endpoint, dict[str, Any]]] = [
    ("/v1/classify", "POST", classify.one, describe("Article", "Decision", no_model=True)),
    ("/v1/classify/batch", "POST", classify.batch, describe("Batch", "Results", no_model=True)),
    ("/v1/extract", "POST", classify.extract, describe(("text/plain", "text/html"), "Extracts")),
    ("/livez", "GET", health.live, describe(None, "Live")),
    ("/readyz", "GET", health.ready, describe(None, "Ready", no_model=True)),
    ("/openapi.json", "GET", health.schema, describe(None, None)),
]

__all__ = ["ROUTES", "openapi"]
