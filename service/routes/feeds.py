"""HTTP for feeds."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.handlers import classify
from service.handlers import feeds as handler
from service.routes.requests import JSON, answer, body, database, engine, settings, stories


def every(request: Request) -> Response:
    """List the feeds and how they are."""
    return answer(handler.every(database(request)))


async def add(request: Request) -> Response:
    """Add a feed; it is polled by and by. One that is there already stays, and is asked again if it was stopped."""
    wanted = classify.decode(await body(request, JSON), handler.FeedRequest)
    found, is_new = await run_in_threadpool(handler.add, database(request), wanted, settings(request))
    return answer(found, 201 if is_new else 200)


def remove(request: Request, id: str) -> Response:  # noqa: A002  # its name in the path
    """Remove a feed; its articles stay."""
    handler.remove(database(request), id)
    return Response(status_code=204)


def poll(request: Request, id: str) -> Response:  # noqa: A002
    """Poll a feed now and tell what came; where its server or its content is at fault, `error` says so."""
    return answer(handler.poll(stories(request), settings(request), lambda: engine(request).classifier, id))
