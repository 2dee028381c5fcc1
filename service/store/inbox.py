"""What stands beside articles in a list: the commonest sources, and what stories are called."""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from service.store import listing
from service.store.listing import Filter
from service.store.schema import article, article_text, story

AMONG = 5000
BEGINNING = 300  # characters


class StoryName(msgspec.Struct, frozen=True, kw_only=True):
    """A story as other pages name it; `articles` counts all that it holds, copies too."""

    id: str
    label: str
    articles: int


def sources(connection: sa.Connection, most: int) -> list[str]:
    """Return the commonest sources of the articles received last, those of most articles first."""
    latest = sa.select(article.c.source).where(article.c.deleted.is_(None)).order_by(article.c.seq.desc()).limit(AMONG)
    source = latest.subquery().c.source
    counted = sa.select(source).where(source.is_not(None)).group_by(source)
    return list(connection.scalars(counted.order_by(sa.func.count().desc(), source).limit(most)))


def story_names(connection: sa.Connection, ids: Iterable[str]) -> dict[str, StoryName]:
    """Return what stories are called, by id; a merged one counts nothing."""
    columns = (story.c.id, story.c.label, sa.func.count(article.c.seq).label("articles"))
    joined = story.join(article, article.c.story == story.c.seq, isouter=True)
    query = sa.select(*columns).select_from(joined).where(story.c.id.in_(list(ids))).group_by(story.c.id, story.c.label)
    return {row.id: StoryName(**row._mapping) for row in connection.execute(query)}


def beginnings(connection: sa.Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return how the texts of articles without a title begin, or their terms where no text is kept, by id."""
    words = sa.func.coalesce(article_text.c.text, article_text.c.terms)
    query = sa.select(article.c.id, sa.func.substr(words, 1, BEGINNING)).join(article_text)
    untitled = sa.func.coalesce(article_text.c.title, "") == ""
    return dict(connection.execute(query.where(article.c.id.in_(list(ids)), untitled)).all())


def places(connection: sa.Connection, chosen: Filter, limit: int) -> list[int]:
    """Return the places of up to `limit` articles that a filter finds, latest received first."""
    return listing.page(connection, chosen, None, limit)[0]


def present(connection: sa.Connection, ids: Iterable[str]) -> list[int]:
    """Return the places of those articles that are kept, latest received first."""
    here = sa.select(article.c.seq).where(article.c.id.in_(list(ids)), article.c.deleted.is_(None))
    return list(connection.scalars(here.order_by(article.c.seq.desc())))
