"""Polling a real server on the loopback, on a database of each kind."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from model.errors import ConflictError, DatabaseError, NotFoundError
from service.feeds import poll as polling
from service.feeds.outcome import Polled
from service.feeds.poll import Poller
from service.feeds.timer import poll_all
from service.handlers import articles as kept
from service.store import coverage, feeds
from service.store.columns import now
from service.store.schema import article, feed_entry
from tests.service.feeds.conftest import NOW, Clock, Open, Site, rss


def add(poller: Poller, url: str, source: str | None = None) -> str:
    with poller.database.write() as connection:
        return feeds.add(connection, url, source)[0].id


def state(poller: Poller, feed_id: str) -> feeds.Feed:
    with poller.database.read() as connection:
        return feeds.get(connection, feed_id)


def rows(poller: Poller) -> list[Any]:
    with poller.database.read() as connection:
        return list(connection.execute(article.select().order_by(article.c.seq)))


def came(found: Polled | None) -> tuple[int, int, int]:
    assert found is not None
    assert found.error is None
    return found.new, found.known, found.failed


def test_what_is_new_is_kept_once(poller: Poller, site: Site, clock: Clock) -> None:
    one = add(poller, site.give("/", rss("b", "a")))
    assert came(poller.poll(one)) == (2, 0, 0)
    first, second = rows(poller)
    assert first.url == site.url("/a")  # the latest of a feed stands first in it, and is received last
    assert (second.source, second.published) == ("The Courier", NOW - timedelta(hours=28))
    assert first.id.startswith("feed-")
    assert (first.status is None, first.story is None) == (False, False)
    found = state(poller, one)
    assert (found.title, found.seen, found.kept, found.failures, found.error) == ("The Courier", 2, 2, 0, None)
    assert (found.polled, found.succeeded) == (NOW, NOW)
    assert found.next_poll is not None
    assert NOW + timedelta(seconds=800) < found.next_poll < NOW + timedelta(seconds=1000)
    site.give("/", rss("c", "b", "a"))
    clock.forward(hours=1)
    assert came(poller.poll(one)) == (1, 2, 0)
    found = state(poller, one)
    assert (found.seen, found.kept, found.succeeded) == (3, 3, clock.now)
    with poller.database.read() as connection:
        assert coverage.counted(connection, now().date()) == {"The Courier": {"kept": 3}}


def test_a_source_can_be_named_and_feeds_share_articles(poller: Poller, site: Site) -> None:
    one = add(poller, site.give("/one", rss("a", "b")), "Named")
    other = add(poller, site.give("/other", rss("b", "c")))
    assert came(poller.poll(one)) == (2, 0, 0)
    assert came(poller.poll(other)) == (1, 1, 0)  # the same text in two feeds is one article
    assert [row.source for row in rows(poller)] == ["Named", "Named", "The Courier"]


def test_what_was_deleted_does_not_come_back_and_what_changed_stays(poller: Poller, site: Site) -> None:
    one = add(poller, site.give("/", rss("a", "b")))
    poller.poll(one)
    kept.delete(poller.database, rows(poller)[0].id)
    site.give("/", rss("a", "b").replace("Troops", "Corrected: troops"))
    assert came(poller.poll(one)) == (0, 2, 0)
    assert len([row for row in rows(poller) if row.deleted is None]) == 1


def test_nothing_changed(poller: Poller, site: Site, clock: Clock) -> None:
    one = add(poller, site.give("/", rss("a"), headers={"ETag": '"1"', "Last-Modified": "yesterday"}))
    poller.poll(one)
    clock.forward(hours=1)
    found = poller.poll(one)
    assert found is not None
    assert (found.unchanged, came(found)) == (True, (0, 0, 0))
    assert site.asked[1][1]["if-none-match"] == '"1"'
    assert (state(poller, one).succeeded, state(poller, one).etag) == (clock.now, '"1"')


def test_failures_put_a_feed_off_and_a_success_puts_it_right(poller: Poller, site: Site, clock: Clock) -> None:
    one = add(poller, site.give("/", status=500))
    for failures in (1, 2, 3):
        found = poller.poll(one)
        assert found is not None
        assert "500" in str(found.error)
        known = state(poller, one)
        assert (known.failures, known.succeeded, known.polled) == (failures, None, clock.now)
        assert known.next_poll is not None
        assert 0.89 * 900 * 2**failures < (known.next_poll - clock.now).total_seconds() < 1.11 * 900 * 2**failures
        assert poller.poll(one, if_due=True) is None
        clock.now = known.next_poll
    site.give("/", rss("a"))
    assert came(poller.poll(one, if_due=True)) == (1, 0, 0)
    assert (state(poller, one).failures, state(poller, one).error) == (0, None)


def test_a_server_that_asks_for_time_and_one_that_says_never(poller: Poller, site: Site, clock: Clock) -> None:
    one = add(poller, site.give("/", status=429, headers={"Retry-After": "36000"}))
    poller.poll(one)
    assert state(poller, one).next_poll == clock.now + timedelta(hours=10)
    site.give("/", status=410)
    poller.poll(one)
    assert state(poller, one).next_poll is None
    with poller.database.read() as connection:
        assert feeds.due(connection, clock.now + timedelta(days=999), 9) == []
    site.give("/", rss("a"))
    assert came(poller.poll(one)) == (1, 0, 0)  # asked for by hand it may be there again
    assert state(poller, one).next_poll is not None


def test_private_addresses_are_refused_and_told(open_poller: Open, site: Site) -> None:
    poller = open_poller()
    poller.fetcher._private = False
    one = add(poller, site.give("/", rss("a")))
    found = poller.poll(one)
    assert found is not None
    assert "private or loopback" in str(found.error)
    assert (site.asked, state(poller, one).failures) == ([], 1)


def test_entries_that_cannot_be_kept_do_not_fail_the_others(open_poller: Open, site: Site) -> None:
    poller = open_poller(max_text_chars=1000)
    long = rss("a", "b", "c").replace("near b", "near b" + "x" * 2000).replace("<title>Story c</title>", "")
    long = long.replace("Troops fired across the border near c, the army said.", " ")
    one = add(poller, site.give("/", long))
    found = poller.poll(one)
    assert came(found) == (1, 0, 2)
    assert found is not None
    assert len(found.faults) == 2
    assert "longer than 1000" in str(state(poller, one).error)
    assert came(poller.poll(one)) == (0, 3, 0)  # told once
    with poller.database.read() as connection:
        assert coverage.counted(connection, now().date())["The Courier"] == {
            "kept": 1, "too-large": 1, "invalid-input": 1
        }  # fmt: skip


def test_more_than_one_poll_takes_comes_with_the_next(
    poller: Poller, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "MOST_NEW", 3)
    monkeypatch.setattr(polling, "BATCH", 2)
    one = add(poller, site.give("/", rss(*"hgfedcba"), headers={"ETag": '"1"'}))
    assert [came(poller.poll(one)) for _ in range(4)] == [(3, 0, 0), (3, 3, 0), (2, 6, 0), (0, 0, 0)]
    assert [row.url[-1] for row in rows(poller)] == [*"fgh", *"cde", *"ab"]


def test_an_entry_twice_in_a_feed(poller: Poller, site: Site) -> None:
    assert came(poller.poll(add(poller, site.give("/", rss("a", "a", "b"))))) == (2, 0, 0)


def test_two_poll_at_once_and_each_entry_is_kept_once(open_poller: Open, site: Site) -> None:
    pollers = [open_poller() for _ in range(3)]
    names = [f"n{n}" for n in range(40)]
    urls = [site.give(f"/{n}", rss(*names), pause=0.05) for n in range(3)]
    ids = [add(pollers[0], url) for url in urls]
    found: list[Polled] = []
    faults: list[BaseException] = []

    def work(one: Poller) -> None:
        try:
            for feed_id in ids:
                polled = one.poll(feed_id, 60)
                assert polled is not None
                found.append(polled)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=[one]) for one in pollers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sum(one.new for one in found) == len(rows(pollers[0])) == 40
    assert site.most == 1
    assert sum(state(pollers[0], one).kept for one in ids) == 40


def test_a_host_that_is_being_asked_is_left_alone(open_poller: Open, site: Site) -> None:
    one, other = open_poller(), open_poller()
    feed_id = add(one, site.give("/", rss("a"), pause=1))
    thread = threading.Thread(target=one.poll, args=[feed_id])
    thread.start()
    while not site.asked:
        pass
    with pytest.raises(ConflictError, match="at this moment"):
        other.poll(feed_id)
    thread.join()


def test_a_poll_cut_short_is_made_good_by_the_next(
    open_poller: Open, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = open_poller()
    feed_id = add(one, site.give("/", rss("a", "b", "c")))
    note = feeds.note

    def cut(*arguments: Any) -> None:
        if arguments[2]:
            raise DatabaseError("gone")
        note(*arguments)

    monkeypatch.setattr(feeds, "note", cut)
    with pytest.raises(DatabaseError):
        one.poll(feed_id)
    assert len(rows(one)) == 3
    assert state(one, feed_id).polled is None  # it is no fault of the feed's
    monkeypatch.setattr(feeds, "note", note)
    assert came(one.poll(feed_id)) == (0, 3, 0)
    assert (len(rows(one)), state(one, feed_id).seen) == (3, 3)


def test_a_bug_counts_as_a_failure(poller: Poller, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    one = add(poller, site.give("/", rss("a")))
    monkeypatch.setattr("service.feeds.parse.parse", lambda *_arguments: 1 / 0)
    found = poller.poll(one)
    assert found is not None
    assert "ZeroDivisionError" in str(found.error)
    assert state(poller, one).failures == 1


def test_a_feed_removed_meanwhile(poller: Poller, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    one = add(poller, site.give("/", rss("a")))
    keep = kept.keep

    def and_remove(*arguments: Any) -> Any:
        with poller.database.write() as connection:
            feeds.remove(connection, one)
        return keep(*arguments)

    monkeypatch.setattr(kept, "keep", and_remove)
    poller.poll(one)
    with pytest.raises(NotFoundError):
        poller.poll(one)
    with poller.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(feed_entry)) == 0


def test_many_are_polled_several_hosts_at_once(poller: Poller, site: Site) -> None:
    poller.fetcher._resolve = lambda _host, _port: ["127.0.0.1"]
    for n in range(6):
        add(poller, site.give(f"/{n}", rss(f"x{n}"), pause=0.3).replace("127.0.0.1", f"host{n % 3}.test"))
    add(poller, site.give("/none", status=404))
    with poller.database.read() as connection:
        chosen = feeds.every(connection)
    found = poll_all(poller, chosen)
    assert [one.new for one in found] == [1] * 6 + [0]
    assert [one.error is None for one in found] == [True] * 6 + [False]
    assert 1 < site.most <= 3


def test_entries_that_left_long_ago_are_forgotten(poller: Poller, site: Site) -> None:
    one = add(poller, site.give("/", rss("a", "b")))
    poller.poll(one)
    with poller.database.write() as connection:
        connection.execute(feed_entry.update().values(seen=now() - timedelta(days=70)))
    site.give("/", rss("c", "b"))
    poller.poll(one)
    with poller.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(feed_entry)) == 2
    assert state(poller, one).seen == 3
