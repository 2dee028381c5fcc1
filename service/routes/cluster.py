"""HTTP for stories that are not kept."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.handlers import cluster as handler
from service.routes.requests import JSON, answer, body, engine, settings


async def cluster(request: Request) -> Response:
    """Draw up to a thousand articles into stories; nothing is kept."""
    data = await body(request, JSON)
    # a thousand articles take seconds: the event loop must go on
    return answer(await run_in_threadpool(handler.cluster, data, engine(request), settings(request)))
