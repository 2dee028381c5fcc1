"""Whose turn it is to write to a SQLite database.

SQLite's own waiting asks again every tenth of a second, while threads of another process take the lock from each other
in a thousandth: under load one process starves until its time is up. Here threads queue in their process, processes
ask every millisecond, and a process whose threads wait leaves the others that long to come in between.
"""

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from model.errors import DatabaseError

ASK_SECONDS = 0.001


class Turns:
    """Turns at one database, between the threads of this process and others that use the same lock file, if any."""

    def __init__(self, path: Path | None, seconds: float) -> None:
        self._path, self._seconds = path, seconds
        self._threads, self._counting = threading.Lock(), threading.Lock()
        self._waiting = 0

    @contextlib.contextmanager
    def take(self) -> Iterator[None]:
        """Have the turn inside the block. Raises `DatabaseError` where it does not come in time."""
        deadline = time.monotonic() + self._seconds
        came = self._threads.acquire(blocking=False)
        if not came:
            with self._counting:
                self._waiting += 1
            came = self._threads.acquire(timeout=self._seconds)
            with self._counting:
                self._waiting -= 1
        if not came:
            raise DatabaseError("the database is busy with other writers; try again")
        try:
            with self._between_processes(deadline):
                yield
            if self._path is not None and self._waiting > 0:
                time.sleep(2 * ASK_SECONDS)
        finally:
            self._threads.release()

    @contextlib.contextmanager
    def _between_processes(self, deadline: float) -> Iterator[None]:
        if self._path is None:
            yield
            return
        try:
            file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseError(f"cannot open {self._path}: {error.strerror}") from error
        try:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise DatabaseError("the database is busy with another process; try again") from None
                    time.sleep(ASK_SECONDS)
            yield
        finally:
            os.close(file)
