"""Reading stories: pages of them, latest activity first, and what there is of one."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from model.errors import NotFoundError
from service.store import listing
from service.store.listing import Filter
from service.store.schema import article, article_topic, story


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A story: `independent` of its articles are no copies; topics and sources, those of most articles first."""

    id: str
    label: str
    articles: int
    independent: int
    first: datetime
    last: datetime
    topics: list[str]
    sources: list[str]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What stands of a story itself: `lead` is the place of an article, which may be gone."""

    seq: int
    id: str
    merged_into: int | None
    closed: datetime | None
    terms: list[str] | None
    lead: int | None


def page(connection: sa.Connection, chosen: Filter, cursor: str | None, limit: int) -> tuple[list[Story], str | None]:
    """Return up to `limit` stories that have an article as wanted, and the cursor of the page after it."""
    query = sa.select(story.c.seq, story.c.latest).where(story.c.latest.is_not(None))
    if chosen != Filter():
        query = query.where(story.c.seq.in_(listing.stories(connection.dialect.name, chosen)))
    if cursor is not None:
        query = query.where(story.c.latest < listing.place_of(cursor))
    rows = connection.execute(query.order_by(story.c.latest.desc()).limit(limit + 1)).all()
    following = listing.cursor_of(rows[limit - 1].latest) if len(rows) > limit else None
    return read(connection, [row.seq for row in rows[:limit]]), following


def read(connection: sa.Connection, numbers: Sequence[int]) -> list[Story]:
    """Return the stories of these numbers that are not empty, in their order."""
    here = article.c.story.in_(numbers)
    columns = (
        article.c.story,
        story.c.id,
        story.c.label,
        sa.func.count().label("articles"),
        (sa.func.count() - sa.func.count(article.c.original)).label("independent"),
        sa.func.min(article.c.dated).label("first"),
        sa.func.max(article.c.dated).label("last"),
    )
    joined = article.join(story, story.c.seq == article.c.story)
    counted = sa.select(*columns).select_from(joined).where(here).group_by(article.c.story, story.c.id, story.c.label)
    topics = _common(connection, article_topic.c.topic, article.join(article_topic), here)
    sources = _common(connection, article.c.source, article, here & article.c.source.is_not(None))
    found = dict[int, Story]()
    for row in connection.execute(counted):
        fields = dict(row._mapping)
        number = fields.pop("story")
        found[number] = Story(**fields, topics=_ranked(topics, number), sources=_ranked(sources, number))
    return [found[number] for number in numbers if number in found]


def _common(
    connection: sa.Connection, column: "sa.Column[Any]", joined: sa.FromClause, condition: "sa.ColumnElement[bool]"
) -> dict[int, Counter[str]]:
    query = sa.select(article.c.story, column, sa.func.count()).select_from(joined).where(condition)
    found: dict[int, Counter[str]] = {}
    for number, value, count in connection.execute(query.group_by(article.c.story, column)):
        found.setdefault(number, Counter())[value] = count
    return found


def _ranked(counts: dict[int, Counter[str]], number: int) -> list[str]:
    return sorted(counts.get(number, {}), key=lambda value: (-counts[number][value], value))


def head(connection: sa.Connection, story_id: str) -> Head:
    """Return a story's own row. Raises `NotFoundError`."""
    columns = [story.c[name] for name in Head.__struct_fields__]
    row = (
        connection.execute(sa.select(*columns).where(story.c.id == story_id)).first()
        if story_id.isprintable()
        else None
    )
    if row is None:
        raise NotFoundError("there is no story of this id")
    return Head(**row._mapping)


def id_of(connection: sa.Connection, number: int) -> str:
    """Return the id of a story."""
    return str(connection.execute(sa.select(story.c.id).where(story.c.seq == number)).scalar_one())


def dates(connection: sa.Connection, number: int) -> list[tuple[datetime, bool]]:
    """Return when each article of a story was published or else received, and whether it is a copy."""
    query = sa.select(article.c.dated, article.c.original.is_not(None)).where(article.c.story == number)
    return [(moment, bool(copy)) for moment, copy in connection.execute(query)]


def members(connection: sa.Connection, number: int, limit: int) -> list[int]:
    """Return the places of the articles of a story that were received last, latest first."""
    query = sa.select(article.c.seq).where(article.c.story == number).order_by(article.c.seq.desc()).limit(limit)
    return list(connection.scalars(query))
