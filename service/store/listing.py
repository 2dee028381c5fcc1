"""Pages of kept articles, latest received first, by filters and full-text search."""

import base64
import contextlib
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from model.errors import InvalidInputError
from service.store import query
from service.store.articles import JUDGED
from service.store.schema import article, article_topic, story

SEARCH = sa.table("article_search", sa.column("article", sa.BigInteger), sa.column("words"))  # on PostgreSQL
FEW = 5000


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to list: None leaves a filter out. `since` and `until` (exclusive) are of publication, or else receipt."""

    topic: str | None = None
    status: str | None = None
    story: str | None = None
    source: str | None = None
    labelled: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: str | None = None


def page(connection: sa.Connection, chosen: Filter, cursor: str | None, limit: int) -> tuple[list[int], str | None]:
    """Return the places of up to `limit` articles, and the cursor of the page after it where there is one.

    Articles that come in while a client turns pages come before its first page and move nothing.
    """
    found, place = _found(connection.dialect.name, chosen)
    if cursor is not None:
        found = found.where(place < place_of(cursor))
    if chosen.q is not None and connection.dialect.name == "postgresql" and _finds_few(connection, chosen):
        place = place + 0  # keeps it from walking through all articles in order, unpacking the words of each
    seqs: list[int] = list(connection.scalars(found.order_by(place.desc()).limit(limit + 1)))
    more = len(seqs) > limit
    return seqs[:limit], cursor_of(seqs[limit - 1]) if more else None


def _found(dialect: str, chosen: Filter) -> "tuple[sa.Select[int], sa.ColumnElement[int]]":
    """Return the query, and the column of it to order by: the one whose index finds the articles."""
    place: sa.ColumnElement[int] = article.c.seq
    joined: sa.FromClause = article
    conditions: list[sa.ColumnElement[bool]] = [article.c.deleted.is_(None)]
    if chosen.topic is not None:
        place = article_topic.c.article
        joined = joined.join(article_topic, place == article.c.seq)
        conditions.append(article_topic.c.topic == chosen.topic)
    if chosen.q is not None:
        terms = query.parse(chosen.q)
        if dialect == "sqlite":
            index = sa.table("article_search", sa.column("rowid", sa.Integer))
            place = index.c.rowid
            joined = joined.join(index, place == article.c.seq)
            conditions.append(sa.text("article_search MATCH :terms").bindparams(terms=query.fts5(terms)))  # type: ignore[arg-type]
        else:
            joined = joined.join(SEARCH, SEARCH.c.article == article.c.seq)
            conditions.append(_matches(query.tsquery(terms)))
    if chosen.story is not None:
        # a merged story leads to what it became
        became = sa.select(sa.func.coalesce(story.c.merged_into, story.c.seq)).where(story.c.id == chosen.story)
        conditions.append(article.c.story == became.scalar_subquery())
    if chosen.status is not None:
        conditions.append(article.c.status == chosen.status)
    if chosen.source is not None:
        conditions.append(article.c.source == chosen.source)
    if chosen.labelled is not None:
        judged = article.c.verdict.in_(JUDGED)
        conditions.append(judged if chosen.labelled else article.c.verdict.is_(None) | ~judged)
    return sa.select(place).select_from(joined).where(*conditions, *_dates(chosen)), place


def stories(dialect: str, chosen: Filter) -> "sa.Select[int]":
    """Return the query for the stories of the articles that a filter finds."""
    found, _ = _found(dialect, chosen)
    return found.with_only_columns(article.c.story, maintain_column_froms=True)


def _finds_few(connection: sa.Connection, chosen: Filter) -> bool:
    """Return whether so few articles have the words or the dates that they are best found first and then put in order.

    PostgreSQL keeps no count of rare words, and takes reading a tsvector for as cheap as reading a number.
    """
    apart = query.tsquery(query.parse(chosen.q or ""), side_by_side=False)  # the index alone can tell
    lists = [sa.select(SEARCH.c.article).where(_matches(apart))]
    if dates := _dates(chosen):
        lists.append(sa.select(article.c.seq).where(*dates))
    connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
    numbers = [
        connection.scalar(sa.select(sa.func.count()).select_from(one.limit(FEW + 1).subquery())) or 0 for one in lists
    ]
    connection.execute(sa.text("SET LOCAL enable_seqscan = on"))
    return min(numbers) <= FEW


def _matches(tsquery: str) -> "sa.ColumnElement[bool]":
    return SEARCH.c.words.bool_op("@@")(sa.func.to_tsquery("simple", tsquery))


def _dates(chosen: Filter) -> "list[sa.ColumnElement[bool]]":
    since = [] if chosen.since is None else [article.c.dated >= chosen.since]
    return since if chosen.until is None else [*since, article.c.dated < chosen.until]


def cursor_of(seq: int) -> str:
    """Return the cursor of a place."""
    return base64.urlsafe_b64encode(str(seq).encode()).decode().rstrip("=")


def place_of(cursor: str) -> int:
    """Return the place of a cursor. Raises `InvalidInputError`."""
    with contextlib.suppress(ValueError):
        place = int(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if 0 < place < 2**63:
            return place
    raise InvalidInputError("`cursor` is none that a page gave")


def count(connection: sa.Connection) -> int:
    """Return how many articles are kept."""
    number: Any = connection.scalar(sa.select(sa.func.count()).select_from(article).where(article.c.deleted.is_(None)))
    return int(number)
