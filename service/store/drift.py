"""What the database can say of a stretch of time: decisions by source, words by topic, judgements.

A time is `article.dated`: of publication, or else of receipt. Deleted articles count, but have no words. Decisions are
the current ones.
"""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from service.store.articles import JUDGED
from service.store.schema import article, article_text, article_topic, decision, label

Span = tuple[datetime, datetime]
"""From a moment to one after it, which is not of it."""


class Group(NamedTuple):
    """Articles of one source that were decided alike.

    `read` of them are known to have had a share `unknown` of words that the model does not know: its sum, and the sum
    of its squares. Without a decision `status`, `model` and `topics` are None.
    """

    source: str | None
    model: str | None
    status: str | None
    topics: list[str] | None
    articles: int
    read: int
    unknown: float
    squares: float


class Judged(NamedTuple):
    """A judged article: when it is dated, what it is about, and the decision that was current when it was judged."""

    dated: datetime
    labels: list[str]
    shown: dict[str, Any]


class Outside(NamedTuple):
    """What a report leaves out: articles dated after a moment, and the date of the latest that is not, if any."""

    later: int
    latest: datetime | None


def groups(connection: sa.Connection, span: Span, source: str | None = None) -> list[Group]:
    """Return all articles of a time, those decided alike together."""
    joined = article.outerjoin(decision, (decision.c.article == article.c.seq) & (decision.c.model == article.c.model))
    unknown = 1 - decision.c.known_share
    kinds = (article.c.source, article.c.model, article.c.status, decision.c.topics)
    query = (
        sa.select(
            *kinds,
            sa.func.count(),
            sa.func.count(decision.c.known_share),
            sa.func.coalesce(sa.func.sum(unknown), 0.0),
            sa.func.coalesce(sa.func.sum(unknown * unknown), 0.0),
        )
        .select_from(joined)
        .where(*_within(span, source))
        .group_by(*kinds)
    )
    return [Group(*row) for row in connection.execute(query)]


def outside(connection: sa.Connection, now: datetime, source: str | None = None) -> Outside:
    """Return what is dated after a moment, and the latest date that is not."""
    ours = () if source is None else (article.c.source == source,)
    later = sa.select(sa.func.count()).select_from(article).where(article.c.dated > now, *ours)
    latest = sa.select(article.c.dated).where(article.c.dated <= now, *ours).order_by(article.c.dated.desc()).limit(1)
    return Outside(connection.scalar(later) or 0, connection.scalar(latest))


def words(
    connection: sa.Connection, topic: str, span: Span, source: str | None, limit: int
) -> list[tuple[str | None, str | None, str | None]]:
    """Return title, text and kept words of up to `limit` articles of a topic and a time, latest first."""
    joined = article_topic.join(article, article.c.seq == article_topic.c.article).join(
        article_text, article_text.c.article == article.c.seq
    )
    query = (
        sa.select(article_text.c.title, article_text.c.text, article_text.c.terms)
        .select_from(joined)
        .where(article_topic.c.topic == topic, *_within(span, source))
        .order_by(article.c.dated.desc(), article.c.seq.desc())
        .limit(limit)
    )
    return [(row.title, row.text, row.terms) for row in connection.execute(query)]


def judged(connection: sa.Connection, span: Span, source: str | None = None) -> list[Judged]:
    """Return the judged articles of a time that had been decided on, oldest first."""
    query = (
        sa.select(article.c.dated, label.c.labels, label.c.shown)
        .join_from(label, article, article.c.seq == label.c.article)
        .where(label.c.verdict.in_(JUDGED), *_within(span, source))
        .order_by(article.c.dated, article.c.seq)
    )
    return [Judged(*row) for row in connection.execute(query) if row.shown is not None]


def _within(span: Span, source: str | None) -> "list[sa.ColumnElement[bool]]":
    found = [article.c.dated >= span[0], article.c.dated < span[1]]
    return found if source is None else [*found, article.c.source == source]
