"""The ledger of intake on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from model.article import Article
from model.decision import Reason
from model.errors import ConflictError, InvalidInputError, TooLargeError
from service.handlers import coverage as handler
from service.store import articles, coverage, migrate
from service.store.articles import New
from service.store.columns import now
from service.store.coverage import Days
from service.store.database import Database
from tests.service.store.conftest import Add, decided

DAY = timedelta(days=1)
TODAY = date(2026, 11, 25)


def new(text: str, source: str | None, **fields: str) -> New:
    article = Article(text=text, source=source, **fields)  # type: ignore[arg-type]
    digest = articles.content_hash(article.title, text)
    return New(article=article, content_hash=digest, decision=decided("border"), terms=None)


def offer(database: Database, news: list[New], failed: list[coverage.Outcome] | None = None) -> None:
    with database.write() as connection:
        coverage.note(connection, news, articles.add(connection, news), failed or [])


def test_every_article_of_a_batch_is_counted_once(database: Database) -> None:
    offer(database, [new("one", "A", id="1"), new("two", "A"), new("one", "A"), new("three", "B", id="1")])
    offer(database, [new("two", "A"), new("four", None)], [("A", "too-large"), (None, "invalid-input")])
    with database.read() as connection:
        assert coverage.counted(connection, now().date()) == {
            "A": {"kept": 2, "known": 2, "too-large": 1},
            "B": {"conflict": 1},
            "": {"kept": 1, "invalid-input": 1},
        }
        assert coverage.counted(connection, now().date() + DAY) == {}
        assert coverage.since(connection) == now().date()


def test_counts_go_with_the_articles(database: Database) -> None:
    def lose() -> None:
        with database.write() as connection:
            news = [new("lost", "A")]
            coverage.note(connection, news, articles.add(connection, news))
            raise ConflictError("no")

    with pytest.raises(ConflictError):
        lose()
    with database.read() as connection:
        assert coverage.counted(connection, now().date()) == {}


def test_a_ledger_says_what_failed_and_what_was_decided(database: Database, add: Add) -> None:
    add("doubtful", decision=decided(reason=Reason.LOW_CONFIDENCE), source="A")
    offer(database, [new("one", "A"), new("two", "B")], [("A", "too-large"), ("A", "too-large"), ("A", "conflict")])
    with database.write() as connection:
        coverage.add(connection, {("A", coverage.EXTRACTED): 3})
    found = handler.look(database, now() - DAY, now())
    first, second = found.rows
    assert (first.source, first.seen, first.kept, first.failures, first.commonest) == ("A", 4, 1, 3, "too-large")
    assert (first.extracted, first.held, first.decided, first.review) == (3, 2, 2, 1)
    assert (second.source, second.seen, second.failures, second.commonest) == ("B", 1, 0, None)
    assert (found.total.seen, found.total.held, found.total.failed) == (5, 3, {"too-large": 2, "conflict": 1})


def test_days_are_of_the_calendar_in_utc(database: Database) -> None:
    offer(database, [
        new("one", "A", published="2026-11-24T23:30:00-02:00"), new("two", "A", published="2026-11-24T01:00:00Z"),
        new("three", "A", published="2026-11-24T02:00:00Z"), new("four", None, published="2026-11-24T02:00:00Z"),
        new("five", "A", published="2026-10-01T02:00:00Z"),
    ])  # fmt: skip
    with database.read() as connection:
        found = coverage.by_day(connection, datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 25, 12, tzinfo=UTC))
    assert found == [Days("A", {date(2026, 11, 24): 2, date(2026, 11, 25): 1})]


def test_the_table_goes_and_comes_with_its_migration(database: Database) -> None:
    offer(database, [new("one", "A")])
    migrate.downgrade(database.engine, "0004")
    assert not sa.inspect(database.engine).has_table("intake_count")
    migrate.upgrade(database.engine)
    offer(database, [new("two", "A")])
    with database.read() as connection:
        assert coverage.counted(connection, now().date()) == {"A": {"kept": 1}}


def daily(gaps: list[int], silent: int, each: int = 4) -> Days:
    last = TODAY - silent * DAY
    dates = [last]
    for gap in gaps:
        dates.append(dates[-1] - gap * DAY)
    return Days("A", dict.fromkeys(dates, each))


def test_a_source_that_fell_silent_is_told() -> None:
    found = handler.silence(daily([1] * 30, 9), TODAY)
    assert found is not None
    assert (found.days, found.last, round(found.a_day)) == (9, TODAY - 9 * DAY, 4)


@pytest.mark.parametrize(
    "days",
    [
        daily([1] * 30, 1),  # nothing yet today
        daily([1, 1, 1, 1, 3] * 6, 3),  # a weekend like any other
        daily([1, 1, 1, 1, 3] * 6, 4),  # and a bank holiday
        daily([7] * 6, 8, each=3),  # a weekly
        daily([1] * 3, 9),  # too few days
        daily([1] * 8, 9, each=1),  # too few articles
    ],
)
def test_a_silence_like_others_before_is_not_told(days: Days) -> None:
    assert handler.silence(days, TODAY) is None


def test_an_article_that_was_refused_counts_under_its_source() -> None:
    error = InvalidInputError("no")
    assert handler.outcome(b'{"source": "A", "text": 5}', error) == ("A", "invalid-input")
    for raw in (b'{"source": 5}', b"nonsense", b"[" * 100_000, b'{"source": "a\\u0000b"}', b'{"text": "x"}', b"\xff"):
        assert handler.outcome(raw, TooLargeError("no")) == (None, "too-large")
    assert handler.named("x" * 201) is None
