"""Feeds: add them, one or a list, see how they are, remove them, poll them now."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from model.classifier import Classifier
from model.errors import InvalidInputError
from service.feeds import timer
from service.feeds.outcome import Polled
from service.settings import Settings
from service.store import audit
from service.store import feeds as store
from service.store.columns import now
from service.store.database import Database
from service.store.feeds import Feed
from service.stories.follower import Follower

WAIT_SECONDS, COMMAND_WAIT_SECONDS = 3.0, 30.0
FIRST_FAULTS = 10


class FeedRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A feed to add; `source` is what its articles' source is called, else it is the feed's title."""

    url: str
    source: str | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A feed and how it is: `health` is `waiting`, `ok`, `failing` or `stopped`; `age` (s) is that of the last success.

    `failures` are those in a row. `error` tells the last one, or what was wrong with a feed that could be read.
    """

    id: str
    url: str
    title: str | None
    source: str | None
    added: datetime
    health: str
    polled: datetime | None
    succeeded: datetime | None
    age: float | None
    next_poll: datetime | None
    failures: int
    error: str | None
    seen: int
    kept: int


class States(msgspec.Struct, frozen=True):
    """All feeds, in the order in which they were added."""

    feeds: list[State]


class Added(msgspec.Struct, kw_only=True):
    """What came of a list of feeds: how many were added, were there before, cannot be fetched; the first of those."""

    added: int = 0
    known: int = 0
    refused: int = 0
    first_errors: list[str] = []


def state(feed: Feed, moment: datetime) -> State:
    """Return how a feed is at a moment."""
    shared = {name: getattr(feed, name) for name in State.__struct_fields__ if hasattr(feed, name)}
    age = None if feed.succeeded is None else max(0.0, (moment - feed.succeeded).total_seconds())
    return State(**shared, health=health(feed), age=age)


def health(feed: Feed) -> str:
    """Return in a word how a feed is."""
    if feed.next_poll is None:
        return "stopped"
    if feed.failures:
        return "failing"
    return "waiting" if feed.succeeded is None else "ok"


def every(database: Database) -> States:
    """Return all feeds."""
    with database.read() as connection:
        return States([state(one, now()) for one in store.every(connection)])


def page(database: Database, number: int, most: int, *, failing: bool) -> tuple[list[State], int, int]:
    """Return a page (from 0) of feeds, those added last first, with how many there are and how many do not work."""
    with database.read() as connection:
        found = store.page(connection, number * most, most, failing=failing)
        return [state(one, now()) for one in found], *store.numbers(connection)


def add(database: Database, wanted: FeedRequest, settings: Settings) -> tuple[State, bool]:
    """Remember a feed, to be polled at once, and tell whether it is new. Raises `InvalidInputError`."""
    url, source = _checked(wanted, settings)
    with database.write() as connection:
        found, is_new = store.add(connection, url, source)
        if is_new:
            audit.note(connection, "add feed", found.id, _named(found))
    return state(found, now()), is_new


def add_list(database: Database, content: bytes, settings: Settings) -> Added:
    """Remember the feeds of an OPML list: those that can be fetched. Raises `InvalidInputError` for what is none."""
    from service.feeds import opml

    summary = Added()
    good = []
    for outline in opml.read(content):
        try:
            good.append(_checked(FeedRequest(outline.url, outline.title), settings))
        except InvalidInputError as error:
            summary.refused += 1
            if len(summary.first_errors) < FIRST_FAULTS:
                summary.first_errors.append(f"{outline.url[:200]}: {error}")
    with database.write() as connection:
        for url, source in good:
            _, is_new = store.add(connection, url, source)
            summary.added += is_new
            summary.known += not is_new
        audit.note(connection, "add feeds", "list", {"added": summary.added})
    return summary


def _checked(wanted: FeedRequest, settings: Settings) -> tuple[str, str | None]:
    from service.feeds import addresses, entry

    return addresses.normal(wanted.url, private=settings.feeds_private), entry.name(wanted.source)


def export(database: Database) -> str:
    """Return all feeds as OPML."""
    from service.feeds import opml

    with database.read() as connection:
        return opml.write(opml.Outline(one.url, one.source or one.title) for one in store.every(connection))


def remove(database: Database, feed_id: str) -> State:
    """Forget a feed; its articles stay. Raises `NotFoundError`."""
    with database.write() as connection:
        found = store.remove(connection, feed_id)
        audit.note(connection, "remove feed", found.id, _named(found))
        return state(found, now())


def _named(feed: Feed) -> dict[str, str | None]:
    """Return what names a feed in the audit: no address, which may hold a reader's own token."""
    return {"host": urlsplit(feed.url).hostname}


def poll(stories: Follower, settings: Settings, classifier: Callable[[], Classifier], feed_id: str) -> Polled:
    """Poll a feed now. Raises `NotFoundError`, or `ConflictError` where it is being polled already."""
    from service.feeds.poll import Poller

    found = Poller(settings, stories, classifier).poll(feed_id, WAIT_SECONDS)
    assert found is not None
    return found


def poll_many(
    stories: Follower, settings: Settings, classifier: Callable[[], Classifier], ids: Iterable[str] = ()
) -> Sequence[Polled]:
    """Poll some feeds now, or all that are not stopped. Raises `NotFoundError` before it polls any."""
    from service.feeds.poll import Poller

    with stories.database.read() as connection:
        chosen = [store.get(connection, one) for one in dict.fromkeys(ids)]
        chosen = chosen or [one for one in store.every(connection) if one.next_poll is not None]
    return timer.poll_all(Poller(settings, stories, classifier), chosen, COMMAND_WAIT_SECONDS)
