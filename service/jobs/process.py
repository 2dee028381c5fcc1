"""One process of one job: claims the next, runs it, says how it ended. `python -m service.jobs.process WORKER`."""

import logging
import os
import signal
import sys
import time
import traceback
from types import FrameType

import msgspec

from model.errors import TopicdeskError
from service import settings
from service.jobs import claims, kinds
from service.jobs.ends import Interrupted, Stopped
from service.store import jobs
from service.store.database import Database

log = logging.getLogger("topicdesk")

EVERY_SECONDS = 0.5
NICE = 5
TERM = {signal.SIGTERM}
stopping: list[int] = []  # the signal that has told this process to stop


def main(worker: str) -> None:
    """Run the next job, if there is one that nobody else runs."""
    signal.pthread_sigmask(signal.SIG_BLOCK, TERM)  # but while the job's own work goes on, see `_run`
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which says what to do
    os.nice(NICE)  # requests go first
    config = settings.get()
    database = config.database()
    with database.read() as connection:
        queued = jobs.with_status(connection, jobs.Status.QUEUED)
    for found in queued:
        with claims.claim(database, found.id) as held:
            if not held:
                continue
            with database.write() as connection:
                running = jobs.start(connection, found, worker)
            if running is not None:
                _run(running, config, database)
                return


def _interrupt(number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: what follows must not be interrupted
    stopping.append(number)
    raise Interrupted


class _Advance:
    """Notes how far a job is, not too often, and stops it where it should not go on."""

    def __init__(self, running: jobs.Job, database: Database) -> None:
        self.running, self.database = running, database
        self.done: int = 0
        self.total: int | None = None
        self._due = 0.0

    def __call__(self, done: int, total: int | None) -> None:
        self.done, self.total = done, total
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + EVERY_SECONDS
        with self.database.write() as connection:
            if not jobs.advance(connection, self.running, done, total):
                raise Stopped


def _run(running: jobs.Job, config: settings.Settings, database: Database) -> None:
    advance = _Advance(running, database)
    error, result = None, None
    try:
        kind = kinds.KINDS.get(running.kind)
        if kind is None:
            raise TopicdeskError(f"this version of topicdesk has no job {running.kind!r}")
        params = msgspec.convert(running.params, kind.params)
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, TERM)
            result = kind.run(params, config, database, advance)
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, TERM)
        status = jobs.Status.DONE
    except Interrupted:
        _put_back(running, database)
        return
    except Stopped:
        status = jobs.Status.CANCELLED
    except TopicdeskError as failure:
        if stopping:  # in the middle of a talk with the database, which then complains in a way of its own
            _put_back(running, database)
            return
        status, error = jobs.Status.FAILED, str(failure)
    except Exception as bug:
        if stopping:
            _put_back(running, database)
            return
        place = traceback.extract_tb(bug.__traceback__)[-1]
        log.error("job %s: unexpected %s in %s, line %s", running.id, type(bug).__name__, place.filename, place.lineno)
        status, error = jobs.Status.FAILED, f"an unexpected error ({type(bug).__name__}); the log has its place"
    with database.write() as connection:
        jobs.finish(connection, running, status, result=result, error=error, done=advance.done, total=advance.total)


def _put_back(running: jobs.Job, database: Database) -> None:
    with database.write() as connection:
        jobs.put_back(connection, running)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except TopicdeskError as problem:
        sys.exit(f"topicdesk job: {problem}")
