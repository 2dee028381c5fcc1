"""How much is kept, counted cheaply enough to be asked every minute: no texts, and one week's decisions."""

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from service.store import drift
from service.store.schema import article, article_topic

WEEK = timedelta(weeks=1)


class Counts(msgspec.Struct, frozen=True):
    """Kept articles, deleted ones left out.

    `statuses` are of current decisions, None for those without; `topics` are of labels where there is one, else of
    decisions. `unknown_terms` is the mean share of words that the model does not know, 0 to 1, over the articles dated
    in the last seven days; None where it is known of none.
    """

    articles: int
    statuses: dict[str | None, int]
    topics: dict[str, int]
    unknown_terms: float | None


def statuses(connection: sa.Connection) -> dict[str | None, int]:
    """Count kept articles by the status of their current decision."""
    kinds = sa.select(article.c.status, sa.func.count()).where(article.c.deleted.is_(None)).group_by(article.c.status)
    return dict(connection.execute(kinds).all())


def topics(connection: sa.Connection) -> dict[str, int]:
    """Count kept articles of each topic."""
    counted = sa.select(article_topic.c.topic, sa.func.count()).group_by(article_topic.c.topic)
    return dict(connection.execute(counted).all())


def count(connection: sa.Connection, now: datetime) -> Counts:
    """Count what is kept as of a moment."""
    kinds = statuses(connection)
    week = drift.groups(connection, (now - WEEK, now))
    read = sum(group.read for group in week)
    return Counts(
        articles=sum(kinds.values()),
        statuses=kinds,
        topics=topics(connection),
        unknown_terms=sum(group.unknown for group in week) / read if read else None,
    )
