"""The service's own application with empty routes beside its own, and served as `topicdesk serve` does."""

import sys

import uvicorn
from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response
from starlette.routing import Route

from service.app import create


class Article(BaseModel):
    """An article as a FastAPI application would declare it."""

    text: str
    id: str | None = None
    title: str | None = None
    url: str | None = None
    published: str | None = None
    source: str | None = None
    labels: list[str] | None = None


async def reads(request: Request) -> dict[str, str]:
    """Take the body and do nothing."""
    await request.body()
    return {}


async def validates(article: Article) -> dict[str, str]:  # noqa: ARG001  # FastAPI decodes it
    """Take an article and do nothing."""
    return {}


async def hello(request: StarletteRequest) -> Response:
    """Do nothing without FastAPI."""
    await request.body()
    return Response(b"{}", media_type="application/json")


def application() -> FastAPI:
    """Return the application; the empty routes stand first, where finding them costs least."""
    app = create()
    own = list(app.router.routes)
    app.router.routes.clear()
    app.add_api_route("/empty/reads", reads, methods=["POST"])
    app.add_api_route("/empty/validates", validates, methods=["POST"])
    app.router.routes.append(Route("/empty/starlette", hello, methods=["POST"]))
    app.router.routes.extend(own)
    return app


if __name__ == "__main__":
    # those of service/cli/serve.py
    options = {
        "workers": 1, "server_header": False, "access_log": False, "http": "service.server.protocol:Deadlines"
    }  # fmt: skip
    uvicorn.run("benchmarks.serving_app:application", factory=True, port=int(sys.argv[1]), **options)  # type: ignore[arg-type]
