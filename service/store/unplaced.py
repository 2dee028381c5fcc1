"""Articles that a version without stories kept, and what placing them so late takes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from service.store import placing
from service.store.columns import now
from service.store.schema import article, article_text, story

NEIGHBOURS = 1000


class Unplaced(NamedTuple):
    """An article without a story, as it was kept."""

    seq: int
    id: str
    title: str | None
    text: str | None
    terms: str | None
    published: datetime | None
    received: datetime


_FOUND = article.c.story.is_(None) & article.c.deleted.is_(None)


def oldest(connection: sa.Connection, limit: int) -> list[Unplaced]:
    """Return up to `limit` of them, in the order of receipt."""
    columns = (
        article.c.seq, article.c.id, article_text.c.title, article_text.c.text, article_text.c.terms,
        article.c.published, article.c.received,
    )  # fmt: skip
    query = sa.select(*columns).join(article_text, article_text.c.article == article.c.seq).where(_FOUND)
    return [Unplaced(*row) for row in connection.execute(query.order_by(article.c.seq).limit(limit))]


def still(connection: sa.Connection, seqs: Sequence[int]) -> set[int]:
    """Return which articles are kept, and without a story, as before."""
    return set(connection.scalars(sa.select(article.c.seq).where(_FOUND, article.c.seq.in_(seqs))))


def reopen(connection: sa.Connection, rows: Sequence[Unplaced], days: float) -> None:
    """Open the stories again that are of the time in which articles were received: what they would have met.

    Those are stories with one of the thousand articles before or behind them that came in so many days from them.
    """
    near = _span(article.c.received, rows, days) & article.c.seq.between(
        rows[0].seq - NEIGHBOURS, rows[-1].seq + NEIGHBOURS
    )
    of_then = sa.select(article.c.story).where(near, article.c.story.is_not(None))
    closed = story.c.seq.in_(of_then) & story.c.closed.is_not(None) & story.c.merged_into.is_(None)
    numbers = list(connection.scalars(story.update().where(closed).values(closed=None).returning(story.c.seq)))
    if numbers:
        placing.tell(connection, "redrawn", {"stories": sorted(numbers)})


def _span(column: "sa.ColumnElement[datetime]", rows: Sequence[Unplaced], days: float) -> "sa.ColumnElement[bool]":
    length = timedelta(days=min(days, 36_500))
    moments = [row.received for row in rows]
    return column.between(min(moments) - length, max(moments) + length)


def settle(connection: sa.Connection, seqs: Sequence[int]) -> None:
    """Make stories what they are when articles came late into them, and tell all who follow.

    The first of near copies is their original, a story is as old as its first article, and as young as its last.
    """
    placed = connection.execute(
        sa.select(article.c.seq, article.c.story, article.c.original).where(article.c.seq.in_(seqs))
    ).all()
    for original in {row.original for row in placed if row.original is not None and row.original > row.seq}:
        _let_the_first_be_it(connection, original)
    numbers = sorted({row.story for row in placed})
    placing.refresh(connection, numbers)
    opened = sa.select(sa.func.min(article.c.dated)).where(article.c.story == story.c.seq).scalar_subquery()
    connection.execute(story.update().where(story.c.seq.in_(numbers)).values(opened=opened))
    placing.tell(connection, "redrawn", {"stories": numbers})


def _let_the_first_be_it(connection: sa.Connection, original: int) -> None:
    first = connection.scalar(sa.select(sa.func.min(article.c.seq)).where(article.c.original == original))
    group = (article.c.original == original) | (article.c.seq == original)
    connection.execute(article.update().where(group).values(original=first))
    connection.execute(article.update().where(article.c.seq == first).values(original=None))


def quiet(connection: sa.Connection, then: Unplaced, days: float) -> list[int]:
    """Return the open stories that were closed when an article came in, and are not open by what came in since.

    Of many articles in few days only a thousand count.
    """
    length = timedelta(days=min(days, 36_500))
    moment = sa.select(article.c.received).where(article.c.seq == story.c.latest).scalar_subquery()
    past = (moment < then.received - length) | (story.c.latest < then.seq - NEIGHBOURS)
    query = sa.select(story.c.seq).where(story.c.closed.is_(None), past, moment < now() - length)
    return list(connection.scalars(query.order_by(story.c.seq)))


def close(connection: sa.Connection, numbers: Sequence[int]) -> None:
    """Close stories."""
    connection.execute(story.update().where(story.c.seq.in_(numbers)).values(closed=now()))
    placing.tell(connection, "closed", {"stories": list(numbers)})
