"""Claims: a lock for each job that the system takes away from a process that has died.

A file lock where the database is SQLite, an advisory lock of a connection of its own where it is PostgreSQL. So
whether a job's process lives needs no clock and no guess.
"""

import contextlib
import fcntl
from collections.abc import Iterator

import sqlalchemy as sa

from service.store.database import Database

CLASS = 0x746F7069  # tells these advisory locks from others


@contextlib.contextmanager
def claim(database: Database, job_id: str) -> Iterator[bool]:
    """Hold a job's claim inside the block; yields False where another process holds it."""
    if database.is_sqlite:
        folder = database.home / "jobs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{job_id}.lock"
        with path.open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(CLASS, int(job_id)))))
        try:
            yield held
        finally:
            if held:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(CLASS, int(job_id))))
