"""What was done to the service, by whom: written beside it in one transaction, and never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from service.access.caller import current
from service.store.columns import now
from service.store.schema import audit


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line: who did what to which thing. `key` is the id of the key it was done with, None where none was asked."""

    id: int
    at: datetime
    who: str
    key: str | None
    action: str
    object: str
    detail: dict[str, Any] | None


def note(connection: sa.Connection, action: str, thing: str, detail: dict[str, Any] | None = None) -> None:
    """Write that whoever is being served did something; never with an article's words in it."""
    caller = current()
    values = {"at": now(), "who": caller.name, "key": caller.key, "action": action, "object": thing, "detail": detail}
    connection.execute(audit.insert().values(values))


def note_articles(connection: sa.Connection, action: str, seqs: Sequence[int]) -> None:
    """Write that something was done to articles, by their places: an id may quote what the article says."""
    if seqs:
        thing = f"article {seqs[0]}" if len(seqs) == 1 else f"{len(seqs)} articles"
        note(connection, action, thing, None if len(seqs) == 1 else {"articles": list(seqs)})


def latest(connection: sa.Connection, limit: int) -> list[Entry]:
    """Return the last entries, the last first."""
    rows = connection.execute(audit.select().order_by(audit.c.id.desc()).limit(limit))
    return [Entry(**row._mapping) for row in rows]
