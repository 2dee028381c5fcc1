"""A pass now and then that mends what was placed too early, in one of the processes that share a database."""

import asyncio
import logging
import time
import traceback
from collections.abc import Callable
from typing import TypeVar

from model.errors import TopicdeskError
from service.engine import Engine
from service.jobs import claims
from service.store.database import Database
from service.stories.backlog import CLAIM, Backlog
from service.stories.follower import Follower

T = TypeVar("T")
log = logging.getLogger("topicdesk")

FIRST_SECONDS, SOON_SECONDS = 10.0, 2.0


class Tidier:
    """Tidies the stories of one server every so many seconds, as long as it holds the claim for it.

    Until nothing is left, it also places articles that have no story, a portion after another.
    """

    def __init__(self, stories: Follower, engine: Engine, database: Database, backlog: Backlog, every: float) -> None:
        self._stories, self._engine, self._database = stories, engine, database
        self._backlog, self._every = backlog, every

    async def run(self) -> None:
        """Tidy for ever."""
        due, pause = time.monotonic() + self._every, min(FIRST_SECONDS, self._every)
        while True:
            await asyncio.sleep(pause)
            placed = await self._safely(self._backlog.place)
            if time.monotonic() >= due:
                await self._safely(self.tidy)
                due = time.monotonic() + self._every
            pause = min(SOON_SECONDS, self._every) if placed else max(0.0, due - time.monotonic())

    async def _safely(self, work: Callable[[], T]) -> T | None:
        try:
            return await asyncio.to_thread(work)
        except TopicdeskError as error:
            log.error("stories are not tidied: %s", error)
        except Exception as bug:  # nothing may end it; of a bug only its kind and place
            place = traceback.extract_tb(bug.__traceback__)[-1]
            log.error(
                "stories are not tidied: unexpected %s in %s, line %s", type(bug).__name__, place.filename, place.lineno
            )
        return None

    def tidy(self) -> list[int]:
        """Tidy once, unless another process does or this one has placed nothing; return the stories that changed."""
        if not self._stories.ready:
            return []
        with claims.claim(self._database, CLAIM) as held:
            if not held:
                return []
            with self._stories.write(self._engine.classifier.parameters) as writing:
                return writing.tidy()
