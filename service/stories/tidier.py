"""A pass now and then that mends what was placed too early, in one of the processes that share a database."""

import asyncio
import logging
import traceback

from model.errors import TopicdeskError
from service.engine import Engine
from service.jobs import claims
from service.store.database import Database
from service.stories.follower import Follower

log = logging.getLogger("topicdesk")

EVERY_SECONDS = 300.0
CLAIM = "0"  # no job has this number


class Tidier:
    """Tidies the stories of one server, as long as it holds the claim for it and has placed something since."""

    def __init__(self, stories: Follower, engine: Engine, database: Database) -> None:
        self._stories, self._engine, self._database = stories, engine, database

    async def run(self) -> None:
        """Tidy for ever."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await asyncio.to_thread(self.tidy)
            except TopicdeskError as error:
                log.error("stories are not tidied: %s", error)
            except Exception as bug:  # nothing may end it; of a bug only its kind and place
                place = traceback.extract_tb(bug.__traceback__)[-1]
                log.error(
                    "stories are not tidied: unexpected %s in %s, line %s",
                    type(bug).__name__, place.filename, place.lineno,
                )  # fmt: skip

    def tidy(self) -> list[int]:
        """Tidy once, unless another process does or this one has placed nothing; return the stories that changed."""
        if not self._stories.ready:
            return []
        with claims.claim(self._database, CLAIM) as held:
            if not held:
                return []
            with self._stories.write(self._engine.classifier.parameters) as writing:
                return writing.tidy()
