"""The statistics behind drift, held against scipy and simulated streams; the command, the route, the metrics."""

import json
import random
import shutil
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from starlette.testclient import TestClient

from model.article import Article
from model.classifier import Classifier
from model.errors import InvalidInputError
from service.app import create
from service.drift import calibration, change, sentences, terms
from service.drift.change import Cell, count
from service.handlers import drift as handler
from service.handlers.metrics import Metrics
from service.settings import Settings
from service.store.columns import now
from service.store.database import Database
from tests.conftest import Run

Streams = list[list[Cell]]


def test_the_tails_are_those_of_scipy() -> None:
    for x, n, mean, theta in ((0, 8, 0.3, 0.02), (7, 9, 0.2, 0.1), (60, 400, 0.12, 0.004), (3, 300, 0.05, 0.3)):
        a, b = mean * (1 / theta - 1), (1 - mean) * (1 / theta - 1)
        exact = stats.betabinom(n, a, b)
        tail = exact.cdf(x) if x < n * mean else exact.sf(x - 1)
        assert change._beta_binomial(x, n, mean, theta) == pytest.approx(tail - exact.pmf(x) / 2, rel=1e-6)
    for t, df in ((2.0, 7), (5.0, 4.5), (1.0, 30)):
        ours = stats.norm.sf(change._normal(t, df))
        assert ours == pytest.approx(stats.t.sf(t, df), rel=0.06)
    for x, n, y, m in ((8, 100, 0, 800), (1, 50, 30, 200), (0, 10, 9, 10), (5, 5, 0, 5), (2, 40, 4, 80)):
        table = [[x, n - x], [y, m - y]]
        tails = [stats.fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
        assert terms._Fisher(n, m).p(x, y) == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-6)
    for right, of in ((0, 5), (5, 5), (57, 60), (1, 1000)):
        wilson = stats.binomtest(right, of).proportion_ci(method="wilson")
        ours = calibration.share(right, of)
        assert (ours.low, ours.high) == pytest.approx((wilson.low, wilson.high))
    p_values = np.random.default_rng(1).random(50) ** 3
    chosen = stats.false_discovery_control(p_values) <= change.RATE
    assert change.told(p_values.tolist()) == chosen.tolist()
    assert chosen.any()


def streams(
    rng: np.random.Generator, size: int, correlation: float, sources: int = 10, last: tuple[float, ...] | None = None
) -> Streams:
    """Return statuses of sources over eight weeks and a last one; weeks differ by more than chance if correlated.

    `last` is how the first source decides in the last week.
    """
    found: Streams = []
    for source in range(sources):
        usual = rng.dirichlet([3.0, 1.5, 5.5]) if last is None or source else np.array([0.3, 0.15, 0.55])
        weeks = []
        for week in range(9):
            chances = np.array(last) if last is not None and not source and week == 8 else usual
            if correlation:
                chances = rng.dirichlet(np.maximum(chances, 1e-3) * (1 / correlation - 1))
            number = max(1, int(rng.poisson(size)))
            drawn = rng.multinomial(number, chances / chances.sum())
            weeks.append([count(number, int(one)) for one in drawn])
        found += [list(cells) for cells in zip(*weeks, strict=True)]
    return found


def told(found: Streams) -> list[bool]:
    usual = change.usual_correlation([cells[:-1] for cells in found])
    return change.told([change.p_value(cells[-1], cells[:-1], usual) for cells in found])


@pytest.mark.parametrize("correlation", [0.0, 0.005, 0.03])
@pytest.mark.parametrize(("size", "sources"), [(8, 10), (60, 10), (400, 1), (40, 25)])
def test_steady_streams_raise_no_alarm(size: int, sources: int, correlation: float) -> None:
    """At most one of twenty."""
    rng = np.random.default_rng(7)
    alarms = sum(any(told(streams(rng, size, correlation, sources))) for _ in range(200))
    assert alarms <= 10, alarms


def test_chance_alone_would_not_do() -> None:
    """The control: held against chance alone, as a chi-squared test does, the same streams are false alarms."""
    rng, alarms = np.random.default_rng(7), 0
    for _ in range(50):
        p_values = []
        for *before, now_ in streams(rng, 60, 0.03):
            articles, of_them = sum(cell.articles for cell in before), sum(cell.total for cell in before)
            table = [[now_.total, now_.articles - now_.total], [of_them, articles - of_them]]
            p_values.append(stats.fisher_exact(table).pvalue)
        alarms += any(change.told(p_values))
    assert alarms > 25


@pytest.mark.parametrize(
    ("size", "correlation", "last", "least"),
    [(30, 0.0, (0.1, 0.7, 0.2), 0.9), (100, 0.005, (0.2, 0.5, 0.3), 0.9), (400, 0.005, (0.3, 0.35, 0.35), 0.9)],
)
def test_planted_changes_are_found(size: int, correlation: float, last: tuple[float, ...], least: float) -> None:
    rng = np.random.default_rng(8)
    found = [told(streams(rng, size, correlation, last=last)) for _ in range(60)]
    assert statistics.mean(any(one[:3]) for one in found) >= least
    # and hardly ever of a source that did not change
    assert statistics.mean(any(one[3:]) for one in found) <= 0.1


@pytest.mark.parametrize(("moved", "least", "most"), [(0.0, 0.0, 0.05), (0.07, 0.9, 1.0)])
def test_means_are_held_alike(moved: float, least: float, most: float) -> None:
    """Unknown words: 60 articles a week of a spread of 0.1, weeks with a spread of 0.01 of their own."""
    rng, alarms = np.random.default_rng(9), []
    for _ in range(200):
        cells = []
        for week in range(9):
            values = rng.normal(0.2 + rng.normal(0, 0.01) + (moved if week == 8 else 0.0), 0.1, 60).clip(0, 1)
            cells.append(Cell(60, float(values.sum()), float((values**2).sum())))
        alarms += change.told([change.p_value(cells[-1], cells[:-1], counts=False)])
    assert least <= statistics.mean(alarms) <= most


def test_there_is_always_an_answer() -> None:
    """Empty, single, constant and lopsided weeks: a p-value in [0, 1] or none, and never an exception."""
    rng = random.Random(2)
    for _ in range(3000):
        cells = []
        for _ in range(rng.choice([0, 1, 2, 4, 9])):
            number = rng.choice([0, 0, 1, 2, 7, 40, 100_000])
            cells.append(count(number, rng.choice([0, number, rng.randint(0, number)])))
        last = count(*rng.choice([(0, 0), (1, 1), (5, 0), (5, 5), (20_000, 20_000), (100_000, 3)]))
        for counts in (True, False):
            p = change.p_value(last, cells, rng.choice([0.0, 0.3]), counts=counts)
            assert p is None or 0 <= p <= 1
    assert change.p_value(count(4, 4), [count(100, 5)] * 8) is None
    assert change.p_value(count(50, 4), [count(100, 5)] * 3) is None
    assert change.p_value(count(50, 4), [count(7, 1)] * 4) is None
    assert change.told([]) == []
    assert change.told([None, 1e-9, None]) == [False, True, False]


def side(rng: random.Random, articles: int, *more: str, chance: float = 0.0) -> list[terms.Terms]:
    return [
        terms.of(None, " ".join([*(f"w{rng.randrange(800)}" for _ in range(40)),
                                 *(word for word in more if rng.random() < chance)]), None)
        for _ in range(articles)
    ]  # fmt: skip


def test_a_rising_term_is_found_among_thousands_and_noise_is_not() -> None:
    rng = random.Random(3)
    false, found = 0, 0
    for _ in range(40):
        before = side(rng, 300, "ceasefire", chance=0.05)
        for chance in (0.05, 0.3):
            shifts = terms.compare(side(rng, 100, "ceasefire", chance=chance), before)
            chosen = change.told([shift.p for shift in shifts])
            rising = [shift.term for shift, is_told in zip(shifts, chosen, strict=True) if is_told]
            found += chance == 0.3 and "ceasefire" in rising
            false += chance == 0.05 and bool(rising)
            assert len(shifts) > 500
    assert found >= 38
    assert false <= 3


def test_a_term_counts_once_an_article_and_a_text_once_in_all_its_copies() -> None:
    wire = [f"wire{n}" for n in range(40)]
    copies = [frozenset([*wire[n % 5 :], f"paper{n}", f"place{n}"]) for n in range(30)]
    rng = random.Random(4)
    others = side(rng, 50)
    assert len(terms.distinct([*copies, *others])) == 51
    assert len(terms.distinct(others)) == 50
    assert terms.of("Drones drones", "drones, DRONES. " * 9, None) == {"drones"}
    assert terms.of(None, None, "2026 drones monday the11") == {"drones", "the11"}
    # the same as comparing every pair
    mixed = [frozenset(rng.sample(range(60), rng.randint(1, 40))) for _ in range(300)]
    mixed_terms = [frozenset(f"t{n}" for n in one) for one in mixed]
    kept: list[terms.Terms] = []
    for one in mixed_terms:
        if not any(len(one & other) >= 0.6 * len(one | other) for other in kept):
            kept.append(one)
    assert terms.distinct(mixed_terms) == kept
    assert 50 < len(kept) < 300


def test_scores_that_are_right_pass_and_wrong_ones_do_not() -> None:
    rng = np.random.default_rng(5)
    passed = 0
    for _ in range(40):
        scores = rng.beta(0.4, 0.8, 300)
        right = calibration.calibration(scores.tolist(), (rng.random(300) < scores).tolist())
        wrong = calibration.calibration(scores.tolist(), (rng.random(300) < scores**3).tolist())
        assert right is not None
        assert wrong is not None
        passed += right.error <= right.chance_most
        assert wrong.error > wrong.chance_most
    assert passed >= 34
    assert calibration.calibration([], []) is None


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (1, "100 %"), (0.314, "31 %"), (0.0123, "1.2 %"), (0.02, "2 %"), (0.0999, "10 %"), (0.0951, "9.5 %")],
)
def test_percent(share: float, text: str) -> None:
    assert sentences.percent(share) == text


ARTICLE = "The minister said that zorblaxian flumptions crossed the border, and troops of the army fired."


@pytest.fixture
def own_home(home: Path, tmp_path: Path) -> Path:
    return shutil.copytree(home, tmp_path / "home", ignore=shutil.ignore_patterns("*.db*"))


@pytest.fixture
def client(own_home: Path) -> Iterator[TestClient]:
    with TestClient(create(Settings(home=own_home)), raise_server_exceptions=False) as client:
        yield client


def test_the_classifier_says_what_it_knows(classifier: Classifier) -> None:
    article = Article(text=ARTICLE)
    decision, score = classifier.classify_scored(article)
    assert decision == classifier.classify(article)
    # all but two of: minister said zorblaxian flumptions crossed border troops army fired
    assert score.known_share == pytest.approx(7 / 9)
    assert classifier.classify_scored(Article(text="of the and"))[1].known_share is None


def test_over_rest_by_command_and_in_metrics(client: TestClient, own_home: Path, topicdesk: Run) -> None:
    last_week = (now() - timedelta(weeks=1)).isoformat()
    posted = [
        {"text": f"{ARTICLE} Number {n}.", "published": last_week, "source": f"A rather long name of a source {n % 2}"}
        for n in range(12)
    ]
    assert client.post("/v1/articles", json={"articles": posted}).status_code == 200
    answer = client.get("/v1/drift", params={"weeks": 5})
    assert answer.status_code == 200
    found = answer.json()
    assert [week["articles"] for week in found["weeks"]] == [0, 0, 0, 0, 12, 0]
    assert found["weeks"][4]["unknown_terms"] == pytest.approx(0.25, abs=0.08)
    assert found["weeks"][4]["assigned"] == 1.0
    assert any("too few articles" in sentence for sentence in found["sentences"])
    schema = client.get("/openapi.json").json()
    assert schema["components"]["schemas"]["Drift"]["required"]
    assert "/v1/drift" in schema["paths"]
    for wrong in ({"weeks": 1}, {"weeks": 105}, {"weeks": "x"}, {"source": "\0"}, {"source": "x" * 300}):
        assert client.get("/v1/drift", params=wrong).status_code == 422
    done = topicdesk("drift", "--weeks", 5, home=own_home)
    assert done.returncode == 0, done.stderr
    assert "too few articles to tell a change" in done.stdout.replace("\n", " ")
    assert max(map(len, done.stdout.splitlines())) <= 80
    again = json.loads(topicdesk("drift", "--weeks", 5, "--json", home=own_home).stdout)
    assert again == found
    assert topicdesk("drift", "--weeks", 1, home=own_home).returncode == 2
    metrics = client.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain; version=")
    lines = metrics.text.splitlines()
    assert "topicdesk_articles 12.0" in lines
    assert 'topicdesk_decisions{status="assigned"} 12.0' in lines
    assert 'topicdesk_decisions{status="review"} 0.0' in lines
    assert 'topicdesk_topic_articles{topic="border_conflict"} 12.0' in lines


@pytest.mark.alone
def test_metrics_are_counted_once_in_a_while_and_survive_the_database(tmp_path: Path) -> None:
    clock = [0.0]
    database = Database(f"sqlite:///{tmp_path / 'topicdesk.db'}", tmp_path)
    metrics = Metrics(database, lambda: clock[0])
    first = metrics.text("m1", None)
    assert b"topicdesk_database_up 1.0" in first
    assert b"topicdesk_unknown_term_ratio" not in first
    database.close()
    (tmp_path / "topicdesk.db").write_bytes(b"no database at all" * 1000)
    began = time.perf_counter()
    assert all(metrics.text("m1", None) == first for _ in range(1000))
    assert time.perf_counter() - began < 0.5
    clock[0] = 31.0
    away = metrics.text("m1", None)
    assert b"topicdesk_database_up 0.0" in away
    assert b"topicdesk_articles" not in away


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    (tmp_path / "topicdesk.db").write_bytes(b"no database at all" * 1000)
    with TestClient(create(Settings(home=tmp_path)), raise_server_exceptions=False) as client:
        assert client.get("/v1/drift").status_code == 503
        assert client.get("/metrics").status_code == 200
    with pytest.raises(InvalidInputError):
        handler.report(Settings(home=tmp_path).database(), 1)
