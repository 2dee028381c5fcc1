"""One database, SQLite or PostgreSQL: connections, transactions, and its errors in words."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
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

    def __init__(self, url: str | sa.URL, home: Path) -> None:
        self.url = _url(url)
        self.home = home
        self._engine: sa.Engine | None = None
        self._opening = threading.Lock()
        self._turns = Turns(Path(f"{self.url.database}.lock") if self.is_sqlite else None, BUSY_SECONDS)
        self._file: tuple[int, int] | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def folder(self) -> Path:
        """The folder for what processes that share the database share beside it: a SQLite file's own, else the home."""
        return Path(str(self.url.database)).parent if self.is_sqlite else self.home

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction that sees one state and changes nothing. Raises `DatabaseError`."""
        one_state: dict[str, Any] = {}
        if not self.is_sqlite:
            one_state = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with told(), self.engine.connect().execution_options(**one_state) as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def write(self, failed: Callable[[], None] | None = None) -> Iterator[sa.Connection]:
        """Yield a connection in the one writing transaction: all of it is kept, safe from a power cut, or nothing.

        Where it is nothing `failed` is called, before the next writer's turn. Raises `DatabaseError`.
        """
        self._check_file()
        writer = self.engine.execution_options(writes=True)
        with told(), self._turns.take(), _telling(failed), writer.begin() as connection:
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
                            migrate.ensure(engine, self.folder)
                    except BaseException:
                        engine.dispose()
                        raise
                    self._engine = engine
                    self._file = self._identity()
        return self._engine

    def _identity(self) -> tuple[int, int] | None:
        """Return which file it is, where it is one and is there."""
        if self.is_sqlite:
            with contextlib.suppress(OSError):
                facts = Path(str(self.url.database)).stat()
                return facts.st_dev, facts.st_ino
        return None

    def _check_file(self) -> None:
        """Raise `DatabaseError` where the file was moved or replaced: what is written to it would be lost."""
        if self._engine is not None and self._identity() != self._file:
            self.close()
            raise DatabaseError("the database file was moved or replaced while it was in use; try again")

    def connect(self) -> sa.Engine:
        """Return an engine as it is, whatever state its schema is in."""
        codec: dict[str, Any] = {
            "json_serializer": lambda value: msgspec.json.encode(value).decode(),
            "json_deserializer": msgspec.json.decode,
        }
        if not self.is_sqlite:
            # dates near the ends of the calendar have no other zone that Python could read
            options = f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS}s"
            arguments = {"connect_timeout": 10, "application_name": "topicdesk", "options": options}
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


def _url(text: str | sa.URL) -> sa.URL:
    url: sa.URL | None
    try:
        url = sa.make_url(text)
    except (exc.ArgumentError, ValueError):
        url = None
    if url is not None and url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url is not None and url.drivername == "sqlite" and url.database not in (None, "", ":memory:") and not url.query:
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
def _telling(failed: Callable[[], None] | None) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if failed is not None:
            failed()
        raise


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn the database's own failures, not the bugs of those who use it, into `DatabaseError`."""
    try:
        yield
    except exc.TimeoutError:
        raise DatabaseError("all connections to the database are in use; try again") from None
    except (exc.OperationalError, exc.InterfaceError, exc.InternalError) as error:
        raise _explained(error) from error
    except exc.DatabaseError as error:
        if type(error) is not exc.DatabaseError:
            raise
        raise _explained(error) from error


def _explained(error: exc.DBAPIError) -> DatabaseError:
    said = (str(error.orig).strip().splitlines() or [type(error.orig).__name__])[0]
    if "locked" in said or "lock timeout" in said:
        return DatabaseError("the database is busy with another writer; try again")
    return DatabaseError(f"the database cannot be used: {said}")
