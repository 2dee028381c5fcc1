"""What there is and what waits, for the desk's first page."""

from datetime import timedelta

import msgspec
import sqlalchemy as sa

from service.store import counts, stories
from service.store import labels as store
from service.store.columns import now
from service.store.database import Database
from service.store.listing import Filter
from service.store.schema import label

LATEST_STORIES = 6
DAY = timedelta(days=1)


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of what is kept; `waiting` articles are for review and judged by nobody, `labels` are given in all."""

    counts: counts.Counts
    waiting: int
    labels: int
    stories: list[stories.Story]


def look(database: Database) -> Overview:
    """Count what is kept, and find the stories into which something came last. Raises `DatabaseError`."""
    with database.read() as connection:
        latest, _ = stories.page(connection, Filter(), None, LATEST_STORIES)
        return Overview(
            counts=counts.count(connection, now()),
            waiting=store.waiting(connection, "review"),
            labels=connection.scalar(sa.select(sa.func.count()).select_from(label)) or 0,
            stories=latest,
        )
