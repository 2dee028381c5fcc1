"""HTTP for classification."""

from functools import partial

from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.handlers import classify as handler
from service.intake import document
from service.problems import describe
from service.routes.requests import JSON, answer, body, engine, settings


async def one(request: Request, evidence: bool = False) -> Response:
    """Classify one article."""
    article = handler.parse(await body(request, JSON))
    return answer(handler.one(article, engine(request).classifier, settings(request), evidence=evidence))


async def batch(request: Request) -> Response:
    """Classify up to a thousand articles; one that is not valid does not fail the others."""
    data = await body(request, JSON)
    work = partial(handler.batch, data, engine(request).classifier, settings(request))
    # more threads than processors would only take the interpreter from each other, and from the event loop
    results = await to_thread.run_sync(work, limiter=request.app.state.scoring)
    return answer({"results": [{"id": r[0], "error": describe(r[1])} if isinstance(r, tuple) else r for r in results]})


async def extract(request: Request) -> Response:
    """Find the articles in a text, an HTML page or a page copied from a browser."""
    text = document.decode(await body(request, "text/plain", "text/html"))
    # a long page takes seconds: the event loop must go on
    return answer({"articles": await run_in_threadpool(handler.extract, text, settings(request))})
