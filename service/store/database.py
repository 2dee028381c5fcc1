"""One database, SQLite or PostgreSQL: connections, transactions, and its errors in words."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import exc

from model.errors import DatabaseError, UsageError
from service.store.turns import Turns

BUSY_SECONDS = 30
# One writer at a time, so that what is received later is seen later and a cursor skips nothing. On SQLite it is so
# anyway.
WRITER = 0x746F706963


class Database:
    """Opens at first use and brings its schema up to date; shared by the threads of a process."""

    def __init__(self, url: str, home: Path) -> None:
        self.url = _url(url)
        self.home = home
        self._engine: sa.Engine | None = None
        self._opening = threading.Lock()
        self._turns = Turns(Path(f"{self.url.database}.lock"), BUSY_SECONDS)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction that sees one state and changes nothing. Raises `DatabaseError`."""
        with told(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Yield a connection in the one writing transaction: all of it is kept, safe from a power cut, or nothing.

        Raises `DatabaseError`.
        """
        engine = self.engine
        turn = self._turns.take() if self.is_sqlite else contextlib.nullcontext()
        with told(), turn, engine.connect().execution_options(writes=True) as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITER)))
            yield connection

    @property
    def engine(self) -> sa.Engine:
        """The engine, its schema up to date. Raises `DatabaseError`."""
        if self._engine is None:
            with self._opening:
                if self._engine is None:
                    from service.store import migrate

                    engine = self.connect()
                    try:
                        with told():
                            migrate.ensure(engine, self.home)
                    except BaseException:
                        engine.dispose()
                        raise
                    self._engine = engine
        return self._engine

    def connect(self) -> sa.Engine:
        """Return an engine as it is, whatever state its schema is in."""
        codec: dict[str, Any] = {
            "json_serializer": lambda value: msgspec.json.encode(value).decode(),
            "json_deserializer": msgspec.json.decode,
        }
        if not self.is_sqlite:
            arguments = {"connect_timeout": 10, "application_name": "topicdesk"}
            return sa.create_engine(self.url, pool_pre_ping=True, connect_args=arguments, **codec)
        self._create_private()
        # SQLAlchemy begins the transactions, not the driver, so that a write can begin as one
        arguments = {"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False}
        engine = sa.create_engine(self.url, connect_args=arguments, **codec)
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def _create_private(self) -> None:
        """Make the file, readable to its owner only; SQLite gives the files beside it the same mode."""
        path = Path(self.url.database or "")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise DatabaseError(f"cannot open the database {path}: {error.strerror}") from error

    def close(self) -> None:
        """Close all connections; the next use opens it again."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None


def _url(text: str) -> sa.URL:
    try:
        url = sa.make_url(text)
    except exc.ArgumentError:
        url = None
    if url is not None and url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url is not None and url.drivername == "sqlite" and url.database not in (None, "", ":memory:"):
        return url
    raise UsageError("TOPICDESK_DATABASE_URL should be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")


def _prepare(raw: Any, _record: Any) -> None:
    cursor = raw.cursor()
    for pragma in (
        f"busy_timeout = {int(1000 * BUSY_SECONDS)}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",  # what was answered for survives a power cut
        "secure_delete = ON",  # a deleted article's words are overwritten
        "journal_size_limit = 67108864",
        "cache_size = -65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    # a write that began as a read could not wait for another writer
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn the database's own failures, not the bugs of those who use it, into `DatabaseError`."""
    try:
        yield
    except exc.TimeoutError:
        raise DatabaseError("all connections to the database are in use; try again") from None
    except (exc.OperationalError, exc.InterfaceError) as error:
        raise _explained(error) from error
    except exc.DatabaseError as error:
        if type(error) is not exc.DatabaseError:
            raise
        raise _explained(error) from error


def _explained(error: exc.DBAPIError) -> DatabaseError:
    said = (str(error.orig).strip().splitlines() or [type(error.orig).__name__])[0]
    if "locked" in said:
        return DatabaseError("the database is busy with another writer; try again")
    return DatabaseError(f"the database cannot be used: {said}")
