"""HTTP for kept articles."""

from datetime import UTC, datetime
from functools import partial

import msgspec
from anyio import to_thread
from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from model.errors import InvalidInputError, ModelError, TopicdeskError
from service.handlers import articles as handler
from service.handlers import classify, coverage
from service.problems import describe
from service.routes.requests import JSON, answer, body, database, engine, settings, stories
from service.store.listing import Filter


class _OneOrMany(msgspec.Struct):
    articles: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


async def keep(request: Request) -> Response:
    """Classify and keep one article, or up to a thousand; one that is not valid does not fail the others."""
    data = await body(request, JSON)
    many = classify.decode(data, _OneOrMany).articles
    if many is msgspec.UNSET:
        try:
            article = handler.parse(data, settings(request))
        except TopicdeskError as error:
            await run_in_threadpool(coverage.refused, database(request), data, error)
            raise
        kept = await run_in_threadpool(
            handler.keep_one, article, engine(request).classifier, stories(request), settings(request)
        )
        return answer(kept, 201 if kept.created else 200)
    work = partial(handler.keep_many, many, engine(request).classifier, stories(request), settings(request))
    # one batch at a time in a process: two would only take the interpreter from each other
    results = await to_thread.run_sync(work, limiter=request.app.state.batches)
    return answer({"results": [{"id": r[0], "error": describe(r[1])} if isinstance(r, tuple) else r for r in results]})


def page(  # noqa: PLR0917  # the filters of the query
    request: Request,
    topic: str | None = None,
    status: str | None = None,
    story: str | None = None,
    source: str | None = None,
    labelled: bool | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    q: str | None = Query(None, max_length=1000),
    cursor: str | None = None,
    limit: int = 50,
) -> Response:
    """List kept articles, latest received first."""
    chosen = Filter(
        topic=topic, status=status, story=story, source=source, labelled=labelled, since=utc(since),
        until=utc(until), q=q or None,
    )  # fmt: skip
    return answer(handler.page(database(request), chosen, cursor, limit))


def one(request: Request, id: str) -> Response:  # noqa: A002  # its name in the path
    """Return a kept article with its text, decisions and labels."""
    return answer(handler.one(database(request), id))


def delete(request: Request, id: str) -> Response:  # noqa: A002
    """Delete an article's text everywhere."""
    handler.delete(database(request), id, _naming(request))
    return Response(status_code=204)


def _naming(request: Request) -> handler.Naming:
    """Return what names a story, with the word frequencies of the model that serves where there is one."""
    try:
        parameters = engine(request).classifier.parameters
    except ModelError:
        return handler.named_alone
    return lambda connection, story: stories(request).likeness.rename(connection, [story], parameters)


def utc(moment: datetime | None) -> datetime | None:
    """Return a moment in UTC, which one without a zone is taken to be in."""
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise InvalidInputError("`since` or `until` is out of the range of dates") from None
