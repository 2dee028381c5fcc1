"""The articles of a topic and a time, as themes are drawn from them."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from service.store.drift import Span
from service.store.schema import article, article_text, article_topic, story

CHUNK = 500


class Row(NamedTuple):
    """An article without its text: what there is to know of whether a division still holds, and to show."""

    seq: int
    id: str
    content_hash: str
    original: int | None
    story: int | None
    story_id: str | None
    title: str | None


class Words(NamedTuple):
    """What an article says, or only its terms where no text is kept."""

    seq: int
    title: str | None
    text: str | None
    terms: str | None


def latest(connection: sa.Connection, topic: str, span: Span, limit: int) -> list[Row]:
    """Return up to `limit` articles of a topic, those first that are dated last."""
    columns = (
        article.c.seq,
        article.c.id,
        article.c.content_hash,
        article.c.original,
        article.c.story,
        story.c.id.label("story_id"),
        article_text.c.title,
    )
    query = _of(columns, topic, span).order_by(article.c.dated.desc(), article.c.seq.desc()).limit(limit)
    return [Row(*row) for row in connection.execute(query)]


def count(connection: sa.Connection, topic: str, span: Span) -> int:
    """Return how many articles of a topic there are."""
    return connection.scalar(_of((sa.func.count(),), topic, span)) or 0


def words(connection: sa.Connection, seqs: Sequence[int]) -> Iterator[Words]:
    """Yield what the articles at these places say, in any order."""
    columns = (article_text.c.article, article_text.c.title, article_text.c.text, article_text.c.terms)
    for start in range(0, len(seqs), CHUNK):
        some = seqs[start : start + CHUNK]
        for row in connection.execute(sa.select(*columns).where(article_text.c.article.in_(some))):
            yield Words(*row)


def _of(columns: Sequence[Any], topic: str, span: Span) -> "sa.Select[Any]":
    joined = (
        article_topic.join(article, article.c.seq == article_topic.c.article)
        .join(article_text, article_text.c.article == article.c.seq)
        .join(story, story.c.seq == article.c.story, isouter=True)
    )
    conditions = (article_topic.c.topic == topic, article.c.dated >= span[0], article.c.dated < span[1])
    return sa.select(*columns).select_from(joined).where(*conditions, article.c.deleted.is_(None))
