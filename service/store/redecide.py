"""Kept articles whose current decision is of another model than the one that serves."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from service.store.schema import article, article_text, decision


class Old(NamedTuple):
    """An article to decide on, and what was decided last."""

    seq: int
    id: str
    title: str | None
    text: str
    status: str | None
    topics: list[str] | None


def count(connection: sa.Connection, model: str) -> int:
    """Return how many there are."""
    return connection.scalar(_old(model, sa.func.count())) or 0


def chunk(connection: sa.Connection, model: str, after: int, limit: int) -> list[Old]:
    """Return up to `limit` of them that were received after the article at a place, in that order."""
    columns = (
        article.c.seq, article.c.id, article_text.c.title, article_text.c.text, article.c.status, decision.c.topics
    )  # fmt: skip
    query = _old(model, *columns).where(article.c.seq > after).order_by(article.c.seq).limit(limit)
    return [Old(*row) for row in connection.execute(query)]


def _old(model: str, *columns: "sa.ColumnElement[Any]") -> "sa.Select[Any]":
    joined = article.join(article_text, article_text.c.article == article.c.seq).outerjoin(
        decision, (decision.c.article == article.c.seq) & (decision.c.model == article.c.model)
    )
    other = article.c.model.is_distinct_from(model)
    return sa.select(*columns).select_from(joined).where(other, article_text.c.text.is_not(None))


def behind(connection: sa.Connection, model: str, looked_at: int = 1000) -> bool:
    """Return whether another model's decision is current on some of the first or the last articles.

    The job goes from the first on, so that these tell what has not been decided anew without a look at all articles.
    """
    for order in (article.c.seq, article.c.seq.desc()):
        some = (
            sa.select(article.c.model)
            .join_from(article, article_text, article_text.c.article == article.c.seq)
            .where(article_text.c.text.is_not(None))
            .order_by(order)
            .limit(looked_at)
            .subquery()
        )
        others = sa.select(sa.func.count()).select_from(some).where(some.c.model.is_distinct_from(model))
        if connection.scalar(others):
            return True
    return False
