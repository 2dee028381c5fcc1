"""Which articles might be read after one: of its story, and of its topics at about its time."""

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa

from service.store.schema import article, article_topic

DAYS = timedelta(days=14)
MOST = 100


class Near(NamedTuple):
    """The places of an article's original, and of independent articles: of its story, and of a topic it has."""

    original: int
    story: list[int]
    topic: list[int]


def near(connection: sa.Connection, seq: int) -> Near:
    """Return what is near an article, the latest of each kind."""
    it = connection.execute(article.select().where(article.c.seq == seq)).one()
    original = it.original or seq
    found = sa.select(article.c.seq).where(article.c.deleted.is_(None), article.c.original.is_(None))
    found = found.where(article.c.seq != original).order_by(article.c.seq.desc()).limit(MOST)
    same = list(connection.scalars(found.where(article.c.story == it.story))) if it.story is not None else []
    topics = sa.select(article_topic.c.topic).where(article_topic.c.article == seq)
    alike = sa.select(article_topic.c.article).where(article_topic.c.topic.in_(topics))
    others = found.where(article.c.seq.in_(alike), article.c.story.is_distinct_from(it.story))
    try:
        others = others.where(article.c.dated.between(it.dated - DAYS, it.dated + DAYS))
    except OverflowError:  # near an end of the calendar
        others = others.where(article.c.dated == it.dated)
    return Near(original, same, list(connection.scalars(others)))
