"""Feeds: where they are, when each is asked again and how it went, and which of their entries have been dealt with."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from model.errors import NotFoundError
from service.store.columns import now
from service.store.schema import feed, feed_entry

MAX_ERROR = 500
FORGET = timedelta(days=60)  # an entry that has left its feed for so long
CHUNK = 500


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed, its `title` as it says, `source` as a person named it; both None where there is none.

    `next_poll` is None where it is asked no more; `failures` are those in a row, the last of which `error` tells, which
    may also tell what was wrong with a feed that could be read. `seen` counts entries, `kept` those new to the store.
    """

    id: str
    url: str
    title: str | None
    source: str | None
    added: datetime
    polled: datetime | None
    succeeded: datetime | None
    next_poll: datetime | None
    failures: int
    error: str | None
    seen: int
    kept: int
    etag: str | None = None
    last_modified: str | None = None


def _feed(row: Any) -> Feed:
    return Feed(**{**row._mapping, "id": str(row.id)})


def add(connection: sa.Connection, url: str, source: str | None) -> tuple[Feed, bool]:
    """Return the feed at a URL, and whether it is new; one that was asked no more is due again."""
    row = connection.execute(feed.select().where(feed.c.url == url)).one_or_none()
    if row is None:
        values = {"url": url, "source": source, "added": now(), "next_poll": now()}
        return _feed(connection.execute(feed.insert().values(values).returning(*feed.c)).one()), True
    changed: dict[str, Any] = {"source": source} if source is not None else {}
    if row.next_poll is None:
        changed["next_poll"] = now()
    if changed:
        row = connection.execute(feed.update().where(feed.c.id == row.id).values(changed).returning(*feed.c)).one()
    return _feed(row), False


def get(connection: sa.Connection, feed_id: str) -> Feed:
    """Return a feed. Raises `NotFoundError`."""
    row = connection.execute(feed.select().where(feed.c.id == _number(feed_id))).one_or_none()
    if row is None:
        raise NotFoundError("there is no such feed")
    return _feed(row)


def every(connection: sa.Connection) -> list[Feed]:
    """Return all feeds, in the order in which they were added."""
    return [_feed(row) for row in connection.execute(feed.select().order_by(feed.c.id))]


def page(connection: sa.Connection, start: int, most: int, *, failing: bool = False) -> list[Feed]:
    """Return some feeds from a place on, those added last first; only those that do not work, if that is asked."""
    query = feed.select().order_by(feed.c.id.desc()).offset(start).limit(most)
    return [_feed(row) for row in connection.execute(query.where(_troubled()) if failing else query)]


def numbers(connection: sa.Connection) -> tuple[int, int]:
    """Return how many feeds there are, and how many of them do not work."""
    query = sa.select(sa.func.count(), sa.func.count(sa.case((_troubled(), 1)))).select_from(feed)
    return tuple(connection.execute(query).one())  # type: ignore[return-value]


def _troubled() -> sa.ColumnElement[bool]:
    return (feed.c.failures > 0) | feed.c.next_poll.is_(None)


def due(connection: sa.Connection, moment: datetime, most: int) -> list[Feed]:
    """Return feeds that are to be asked at a moment, those that have waited longest first."""
    query = feed.select().where(feed.c.next_poll <= moment).order_by(feed.c.next_poll, feed.c.id).limit(most)
    return [_feed(row) for row in connection.execute(query)]


def remove(connection: sa.Connection, feed_id: str) -> Feed:
    """Forget a feed; its articles stay. Raises `NotFoundError`."""
    found = get(connection, feed_id)
    connection.execute(feed_entry.delete().where(feed_entry.c.feed == int(found.id)))
    connection.execute(feed.delete().where(feed.c.id == int(found.id)))
    return found


def dealt_with(connection: sa.Connection, feed_id: str, keys: Sequence[str]) -> set[str]:
    """Return those of some entries' keys that have been dealt with."""
    found: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        part = feed_entry.c.key.in_(keys[start : start + CHUNK])
        query = sa.select(feed_entry.c.key).where(feed_entry.c.feed == int(feed_id), part)
        found.update(connection.scalars(query))
    return found


def note(connection: sa.Connection, feed_id: str, keys: Iterable[str], kept: int) -> None:
    """Remember that entries have been dealt with, so many of them kept; not of a feed that was removed meanwhile."""
    noted = sorted(set(keys))
    rows = [{"feed": int(feed_id), "key": key, "seen": now()} for key in noted]
    before = dealt_with(connection, feed_id, noted)
    counts = {"seen": feed.c.seen + len(rows) - len(before), "kept": feed.c.kept + kept}
    if not connection.execute(feed.update().where(feed.c.id == int(feed_id)).values(counts)).rowcount or not rows:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = insert(feed_entry)
    connection.execute(
        made.on_conflict_do_update(index_elements=["feed", "key"], set_={"seen": made.excluded.seen}), rows
    )


def forget(connection: sa.Connection, feed_id: str) -> None:
    """Forget entries that have left a feed long ago."""
    old = (feed_entry.c.feed == int(feed_id)) & (feed_entry.c.seen < now() - FORGET)
    connection.execute(feed_entry.delete().where(old))


def set_polled(connection: sa.Connection, feed_id: str, **values: Any) -> None:
    """Write down how a poll went."""
    if values.get("error") is not None:
        values["error"] = values["error"][:MAX_ERROR]
    connection.execute(feed.update().where(feed.c.id == int(feed_id)).values(values))


def _number(feed_id: str) -> int:
    return int(feed_id) if feed_id.isascii() and feed_id.isdigit() and len(feed_id) < 19 else 0
