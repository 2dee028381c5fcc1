"""The health of the news: counted in the background, shown in words, charts and a ledger."""

import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from model.errors import InvalidInputError
from service.app import create
from service.drift import calibration
from service.drift.figures import Comparison, Drift, Judgements, Month, Term, TopicTerms
from service.handlers import drift, news
from service.handlers.news import News
from service.settings import Settings
from service.store.database import Database

EVIL = '"><img src=x onerror=alert(1)><script>alert(1)</script>'


@pytest.fixture
def client(own_home: Path) -> Iterator[TestClient]:
    with TestClient(create(Settings(home=own_home)), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    one = Database(f"sqlite:///{tmp_path / 'topicdesk.db'}", tmp_path)
    yield one
    one.close()


def shown(client: TestClient, path: str = "/desk/news") -> str:
    for _ in range(200):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        if "being counted" not in answer.text:
            return unescape(answer.text)
        time.sleep(0.05)
    raise AssertionError("it is never counted")


def weeks_of(source: str, weeks: int, each: int = 6) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    return [
        {
            "text": f"Report {n} of week {week} by {source}: troops fired across the border at the village again.",
            "source": source,
            "published": (now - timedelta(weeks=week, hours=n)).isoformat(),
        }
        for week in range(1, weeks + 1)
        for n in range(each)
    ]


def test_nothing_has_come_in(client: TestClient) -> None:
    assert "Nothing has come in yet" in shown(client)


def test_weeks_sources_and_failures(client: TestClient) -> None:
    articles = [*weeks_of("The Courier", 8), *weeks_of(EVIL, 2), {"source": "The Courier", "text": 5}]
    assert client.post("/v1/articles", json={"articles": articles}).status_code == 200
    text = shown(client)
    raw = client.get("/desk/news").text
    assert "<script>alert" not in raw
    assert "<img src=x" not in raw
    assert text.count('role="img"') >= 4
    assert "In the last 9 weeks 61 articles came in; 60 were kept, 0 were there already and 1 (1.6 %) failed." in text
    assert "1 (2 %)" in text
    assert "not in the form that was asked for" in text
    for label in re.findall(r'role="img" aria-label="([^"]*)"', raw):
        assert label.endswith(".")
    one = shown(client, "/desk/news?weeks=26&source=The+Courier")
    assert "from The Courier" in one
    assert 'value="26" selected' in one
    assert "No article from nobody" in shown(client, "/desk/news?source=nobody")


def test_terms_judgements_and_sources_that_changed(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures that take thousands of articles to come about, as a report would hold them."""
    real = drift.report

    def report(*arguments: Any) -> Drift:
        terms = TopicTerms(
            topic="border_conflict", now=360, before=1000, copies=1, capped=False,
            rising=[Term(term=EVIL, now=0.3, before=0.1, strength=9)],
            falling=[Term(term="truce", now=0.0, before=0.25, strength=9)],
        )  # fmt: skip
        months = [Month(month=f"2026-{n}", assigned=calibration.share(9, 10 + n)) for n in (10, 11)]
        judged = Judgements(
            articles=41, assigned=calibration.share(18, 41), dismissed=calibration.share(0, 0), months=months,
            calibration=calibration.Calibration(scores=123, error=0.2, by_chance=0.04, chance_most=0.06),
        )  # fmt: skip
        change = Comparison(
            figure="review", topic=None, source=EVIL, articles=24, now=0.25, before=0.1, low=0.05, high=0.17, p=0.001,
            told=True,
        )  # fmt: skip
        return msgspec.structs.replace(real(*arguments), terms=[terms], judgements=judged, sources=[change])

    monkeypatch.setattr(drift, "report", report)
    client.post("/v1/articles", json={"articles": weeks_of("A", 3)})
    text = shown(client)
    raw = client.get("/desk/news").text
    assert "<script>alert" not in raw
    assert f'{EVIL} <span class="meta">10 % → 30 %' in text
    assert 'truce <span class="meta">25 % → 0 %' in text
    assert "1 near copy not counted" in text
    assert "18 of 41, 44 %" in text
    assert "0.200; scores that are right would show up to 0.060, so they are off" in text
    assert 'aria-label="In 2026-11 9 of 21 judged assignments were right."' in raw
    assert re.search(r"left for review</td>.*25 %.*5 to 17 %.*Changed", raw)


@pytest.mark.parametrize("asked", ["weeks=8", "weeks=x", "source=" + "x" * 201, "source=%00"])
def test_what_cannot_be_asked_for(client: TestClient, asked: str) -> None:
    for _ in range(40):
        answer = client.get(f"/desk/news?{asked}")
        if answer.status_code != 200:
            break
        time.sleep(0.05)
    assert answer.status_code == 422


class Slow:
    """Counts that take as long as the test says, in place of those of drift: the first part of a health."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go = threading.Event()
        self.begun = 0
        self.real = drift.report
        monkeypatch.setattr(drift, "report", self.report)

    def report(self, *arguments: Any) -> Any:
        self.begun += 1
        assert self.go.wait(10)
        return self.real(*arguments)


def test_a_request_never_waits_for_the_count(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, time_is = Slow(monkeypatch), [0.0]
    kept = News(database, lambda: time_is[0])
    assert [kept.look(9, patience=0.01) for _ in range(3)] == [None] * 3
    slow.go.set()
    first = kept.look(9, patience=10)
    assert first is not None
    assert slow.begun == 1  # three who ask are one count
    time_is[0] = news.KEEP_SECONDS - 1
    assert kept.look(9) is first
    slow.go.clear()
    time_is[0] = news.KEEP_SECONDS + 1
    assert kept.look(9, patience=10) is first  # the old one, at once, while it is counted anew
    slow.go.set()
    for _ in range(200):
        if kept.look(9) is not first:
            break
        time.sleep(0.05)
    assert kept.look(9) is not first
    assert slow.begun == 2
    kept.close()


def test_errors_are_told_and_forgotten(database: Database) -> None:
    kept = News(database)
    for _ in range(2):
        with pytest.raises(InvalidInputError):
            kept.look(1, patience=10)
    assert kept.look(9, patience=10) is not None
    kept.close()


def test_only_so_many_are_kept_and_wait(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(monkeypatch)
    kept = News(database)
    for n in range(30):
        assert kept.look(9, f"source {n}", patience=0) is None
    slow.go.set()
    for n in range(30):
        while kept.look(9, f"source {n}", patience=10) is None:
            pass
    assert slow.begun <= 30 + news.MOST_WAITING
    assert len(kept._found) == news.MOST_KEPT
    kept.close()
