"""Claims: a lock for each job that the system takes away from a process that has died.

A file lock where the database is SQLite, an advisory lock of a connection of its own where it is PostgreSQL. So
whether a job's process lives needs no clock and no guess.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy import exc

from service.store.database import Database, told

CLASS = 0x746F7069  # tells these advisory locks from others


@contextlib.contextmanager
def claim(database: Database, job_id: str) -> Iterator[bool]:
    """Hold a job's claim inside the block; yields False where another process holds it."""
    if database.is_sqlite:
        folder = database.folder / "jobs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{job_id}.lock"
        with path.open("ab") as lock:
            if not _locked(path, lock):
                yield False
                return
            try:
                yield True
            finally:
                path.unlink(missing_ok=True)  # while it is held: see `_locked`
        return
    with told(), database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(CLASS, int(job_id)))))
        try:
            yield held
        finally:
            if held:
                # where the connection is gone, so is the lock
                with contextlib.suppress(exc.DBAPIError):
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(CLASS, int(job_id))))


def _locked(path: Path, lock: IO[bytes]) -> bool:
    """Lock a file that is still the one of its name: another may have held and removed it since it was opened."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return path.stat().st_ino == os.fstat(lock.fileno()).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False
