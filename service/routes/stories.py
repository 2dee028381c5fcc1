"""HTTP for stories, and for what to read after an article."""

from datetime import datetime

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from model.errors import NotFoundError
from service.handlers import articles, classify, redraw
from service.handlers import stories as handler
from service.routes.articles import utc
from service.routes.requests import JSON, answer, body, database, engine, stories
from service.store.listing import Filter

RELATED = "/related"


def page(  # noqa: PLR0917  # the filters of the query
    request: Request,
    topic: str | None = None,
    source: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    q: str | None = Query(None, max_length=1000),
    cursor: str | None = None,
    limit: int = 50,
) -> Response:
    """List stories that have an article as wanted, those first into which something came last."""
    chosen = Filter(topic=topic, source=source, since=utc(since), until=utc(until), q=q or None)
    return answer(handler.page(database(request), chosen, cursor, limit))


def one(request: Request, id: str) -> Response:  # noqa: A002  # its name in the path
    """Return a story with its timeline and its latest articles; a merged one leads to what it became."""
    found = handler.one(database(request), id)
    if isinstance(found, handler.Moved):
        return Response(status_code=308, headers={"location": found.id})  # relative, so it holds behind a proxy too
    return answer(found)


async def merge(request: Request, id: str) -> Response:  # noqa: A002
    """Make another story part of this one for good, or this of the other: the older one's id stays."""
    wanted = classify.decode(await body(request, JSON), redraw.MergeRequest)
    parameters = engine(request).classifier.parameters
    return answer(await run_in_threadpool(redraw.merge, stories(request), id, wanted, parameters))


async def split(request: Request, id: str) -> Response:  # noqa: A002
    """Take articles, with their copies, out of a story for good; they make a new one."""
    wanted = classify.decode(await body(request, JSON), redraw.SplitRequest)
    parameters = engine(request).classifier.parameters
    return answer(await run_in_threadpool(redraw.split, stories(request), id, wanted, parameters))


def related(request: Request, id: str, limit: int = 10) -> Response:  # noqa: A002
    """Return what to read after an article: of the same story first, then of its topics.

    An article whose own id ends in `/related` is told by how its last slash is written, and else by what is kept.
    """
    name = id + RELATED
    if not request.scope.get("raw_path", b"").partition(b"?")[0].endswith(RELATED.encode()):
        return answer(articles.one(database(request), name))
    try:
        return answer(handler.next_to(stories(request), id, limit, engine(request).classifier.parameters))
    except NotFoundError:
        return answer(articles.one(database(request), name))
