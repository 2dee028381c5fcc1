"""Reading requests: body within the limit, media type as asked for."""

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from model.errors import TooLargeError
from service.engine import Engine
from service.settings import Settings
from service.store.database import Database
from service.stories.follower import Follower

JSON = "application/json"


def settings(request: Request) -> Settings:
    """Return the application's settings."""
    config: Settings = request.app.state.settings
    return config


def engine(request: Request) -> Engine:
    """Return the application's engine."""
    shared: Engine = request.app.state.engine
    return shared


def database(request: Request) -> Database:
    """Return what the application remembers."""
    kept: Database = request.app.state.database
    return kept


def stories(request: Request) -> Follower:
    """Return what places articles in stories."""
    shared: Follower = request.app.state.stories
    return shared


async def body(request: Request, *media_types: str) -> bytes:
    """Return the body. Raises `TooLargeError` before it reads past the limit, and 415 for another media type."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in media_types:
        raise HTTPException(415, f"send Content-Type: {' or '.join(media_types)}")
    limit = settings(request).max_body_bytes
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLargeError(f"the body is larger than {limit} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def answer(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return any of the project's types as a JSON response."""
    return Response(msgspec.json.encode(content), status, headers, JSON)
