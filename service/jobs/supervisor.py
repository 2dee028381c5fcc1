"""Runs the queue's jobs, one at a time, each in a process of its own, while the server runs.

Of the worker processes that share a TOPICDESK_HOME one does this: the one that holds a lock, which another takes over
should it die.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import secrets
import sys
import time
import traceback
from typing import IO

from pydantic import SecretStr

from model.errors import TopicdeskError
from service.jobs import claims
from service.settings import Settings
from service.store import jobs
from service.store.database import Database

log = logging.getLogger("topicdesk")

POLL_SECONDS = 0.5
RECOVER_SECONDS = 15.0
GRACE_SECONDS = 10.0


class Supervisor:
    """Looks after the jobs of one server."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._recovered = -RECOVER_SECONDS
        self._told: str | None = None

    async def run(self) -> None:
        """Look after jobs for ever."""
        lock: IO[bytes] | None = None
        try:
            while True:
                try:
                    lock = lock or self._lock()
                    if lock is not None and await asyncio.to_thread(self._job_waits):
                        await self._run_one()
                    self._told = None
                except Exception as error:  # nothing may end the care for jobs
                    self._tell(error)
                await asyncio.sleep(POLL_SECONDS)
        finally:
            if lock is not None:
                lock.close()

    def _tell(self, error: Exception) -> None:
        """Log what keeps jobs waiting: once, not twice a second; of a bug only its kind and place."""
        said = str(error)
        if not isinstance(error, TopicdeskError):
            place = traceback.extract_tb(error.__traceback__)[-1]
            said = f"unexpected {type(error).__name__} in {place.filename}, line {place.lineno}"
        if said != self._told:
            log.error("jobs wait: %s", said)
        self._told = said

    def _lock(self) -> IO[bytes] | None:
        folder = self._database.folder / "jobs"
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "supervisor.lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        return lock

    def _job_waits(self) -> bool:
        if time.monotonic() - self._recovered >= RECOVER_SECONDS:
            recover(self._database)
            self._recovered = time.monotonic()
        with self._database.read() as connection:
            return bool(jobs.with_status(connection, jobs.Status.QUEUED, limit=1))

    async def _run_one(self) -> None:
        worker = secrets.token_hex(8)
        # -P: not what happens to lie in the working directory
        command = (sys.executable, "-P", "-m", "service.jobs.process", worker)
        process = await asyncio.create_subprocess_exec(*command, env=self._environment())
        try:
            code = await self._watch(process, worker)
        except asyncio.CancelledError:
            process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), GRACE_SECONDS)
            if process.returncode is None:
                process.kill()
            raise
        if code:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            if not await asyncio.to_thread(self._bury, worker, f"its process ended with {how}"):
                log.error("a process for jobs ended with %s before it had one", how)
                await asyncio.sleep(RECOVER_SECONDS)

    async def _watch(self, process: asyncio.subprocess.Process, worker: str) -> int:
        """Wait for a job's process to end; kill it where the job is cancelled and it does not end by itself."""
        cancelled_at = None
        while True:
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(process.wait(), POLL_SECONDS)
            with contextlib.suppress(TopicdeskError):  # the job's process will tell of a database that is gone
                if await asyncio.to_thread(self._cancelling, worker):
                    cancelled_at = cancelled_at or time.monotonic()
                    if time.monotonic() - cancelled_at > GRACE_SECONDS:
                        process.kill()

    def _cancelling(self, worker: str) -> bool:
        with self._database.read() as connection:
            found = jobs.run_by(connection, worker)
        return found is not None and found.cancelling

    def _bury(self, worker: str, error: str) -> bool:
        """End the job of a process that died; False where it had none at all."""
        with self._database.write() as connection:
            if (dead := jobs.run_by(connection, worker)) is not None:
                jobs.bury(connection, dead, error)
            return jobs.was_given(connection, worker)

    def _environment(self) -> dict[str, str]:
        """Return the environment in which a process has this server's settings."""
        given = {name: value for name, value in self._settings if value is not None}
        plain = {
            name: value.get_secret_value()
            if isinstance(value, SecretStr)
            else ",".join(value)
            if isinstance(value, tuple)
            else str(value)
            for name, value in given.items()
        }
        return os.environ | {f"TOPICDESK_{name.upper()}": value for name, value in plain.items()}


def recover(database: Database) -> None:
    """Queue again what died with its server."""
    with database.read() as connection:
        running = jobs.with_status(connection, jobs.Status.RUNNING)
    for found in running:
        with claims.claim(database, found.id) as held:
            if held:
                with database.write() as connection:
                    jobs.bury(connection, found)
