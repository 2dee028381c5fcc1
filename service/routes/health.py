"""HTTP for those who run the service."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from service.routes.requests import answer, engine


async def live() -> Response:
    """Answer while the process runs."""
    return answer({"status": "ok"})


async def ready(request: Request) -> Response:
    """Answer 200 while the process can classify, else 503; tell which model serves, and why not a later one."""
    serving = engine(request)
    return answer({"status": "ok", "model": serving.classifier.model_id, "fault": serving.fault})


async def metrics(request: Request) -> Response:
    """Return counts for Prometheus, and which model this worker serves."""
    serving = engine(request)
    text = await run_in_threadpool(request.app.state.metrics.text, serving.model_id, serving.fault)
    from prometheus_client import CONTENT_TYPE_LATEST

    return Response(text, headers={"content-type": CONTENT_TYPE_LATEST})


async def schema(request: Request) -> Response:
    """Return the OpenAPI document."""
    return JSONResponse(request.app.openapi())
