"""HTTP for themes."""

from datetime import datetime

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from service.handlers import themes as handler
from service.routes.articles import utc
from service.routes.requests import answer, database, engine


def page(
    request: Request,
    topic: str = Query(min_length=1, max_length=200),
    since: datetime | None = None,
    until: datetime | None = None,
) -> Response:
    """Divide the kept articles of a topic into themes, with a map; by default those of the last 90 days."""
    # seconds of work, in a thread of the pool: the event loop goes on
    return answer(handler.report(database(request), engine(request).classifier, topic, utc(since), utc(until)))
