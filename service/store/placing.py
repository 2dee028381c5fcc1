"""Which article is in which story: written as it is placed, and read again by those who place elsewhere.

Articles that come in are found by their place; every other change of stories is a line in `story_change`, so that
each process that places articles can follow what the others have done.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from service.store.columns import now
from service.store.schema import article, article_text, story, story_change


class Placed(NamedTuple):
    """An article of a story that is open, as it was kept."""

    seq: int
    title: str | None
    text: str | None
    terms: str | None
    published: datetime | None
    story: int
    original: int | None


class Change(NamedTuple):
    """A change of stories that is not a new article."""

    id: int
    kind: str
    data: dict[str, Any]


class Title(msgspec.Struct, frozen=True):
    """What a story is called, the words it is known by, and the place of the article that leads it."""

    label: str
    terms: list[str]
    lead: int | None


_COLUMNS = (
    sa.select(
        article.c.seq,
        article_text.c.title,
        article_text.c.text,
        article_text.c.terms,
        article.c.published,
        article.c.story,
        article.c.original,
    )
    .join_from(article, article_text, article_text.c.article == article.c.seq)
    .order_by(article.c.seq)
)


def first(connection: sa.Connection) -> int:
    """Return the place of the first article of an open story, 0 where there is none."""
    joined = article.join(story, story.c.seq == article.c.story)
    return connection.scalar(sa.select(sa.func.min(article.c.seq)).select_from(joined).where(_open())) or 0


def after(connection: sa.Connection, seq: int, limit: int) -> list[Placed]:
    """Return up to `limit` articles of open stories that were received after a place, in that order."""
    query = _COLUMNS.join(story, story.c.seq == article.c.story).where(article.c.seq > seq, _open()).limit(limit)
    return [Placed(*row) for row in connection.execute(query)]


def read(connection: sa.Connection, seqs: Sequence[int]) -> list[Placed]:
    """Return the articles at these places, in the order of receipt."""
    return [Placed(*row) for row in connection.execute(_COLUMNS.where(article.c.seq.in_(seqs)))]


def of_stories(connection: sa.Connection, numbers: Sequence[int]) -> list[Placed]:
    """Return all articles of some stories, as far as those are open, in the order of receipt."""
    query = _COLUMNS.join(story, story.c.seq == article.c.story).where(article.c.story.in_(numbers), _open())
    return [Placed(*row) for row in connection.execute(query)]


def _open() -> "sa.ColumnElement[bool]":
    return story.c.closed.is_(None)


def last_change(connection: sa.Connection) -> int:
    """Return the number of the last change, 0 where there was none."""
    return connection.scalar(sa.select(sa.func.max(story_change.c.id))) or 0


def changes(connection: sa.Connection, since: int) -> list[Change]:
    """Return the changes after one, in order."""
    query = sa.select(story_change).where(story_change.c.id > since).order_by(story_change.c.id)
    return [Change(*row) for row in connection.execute(query)]


def tell(connection: sa.Connection, kind: str, data: Mapping[str, Any]) -> int:
    """Write a change down for those who follow, and return its number."""
    written = connection.execute(story_change.insert().returning(story_change.c.id), {"kind": kind, "data": dict(data)})
    return int(written.scalar_one())


def next_story(connection: sa.Connection) -> int:
    """Return a number above that of every story there ever was."""
    return (connection.scalar(sa.select(sa.func.max(story.c.seq))) or 0) + 1


def open_stories(connection: sa.Connection, opened: Mapping[int, datetime]) -> None:
    """Write new stories down under numbers that `next_story` allows, each with the date of its first article."""
    if opened:
        rows = [{"seq": seq, "id": f"s-{seq}", "label": "", "opened": date} for seq, date in opened.items()]
        connection.execute(story.insert(), rows)


def assign(connection: sa.Connection, rows: Sequence[tuple[int, int, int | None]]) -> None:
    """Write down where new articles went, each a place, a story and the original it copies."""
    at: sa.BindParameter[int] = sa.bindparam("place")
    to: sa.BindParameter[int] = sa.bindparam("into")
    of: sa.BindParameter[int | None] = sa.bindparam("copied")
    values = [{"place": seq, "into": number, "copied": original} for seq, number, original in rows]
    latest = {number: seq for seq, number, _ in sorted(rows)}
    if values:
        connection.execute(article.update().where(article.c.seq == at).values(story=to, original=of), values)
        newest = [{"into": number, "place": seq} for number, seq in latest.items()]
        connection.execute(story.update().where(story.c.seq == to).values(latest=at), newest)


def name(connection: sa.Connection, titles: Mapping[int, Title]) -> None:
    """Write down what stories are called."""
    update = story.update().where(story.c.seq == sa.bindparam("number"))
    if titles:
        connection.execute(update, [{"number": n, **msgspec.structs.asdict(one)} for n, one in titles.items()])


def refresh(connection: sa.Connection, numbers: Iterable[int]) -> None:
    """Set anew which article of each story was received last."""
    newest = sa.select(sa.func.max(article.c.seq)).where(article.c.story == story.c.seq).scalar_subquery()
    connection.execute(story.update().where(story.c.seq.in_(list(numbers))).values(latest=newest))


def originals(connection: sa.Connection, number: int, limit: int) -> list[Placed]:
    """Return the first `limit` articles of a story that are no copies."""
    query = _COLUMNS.where(article.c.story == number, article.c.original.is_(None)).limit(limit)
    return [Placed(*row) for row in connection.execute(query)]


def leave(connection: sa.Connection, seq: int) -> int | None:
    """Take an article out of its story, and return which that was; the first of its copies stands for the others."""
    number: int | None = connection.scalar(sa.select(article.c.story).where(article.c.seq == seq))
    if number is None:
        return None
    heir: int | None = connection.scalar(sa.select(sa.func.min(article.c.seq)).where(article.c.original == seq))
    if heir is not None:
        connection.execute(article.update().where(article.c.original == seq).values(original=heir))
        connection.execute(article.update().where(article.c.seq == heir).values(original=None))
    connection.execute(article.update().where(article.c.seq == seq).values(story=None, original=None))
    refresh(connection, [number])
    tell(connection, "removed", {"article": seq, "heir": heir})
    return number


def close_quiet(connection: sa.Connection, before: datetime, most: int) -> list[int]:
    """Close the stories into which nothing came since a moment, nor among the last `most` articles; return them."""
    newest = connection.scalar(sa.select(sa.func.max(article.c.seq))) or 0
    moment = sa.select(article.c.received).where(article.c.seq == story.c.latest).scalar_subquery()
    quiet = (moment < before) | (story.c.latest <= newest - most) | story.c.latest.is_(None)
    closed = story.update().where(_open(), quiet).values(closed=now()).returning(story.c.seq)
    numbers = list(connection.scalars(closed))
    if numbers:
        tell(connection, "closed", {"stories": numbers})
    return numbers
