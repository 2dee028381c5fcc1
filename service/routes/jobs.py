"""HTTP for jobs."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.handlers import classify
from service.handlers import jobs as handler
from service.routes.requests import JSON, answer, body, database, settings


async def add(request: Request) -> Response:
    """Ask for a job; it is done by and by."""
    wanted = classify.decode(await body(request, JSON), dict[str, Any])
    job = await run_in_threadpool(handler.add, wanted, settings(request), database(request))
    return answer(job, 202, {"location": f"/v1/jobs/{job.id}"})


def recent(request: Request) -> Response:
    """List the last jobs."""
    return answer(handler.recent(database(request)))


def one(request: Request, id: str) -> Response:  # noqa: A002  # its name in the path
    """Tell how far a job is."""
    return answer(handler.get(id, database(request)))


def cancel(request: Request, id: str) -> Response:  # noqa: A002
    """Cancel a job; one that runs stops soon."""
    return answer(handler.cancel(id, database(request)), 202)
