"""One poll of one feed: fetched, read, its new entries kept as articles, and how it went written down.

A process that dies in between leaves entries that are kept and not yet noted; the next poll finds them by their text.
"""

import contextlib
import logging
import time
import traceback
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from model.article import Article
from model.classifier import Classifier
from model.errors import ConflictError, FeedError, TopicdeskError
from service.feeds import entry, schedule
from service.feeds.entry import Entry, Parsed
from service.feeds.outcome import Polled
from service.handlers import articles
from service.jobs import claims
from service.settings import Settings
from service.store import coverage, feeds
from service.store.columns import now
from service.store.database import Database
from service.store.feeds import Feed
from service.stories.follower import Follower

log = logging.getLogger("topicdesk")

MOST_NEW, BATCH = 500, 100
ASK_SECONDS = 0.2
# claims that are no job's have negative numbers: one for the clock, the others for hosts
HOSTS = 2**31 - 8


class Poller:
    """Polls the feeds of one database; shared by threads. `clock` tells the moment that feeds are scheduled by."""

    def __init__(
        self, settings: Settings, stories: Follower, classifier: Callable[[], Classifier],
        clock: Callable[[], datetime] = now,
    ) -> None:  # fmt: skip
        from service.feeds.fetch import Fetcher

        self.database: Database = stories.database
        self._settings, self._stories, self._classifier, self.clock = settings, stories, classifier, clock
        self.fetcher = Fetcher(private=settings.feeds_private, most=settings.feeds_max_bytes)

    def poll(self, feed_id: str, wait: float = 0.0, *, if_due: bool = False) -> Polled | None:
        """Poll a feed; what its server or its content does wrong is in the answer. None where it is not due, if asked.

        Raises `NotFoundError`, `ConflictError` where its host is being asked for longer than `wait` seconds, and what
        is no fault of the feed's: `DatabaseError`, `NoModelError`.
        """
        classifier = self._classifier()
        with self.database.read() as connection:
            found = feeds.get(connection, feed_id)
        with self._alone(urlsplit(found.url).hostname or "", wait):
            with self.database.read() as connection:
                found = feeds.get(connection, feed_id)
            if if_due and (found.next_poll is None or found.next_poll > self.clock()):
                return None
            try:
                return self._poll(found, classifier)
            except FeedError as error:
                return self._failed(found, error)
            except TopicdeskError:
                raise
            except Exception as bug:  # one feed's oddity may not keep the others waiting
                place = traceback.extract_tb(bug.__traceback__)[-1]
                said = f"unexpected {type(bug).__name__}"
                log.error("feed %s is not read: %s in %s, line %s", found.id, said, place.filename, place.lineno)
                return self._failed(found, FeedError(f"the feed could not be read: {said}"))

    @contextlib.contextmanager
    def _alone(self, host: str, wait: float) -> Iterator[None]:
        """Hold the claim for a host, so that of all processes one asks it, and no feed is polled twice at once."""
        number = str(-2 - zlib.crc32(host.encode()) % HOSTS)
        end = time.monotonic() + wait
        while True:
            with claims.claim(self.database, number) as held:
                if held:
                    yield
                    return
            if time.monotonic() >= end:
                raise ConflictError("the feed, or another of its host, is being fetched at this moment; try again")
            time.sleep(ASK_SECONDS)

    def _poll(self, feed: Feed, classifier: Classifier) -> Polled:
        from service.feeds import parse

        fetched = self.fetcher.fetch(feed.url, feed.etag, feed.last_modified)
        tags = {"etag": fetched.etag, "last_modified": fetched.last_modified}
        if fetched.content is None:
            # a server may leave out of this answer what it said before
            self._succeeded(feed, **{name: value for name, value in tags.items() if value})
            return Polled(id=feed.id, url=feed.url, unchanged=True)
        parsed = parse.parse(fetched, self.clock())
        source = feed.source or parsed.title or urlsplit(feed.url).hostname or feed.url
        polled, more = self._keep(feed, parsed, source, classifier)
        # what is left is there at the next poll only if the server sends it again
        told = None if not polled.faults else "; ".join(polled.faults)
        self._succeeded(feed, title=parsed.title, error=told, **(dict.fromkeys(tags) if more else tags))
        return polled

    def _keep(self, feed: Feed, parsed: Parsed, source: str, classifier: Classifier) -> tuple[Polled, bool]:
        """Keep what is new, and tell whether there is more than one poll takes."""
        entries = list({one.key: one for one in reversed(parsed.entries)}.values())[::-1]
        with self.database.read() as connection:
            known = feeds.dealt_with(connection, feed.id, [one.key for one in entries])
        with self.database.write() as connection:
            feeds.note(connection, feed.id, known, 0)
            feeds.forget(connection, feed.id)
        fresh = [one for one in entries if one.key not in known]
        total = [0, 0, 0]
        reasons: list[str] = []
        chosen = fresh[:MOST_NEW][::-1]  # feeds begin with what is new, which should be received last
        for start in range(0, len(chosen), BATCH):
            counted = self._keep_batch(feed, chosen[start : start + BATCH], source, classifier, reasons)
            total = [before + more for before, more in zip(total, counted, strict=True)]
        faults = [*parsed.faults, *dict.fromkeys(reasons)]
        polled = Polled(
            id=feed.id, url=feed.url, new=total[0], known=len(known) + total[1], failed=total[2], faults=faults
        )
        return polled, len(fresh) > MOST_NEW

    def _keep_batch(
        self, feed: Feed, batch: Sequence[Entry], source: str, classifier: Classifier, reasons: list[str]
    ) -> tuple[int, int, int]:
        """Keep some entries and note that they have been dealt with; count those new, known and failed."""
        checked: list[Article] = []
        refused: list[coverage.Outcome] = []
        for one in batch:
            try:
                checked.append(articles.check(entry.to_article(one, feed.url, source), self._settings))
            except TopicdeskError as error:
                refused.append((source, error.code))
                reasons.append(f"an entry was not kept: {error}")
        kept = articles.keep(checked, classifier, self._stories, self._settings, refused)
        new = sum(isinstance(one, articles.Kept) and one.created for one in kept)
        known = len(kept) - new  # a conflict too: its id is kept already, with the text that it had then
        with self.database.write() as connection:
            feeds.note(connection, feed.id, [one.key for one in batch], new)
        return new, known, len(refused)

    def _succeeded(self, feed: Feed, **values: object) -> None:
        moment = self.clock()
        following = schedule.following(moment, self._every)
        values = {"error": None, "failures": 0, "polled": moment, "succeeded": moment, "next_poll": following, **values}
        with self.database.write() as connection:
            feeds.set_polled(connection, feed.id, **values)

    def _failed(self, feed: Feed, error: FeedError) -> Polled:
        moment, failures = self.clock(), feed.failures + 1
        gone, after = getattr(error, "gone", False), getattr(error, "after", None)
        following = None if gone else schedule.following(moment, self._every, failures, after)
        with self.database.write() as connection:
            feeds.set_polled(
                connection, feed.id, error=str(error), failures=failures, polled=moment, next_poll=following
            )
        return Polled(id=feed.id, url=feed.url, error=str(error))

    @property
    def _every(self) -> float:
        return self._settings.feeds_every or 900.0
