"""What there is and what waits, for the desk's first page."""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from service.store import counts, stories
from service.store import labels as store
from service.store.database import Database
from service.store.listing import Filter
from service.store.schema import label

LATEST_STORIES = 4


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """How many articles are kept, and by topic how many and the stories into which something came last.

    `waiting` articles are for review and judged by nobody, `labels` are given in all.
    """

    articles: int
    topics: dict[str, int]
    waiting: int
    labels: int
    latest: dict[str, list[stories.Story]]


def look(database: Database, topics: Iterable[str]) -> Overview:
    """Count what is kept, and find the latest stories of each topic. Raises `DatabaseError`."""
    with database.read() as connection:
        latest = {topic: stories.page(connection, Filter(topic=topic), None, LATEST_STORIES)[0] for topic in topics}
        return Overview(
            articles=sum(counts.statuses(connection).values()),
            topics=counts.topics(connection),
            waiting=store.waiting(connection, "review"),
            labels=connection.scalar(sa.select(sa.func.count()).select_from(label)) or 0,
            latest=latest,
        )
