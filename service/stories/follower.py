"""Transactions in which articles are placed in stories, by whichever process has the writer's turn.

The open stories are restored from the database when they are first needed, before the turn is taken and in chunks, so
that nobody waits for it; inside the turn only what has come in meanwhile is left to follow. Where a transaction fails
the stories are forgotten, since they hold what the database does not.
"""

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from model.parameters import Parameters
from model.stories.frequencies import Frequencies
from service.store import placing
from service.store.articles import New
from service.store.columns import now
from service.store.database import Database
from service.stories import naming
from service.stories.related import Likeness

if TYPE_CHECKING:
    from service.stories.live import Live

CLOSE_SECONDS = 3600.0


class Follower:
    """Places the articles of one process. A story is open until `days` have passed in which nothing came into it.

    Stories with nothing among the last `most` articles close sooner, so that memory and restoring stay bounded.
    """

    def __init__(self, database: Database, days: float, most: int) -> None:
        self.database = database
        self.likeness = Likeness()
        self._days, self._most = days, most
        self._live: Live | None = None
        self._restoring = threading.Lock()
        self._close_at = 0.0

    @property
    def ready(self) -> bool:
        """Whether the open stories are in memory."""
        return self._live is not None

    @contextlib.contextmanager
    def write(self, parameters: Parameters | None) -> Iterator["Writing"]:
        """Yield the writing transaction, in which articles can be placed.

        `parameters` are those of a model whose articles are the background of word frequencies.
        """
        with self._restoring:
            if self._live is None:
                self._live = self._restored(parameters)
        with self.database.write(self._forget) as connection:
            live = self._live or self._restored(parameters)  # a failure before this turn has come may have forgotten it
            self._live = live
            while live.catch_up(connection):
                pass
            yield Writing(connection, live)
            if time.monotonic() > self._close_at:
                self._close_at = time.monotonic() + CLOSE_SECONDS
                placing.close_quiet(connection, now() - timedelta(days=self._days), self._most)
                live.catch_up(connection)

    def _forget(self) -> None:
        self._live = None

    def _restored(self, parameters: Parameters | None) -> "Live":
        from service.stories.live import Live

        with self.database.read() as connection:
            changed, first = placing.last_change(connection), placing.first(connection)
        live = Live(background(parameters), first - 1, changed)
        more = True
        while more:
            with self.database.read() as connection:
                more = live.catch_up(connection, changes=False)
        live.stories.touched.clear()  # what was there before has been tidied, as far as it will be
        return live


class Writing:
    """A transaction in which articles can be placed."""

    def __init__(self, connection: sa.Connection, live: "Live") -> None:
        self.connection = connection
        self._live = live

    def place(self, fresh: Sequence[tuple[int, New]]) -> None:
        """Place articles that this transaction has kept."""
        if fresh:
            self._live.place(self.connection, sorted(fresh, key=lambda one: one[0]))

    def follow(self) -> None:
        """Take in what this transaction has itself written down as changed."""
        self._live.catch_up(self.connection)

    def tidy(self) -> list[int]:
        """Draw anew the stories that have changed since the last time; return those that are not what they were."""
        changed = self._live.tidy(self.connection)
        naming.rename(self.connection, changed, self._live.stories.frequencies)
        return changed


def background(parameters: Parameters | None) -> Frequencies:
    """Return word frequencies to begin with."""
    return Frequencies() if parameters is None else Frequencies.of_model(parameters)
