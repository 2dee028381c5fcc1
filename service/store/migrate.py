"""Bringing a database's schema to the version that this code knows, and back."""

import contextlib
import fcntl
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import exc

from model.errors import DatabaseError
from service.store.schema import metadata

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0007"
LOCK = 0x746F7069
HERE = Path(__file__).parent / "migrations"


def ensure(engine: sa.Engine, folder: Path) -> None:
    """Bring the schema up to date, once, however many processes that share `folder` or a server ask.

    Raises `DatabaseError` where it is of a later version of topicdesk or of another application, or may not be changed.
    """
    try:
        if version(engine) == HEAD:  # Alembic is slow to import
            return
        with _alone(engine, folder):
            found = version(engine)
            _check(engine, found)
            upgrade(engine)
    except exc.ProgrammingError as error:
        said = str(error.orig).strip().splitlines()[0]
        raise DatabaseError(f"the database's schema cannot be made or read: {said}") from error


def _check(engine: sa.Engine, found: str | None) -> None:
    if found is None:
        ours = set(metadata.tables) & set(sa.inspect(engine).get_table_names())
        if ours:
            raise DatabaseError(f"the database holds tables of another application ({', '.join(sorted(ours))})")
    elif not re.fullmatch(r"\d{4}", found) or found == "0000":
        raise DatabaseError("the database holds the schema of another application")
    elif found > HEAD:
        raise DatabaseError(f"the database is of a later version of topicdesk (schema {found}; this is {HEAD})")


def version(engine: sa.Engine) -> str | None:
    """Return the schema's version, None where there is none yet. Raises `DatabaseError` for what cannot hold it."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql" and connection.scalar(sa.text("SHOW server_encoding")) != "UTF8":
            raise DatabaseError("the PostgreSQL database has to be created with encoding UTF8")
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return found


def upgrade(engine: sa.Engine, to: str = HEAD) -> None:
    """Migrate up."""
    from alembic import command

    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.upgrade(_config(connection), to)


def downgrade(engine: sa.Engine, to: str) -> None:
    """Migrate down, keeping what the older schema has room for; `base` drops everything."""
    from alembic import command

    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.downgrade(_config(connection), to)


def _config(connection: sa.Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


@contextlib.contextmanager
def _alone(engine: sa.Engine, folder: Path) -> Iterator[None]:
    if engine.dialect.name == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "database.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with engine.connect() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(LOCK)))
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))
