"""Make keys, list them, revoke one."""

from datetime import timedelta

import msgspec

from model.errors import InvalidInputError
from service.access import secret, token
from service.access.caller import Scope
from service.settings import Settings
from service.store import audit, keys
from service.store.columns import now
from service.store.database import Database

MAX_NAME, MAX_DAYS = 100, 3650


class Made(msgspec.Struct, frozen=True):
    """A new key; `token` is shown now and never again."""

    id: str
    token: str


def create(settings: Settings, database: Database, scope: str, name: str, days: int | None) -> Made:
    """Make a key that is good for so many days, or until it is revoked.

    Raises `InvalidInputError`, `FileError` or `DatabaseError`.
    """
    if scope.upper() not in Scope.__members__:
        raise InvalidInputError(f"the scope is one of {', '.join(one.lower() for one in Scope.__members__)}")
    if not name.strip() or not name.isprintable() or len(name) > MAX_NAME:
        raise InvalidInputError(f"a key's name has 1 to {MAX_NAME} printable characters")
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise InvalidInputError(f"a key is good for 1 to {MAX_DAYS} days")
    made = token.make()
    at = now()
    key = keys.Stored(
        id=made.id,
        name=name.strip(),
        scope=scope.lower(),
        created=at,
        expires=None if days is None else at + timedelta(days),
        used=None,
        revoked=None,
        digest=token.digest(made, secret.read(settings.secret_file)),
    )
    with database.write() as connection:
        keys.add(connection, key)
        audit.note(connection, "create key", made.id, {"scope": key.scope})
    return Made(made.id, str(made))


def every(database: Database) -> list[keys.Key]:
    """Return the keys without their digests, oldest first."""
    with database.read() as connection:
        found = keys.every(connection)
    names = keys.Key.__struct_fields__
    return [keys.Key(**{name: getattr(key, name) for name in names}) for key in found]


def revoke(database: Database, key_id: str) -> None:
    """Make a key worthless for good; servers know it within seconds. Raises `NotFoundError`."""
    with database.write() as connection:
        keys.revoke(connection, key_id)
        audit.note(connection, "revoke key", key_id)


def any_good(database: Database) -> bool:
    """Return whether there is a key that is neither revoked nor expired."""
    at = now()
    return any(key.revoked is None and (key.expires is None or key.expires > at) for key in every(database))
