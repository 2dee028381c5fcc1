"""HTTP for the Open Inference Protocol (V2)."""

from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from model.errors import InvalidInputError, TopicdeskError
from service.handlers import inference as handler
from service.problems import MEDIA_TYPE, describe
from service.routes.requests import JSON, answer, body, engine, settings

LENGTH = "inference-header-content-length"
BINARY = "application/octet-stream"


async def server() -> Response:
    """Return the server's metadata."""
    return answer(handler.server())


async def live() -> Response:
    """Answer while the process runs."""
    return answer({"live": True})


async def ready(request: Request) -> Response:
    """Answer 200 while the process can classify."""
    return answer({"ready": bool(engine(request).classifier)})


async def model(request: Request, name: str, version: str | None = None) -> Response:
    """Return the model's metadata."""
    try:
        handler.check(name, version, engine(request).classifier)
    except TopicdeskError as error:
        return refuse(error)
    return answer(handler.model(engine(request).classifier))


async def model_ready(request: Request, name: str, version: str | None = None) -> Response:
    """Answer 200 while this model can answer."""
    try:
        handler.check(name, version, engine(request).classifier)
    except TopicdeskError as error:
        return refuse(error)
    return answer({"name": name, "ready": True})


async def infer(request: Request, name: str, version: str | None = None) -> Response:
    """Classify the articles in tensors."""
    try:
        classifier = engine(request).classifier
        handler.check(name, version, classifier)
        told = request.headers.get(LENGTH)
        if told is not None and not (told.isascii() and told.isdecimal() and len(told) < 20):
            raise InvalidInputError("Inference-Header-Content-Length is no number")
        data = await body(request, JSON, BINARY, "")
        length = None if told is None else int(told)
        made = await run_in_threadpool(handler.infer, data, length, classifier, settings(request))
    except TopicdeskError as error:
        return refuse(error)
    if not made.tail:
        return Response(made.head, media_type=JSON)
    return Response(made.head + made.tail, headers={LENGTH: str(len(made.head))}, media_type=BINARY)


def refuse(error: TopicdeskError) -> Response:
    """Return an error as a problem that also has the member `error`, by which the protocol's clients know it."""
    problem = describe(error)
    content: dict[str, Any] = msgspec.structs.asdict(problem) | {"error": problem.detail}
    return Response(msgspec.json.encode(content), problem.status, media_type=MEDIA_TYPE)
