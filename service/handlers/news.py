"""The health of the news: drift and the ledger of intake, counted now and then instead of at each request.

Drift reads the words of thousands of articles, which takes seconds. So one thread of a process counts, and whoever asks
gets what was counted last, at most some minutes old, or is told to ask again.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from datetime import datetime, timedelta

import msgspec

from service.drift.figures import Drift
from service.handlers import coverage, drift
from service.store.columns import now
from service.store.database import Database

KEEP_SECONDS = 600.0
PATIENCE = 0.1  # seconds that a request waits for what is counted for the first time
MOST_KEPT, MOST_WAITING = 20, 8

Key = tuple[int, str | None]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted as of `made`."""

    report: Drift
    ledger: coverage.Ledger
    made: datetime


class News:
    """The health of one database's news; shared by the threads of a process."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._found: OrderedDict[Key, tuple[float, Health]] = OrderedDict()
        self._waiting: dict[Key, Future[Health]] = {}
        self._worker: ThreadPoolExecutor | None = None

    def look(self, weeks: int, source: str | None = None, patience: float = PATIENCE) -> Health | None:
        """Return the health of the last weeks, of one source or all; None while it is counted for the first time.

        What is older than ten minutes is given once more while it is counted anew. Raises `InvalidInputError` as
        `drift.report` does, and `DatabaseError`.
        """
        key = (weeks, source)
        with self._lock:
            until, found = self._found.get(key, (float("-inf"), None))
            if self._clock() < until:
                return found
            counting = self._waiting.get(key) or self._begin(key)
        if counting is None:
            return found
        try:
            made = counting.result(0 if found else patience)
        except NotYet:
            return found
        finally:
            if counting.done():
                with self._lock:
                    self._waiting.pop(key, None)
        return made

    def _begin(self, key: Key) -> Future[Health] | None:
        if len(self._waiting) >= MOST_WAITING:
            self._waiting = {one: counting for one, counting in self._waiting.items() if not counting.done()}
        if len(self._waiting) >= MOST_WAITING:
            return None
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, "news")
        self._waiting[key] = self._worker.submit(self._count, key)
        return self._waiting[key]

    def _count(self, key: Key) -> Health:
        weeks, source = key
        at = now()
        report = drift.report(self._database, weeks, source, at)
        ledger = coverage.look(self._database, at - timedelta(weeks=weeks), at)
        found = Health(report=report, ledger=ledger, made=at)
        with self._lock:
            self._found[key] = (self._clock() + KEEP_SECONDS, found)
            self._found.move_to_end(key)
            self._waiting.pop(key, None)  # where it fails it stays until somebody is told
            while len(self._found) > MOST_KEPT:
                self._found.popitem(last=False)
        return found

    def close(self) -> None:
        """Count no more; what is being counted is waited for."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.shutdown(cancel_futures=True)
