"""Keys as they are kept: never themselves, only their digests."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
import sqlalchemy as sa

from model.errors import NotFoundError
from service.store.columns import now
from service.store.schema import access_key


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is listed; `used` is when it was used last, to the minute."""

    id: str
    name: str
    scope: str
    created: datetime
    expires: datetime | None
    used: datetime | None
    revoked: datetime | None


class Stored(Key, frozen=True, kw_only=True):
    """A key with its digest."""

    digest: bytes


def add(connection: sa.Connection, key: Stored) -> None:
    """Keep a key."""
    connection.execute(access_key.insert().values(msgspec.structs.asdict(key)))


def every(connection: sa.Connection) -> list[Stored]:
    """Return all keys, oldest first."""
    rows = connection.execute(access_key.select().order_by(access_key.c.created, access_key.c.id))
    return [Stored(**row._mapping) for row in rows]


def revoke(connection: sa.Connection, key_id: str) -> None:
    """Make a key worthless for good. Raises `NotFoundError`."""
    here = access_key.c.id == key_id
    if connection.scalar(sa.select(access_key.c.id).where(here)) is None:
        raise NotFoundError("there is no key of this id")
    connection.execute(access_key.update().where(here, access_key.c.revoked.is_(None)).values(revoked=now()))


def touch(connection: sa.Connection, used: Mapping[str, datetime]) -> None:
    """Note when keys were used last."""
    for key_id, moment in used.items():
        connection.execute(access_key.update().where(access_key.c.id == key_id).values(used=moment))
