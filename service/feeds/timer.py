"""Feeds are polled as they fall due, in one of the processes that share a database."""

import asyncio
import logging
import traceback
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from model.errors import ConflictError, NotFoundError, TopicdeskError
from service.engine import Engine
from service.feeds.outcome import Polled
from service.jobs import claims
from service.settings import Settings
from service.store import feeds
from service.store.columns import now
from service.store.feeds import Feed
from service.stories.follower import Follower

if TYPE_CHECKING:
    from service.feeds.poll import Poller

log = logging.getLogger("topicdesk")

LOOK_SECONDS = 10.0
CLAIM = "-1"  # no job and no host has this number
AT_ONCE = 3  # hosts
ROUND = 60  # feeds, so that another process can take over between two rounds


class Timer:
    """Polls what is due, as long as this process holds the claim for it."""

    def __init__(self, settings: Settings, stories: Follower, engine: Engine) -> None:
        self._settings, self._stories, self._engine = settings, stories, engine
        self._told: str | None = None
        self._poller: Poller | None = None

    async def run(self) -> None:
        """Poll for ever; not at all where the settings say so."""
        try:
            while self._settings.feeds_every > 0:
                await asyncio.sleep(LOOK_SECONDS)
                try:
                    while await asyncio.to_thread(self.look):
                        pass  # more may be due than one round takes
                    self._told = None
                except Exception as error:  # nothing may end it; of a bug only its kind and place
                    self._tell(error)
        finally:
            if self._poller is not None:
                self._poller.fetcher.stop.set()

    def _tell(self, error: Exception) -> None:
        said = str(error)
        if not isinstance(error, TopicdeskError):
            place = traceback.extract_tb(error.__traceback__)[-1]
            said = f"unexpected {type(error).__name__} in {place.filename}, line {place.lineno}"
        if said != self._told:
            log.error("feeds wait: %s", said)
        self._told = said

    def look(self) -> list[Polled]:
        """Poll once what is due, unless another process does; return what came of it."""
        database = self._stories.database
        with database.read() as connection:
            if not feeds.due(connection, now(), 1):
                return []
        with claims.claim(database, CLAIM) as held:
            if not held:
                return []
            with database.read() as connection:
                due = feeds.due(connection, now(), ROUND)
            return self._round(due)

    def _round(self, due: "Sequence[Feed]") -> list[Polled]:
        from service.feeds.poll import Poller

        if self._poller is None:
            self._poller = Poller(self._settings, self._stories, lambda: self._engine.classifier)
        return poll_all(self._poller, due, if_due=True)


def poll_all(poller: "Poller", chosen: Sequence[Feed], wait: float = 0.0, *, if_due: bool = False) -> list[Polled]:
    """Poll feeds, several hosts at once and each host's one after the other; return what came of those not busy.

    Raises what `Poller.poll` does for faults that are not a feed's, when the others have been polled.
    """
    hosts: defaultdict[str, list[str]] = defaultdict(list)
    for one in chosen:
        hosts[urlsplit(one.url).hostname or ""].append(one.id)

    def poll_host(ids: list[str]) -> list[Polled]:
        return [found for each in ids if (found := _poll(poller, each, wait, if_due=if_due)) is not None]

    with ThreadPoolExecutor(AT_ONCE, "feeds") as pool:
        found = {one.id: one for host in pool.map(poll_host, hosts.values()) for one in host}
    return [found[one.id] for one in chosen if one.id in found]


def _poll(poller: "Poller", feed_id: str, wait: float, *, if_due: bool) -> Polled | None:
    try:
        return poller.poll(feed_id, wait, if_due=if_due)
    except NotFoundError:  # removed meanwhile
        return None
    except ConflictError as error:
        if wait:
            return Polled(id=feed_id, url="", error=str(error))
        return None
