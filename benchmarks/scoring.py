"""Scoring against scikit-learn, fastText and Vowpal Wabbit: `python -m benchmarks.scoring`; answers are checked."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core for everybody; must stand before numpy

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.rivals import RIVALS, STOCK, SURE, Rival
from benchmarks.subject import CHARS, Subject, long_articles, subject, typeset
from benchmarks.tables import Table, number, target
from benchmarks.timing import CPUS, SERVER, pinned, take_turns
from model import pipeline
from model.article import Article
from model.scorer import Scorer
from training import folds

__all__ = ["long_articles", "main", "measure"]  # the first for those who found it here before

Answers = NDArray[np.float64]
ARTICLES, ROUNDS, PART = 500, 7, 250
SANE = 0.6  # F1 on beats that it has never seen; to say yes to everything gives a third
BATCH = "scikit-learn, same model, batch"
OURS, THREADS, TYPESET = "topicdesk, batch", "topicdesk, batch, 2 threads", "topicdesk, batch, curly quotes and accents"


class Ways:
    """What takes turns, and how each one's answers are checked."""

    def __init__(self) -> None:
        self.ways: dict[str, Callable[[], Answers]] = {}
        self.checks: dict[str, Callable[[Answers], None]] = {}

    def add(self, name: str, way: Callable[[], Answers], expected: Answers, tolerance: float) -> None:
        """Add one whose answers must be as expected."""

        def check(answers: Answers) -> None:
            assert answers.shape == expected.shape, name
            assert np.abs(answers - expected).max() <= tolerance, name

        self.ways[name], self.checks[name] = way, check


def scores(scorer: Scorer, articles: Sequence[Article]) -> Answers:
    """Return probabilities (N, T), all articles in one call."""
    return np.array([score.probabilities for score in scorer.score_batch(articles)])


def one_by_one(scorer: Scorer, articles: Sequence[Article]) -> Answers:
    """Return probabilities (N, T), each article by a call of its own, as a server scores."""
    return np.array([scorer.score(article).probabilities for article in articles])


def measure(of: Subject) -> Table:
    """Time them all."""
    articles, ways = long_articles(of.data, ARTICLES), Ways()
    # a turn is over before the system would have moved a thread to the processor that is free
    cpus = iter(CPUS)
    pool = ThreadPoolExecutor(min(2, len(CPUS)), initializer=lambda: os.sched_setaffinity(0, {next(cpus)}))
    list(pool.map(time.sleep, [0.01, 0.01]))  # its threads are made here, before this one is kept on one processor
    with pinned(SERVER):
        _add_same_model(ways, of, articles, pool)
        for rival in (STOCK, *RIVALS):
            if rival.there:
                _add_rival(ways, rival, of, [article.text for article in articles])
        seconds = take_turns(ways.ways, ways.checks, ROUNDS)
    rates = {name: ARTICLES / taken for name, taken in seconds.items()}
    return _table(rates, len(of.model.terms))


def _add_same_model(ways: Ways, of: Subject, articles: list[Article], pool: ThreadPoolExecutor) -> None:
    scorer, reference = Scorer(of.model), pipeline.build(of.model)
    odd = [typeset(article) for article in articles]
    expected, expected_odd = (np.asarray(reference.predict_proba(some)) for some in (articles, odd))
    parts = [articles[n : n + PART] for n in range(0, ARTICLES, PART)]
    ways.add(BATCH, lambda: np.asarray(reference.predict_proba(articles)), expected, 1e-9)
    ways.add(
        "scikit-learn, same model, one by one",
        lambda: np.vstack([reference.predict_proba([article]) for article in articles]), expected, 1e-9,
    )  # fmt: skip
    ways.add("topicdesk, one by one", lambda: one_by_one(scorer, articles), expected, 1e-9)
    ways.add(OURS, lambda: scores(scorer, articles), expected, 1e-9)
    if len(CPUS) > 1:
        ways.add(THREADS, lambda: np.vstack(list(pool.map(partial(scores, scorer), parts))), expected, 1e-9)
    ways.add(TYPESET, lambda: scores(scorer, odd), expected_odd, 1e-9)


def _add_rival(ways: Ways, rival: Rival, of: Subject, texts: list[str]) -> None:
    """Fit a rival on four fifths of the corpus, see that it does its job on the rest, and let it take turns."""
    whole = [rival.prepare(f"{article.title or ''}\n{article.text}") for article in of.data.articles]
    labels = of.data.labels
    fit_on, unseen = next(folds.split(labels, of.data.groups, 5, 0))
    answer = rival.fit([whole[n] for n in fit_on], labels[fit_on])
    said = answer([whole[n] for n in unseen]) > SURE
    f1 = 2 * (said & labels[unseen]).sum() / (said.sum() + labels[unseen].sum())
    assert f1 > SANE, f"{rival.name} finds too little: F1 {f1:.2f}"
    lines = [rival.prepare(text) for text in texts]
    alone = np.vstack([answer([line]) for line in lines])
    # fastText and Vowpal Wabbit reckon in float32
    if rival is STOCK:
        ways.add(f"{rival.name}, batch", lambda: answer(texts), alone, 1e-9)
    else:
        ways.add(f"{rival.name}, raw text", lambda: answer([rival.prepare(text) for text in texts]), alone, 1e-6)
        ways.add(f"{rival.name}, prepared lines", lambda: answer(lines), alone, 1e-6)


def _table(rates: dict[str, float], terms: int) -> Table:
    fastest = max(rates[BATCH], rates.get(f"{STOCK.name}, batch", 0.0))
    ratios = {"scikit-learn's faster batch": (fastest, STOCK.wanted)}
    ratios |= {f"{r.name} on raw text": (rates[f"{r.name}, raw text"], r.wanted) for r in RIVALS if r.there}
    missing = [f"{rival.name} is not installed and left out" for rival in RIVALS if not rival.there]
    return Table(
        title="Scoring",
        about=f"{ARTICLES} articles of {CHARS} characters, one core unless said, median of {ROUNDS} turns; "
        f"{terms:,} terms. Same-model answers equal to 1e-9, the others' to their own one by one.",
        columns=("runtime", "articles/s", "x scikit-learn batch"),
        rows=[(name, number(rate), number(rate / fastest)) for name, rate in rates.items()],
        targets=[
            target(f"batch against {name}", rates[OURS] / rate, want, "x") for name, (rate, want) in ratios.items()
        ]
        + missing,
        unit="articles/s",
        bars=list(rates.items()),
    )


def main() -> None:
    with subject() as of:
        print(measure(of).text())


if __name__ == "__main__":
    main()
