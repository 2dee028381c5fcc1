"""The server's own polling: what is due, by one process at a time."""

import asyncio
import contextlib
import threading
import time
from pathlib import Path

import pytest

from service.engine import Engine
from service.feeds import timer
from service.feeds.timer import CLAIM, Timer
from service.handlers import feeds
from service.jobs import claims
from service.settings import Settings
from service.store.database import Database
from tests.service.feeds.conftest import Site, rss
from tests.service.store.conftest import database_url  # noqa: F401  # fixture


def open_timer(home: Path, url: str, **more: object) -> tuple[Timer, Database, Settings]:
    config = Settings(home=home, feeds_private=True, database_url=url, **more)  # type: ignore[arg-type]
    database = config.database()
    return Timer(config, config.stories(database), Engine(config)), database, config


def test_what_is_due_is_polled_by_one_process(own_home: Path, database_url: str, site: Site) -> None:  # noqa: F811
    one, database, config = open_timer(own_home, database_url)
    other, second, _ = open_timer(own_home, database_url)
    assert one.look() == []
    feeds.add(database, feeds.FeedRequest(site.give("/a", rss("a"))), config)
    feeds.add(database, feeds.FeedRequest(site.give("/b", status=500)), config)
    with claims.claim(second, CLAIM) as held:
        assert held
        assert one.look() == []  # another does
    found = one.look()
    assert [(each.new, each.error is None) for each in found] == [(1, True), (0, False)]
    assert other.look() == []  # nothing is due any more
    assert len(site.asked) == 2
    for each in (database, second):
        each.close()


def test_two_timers_at_once_poll_each_feed_once(own_home: Path, database_url: str, site: Site) -> None:  # noqa: F811
    timers = [open_timer(own_home, database_url) for _ in range(3)]
    for n in range(5):
        feeds.add(timers[0][1], feeds.FeedRequest(site.give(f"/{n}", rss(f"n{n}"), pause=0.1)), timers[0][2])
    threads = [threading.Thread(target=one.look) for one, _, _ in timers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path for path, _ in site.asked) == [f"/{n}" for n in range(5)]
    assert [one.kept for one in feeds.every(timers[0][1]).feeds] == [1] * 5
    for _, database, _ in timers:
        database.close()


def test_it_runs_until_it_is_cancelled_and_then_does_not_wait(
    own_home: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timer, "LOOK_SECONDS", 0.05)
    one, database, config = open_timer(own_home, f"sqlite:///{own_home / 'topicdesk.db'}")
    feeds.add(database, feeds.FeedRequest(site.give("/a", rss("a"))), config)
    feeds.add(database, feeds.FeedRequest(site.give("/slow", pieces=[b"x"], pause=12)), config)

    async def run() -> float:
        task = asyncio.create_task(one.run())
        while len(site.asked) < 2:
            await asyncio.sleep(0.05)
        before = time.monotonic()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return before

    assert time.monotonic() - asyncio.run(run()) < 8
    assert [each.failures for each in feeds.every(database).feeds] == [0, 0]
    database.close()


def test_it_can_be_turned_off(own_home: Path) -> None:
    one, database, _ = open_timer(own_home, f"sqlite:///{own_home / 'topicdesk.db'}", feeds_every=0)
    asyncio.run(asyncio.wait_for(one.run(), 5))
    database.close()


def test_a_missing_model_is_told_once_and_no_fault_of_the_feed(
    tmp_path: Path, site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timer, "LOOK_SECONDS", 0.02)
    one, database, config = open_timer(tmp_path, f"sqlite:///{tmp_path / 'topicdesk.db'}")
    feeds.add(database, feeds.FeedRequest(site.give("/a", rss("a"))), config)
    with contextlib.suppress(TimeoutError):
        asyncio.run(asyncio.wait_for(one.run(), 1))
    assert len([line for line in caplog.messages if line.startswith("feeds wait:")]) == 1
    assert site.asked == []
    assert feeds.every(database).feeds[0].health == "waiting"
    database.close()
