"""Our scorer against scikit-learn's Pipeline with the same model, answers checked, interleaved in one run."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core for everybody; must stand before numpy

import random
import statistics
import time
from collections.abc import Callable

import numpy as np

from model import pipeline
from model.article import Article
from model.scorer import Scorer
from model.taxonomy import Taxonomy
from training import dataset
from training.train import train

ARTICLES, ROUNDS, CHARS = 500, 5, 4000


def long_articles(data: dataset.Dataset, count: int) -> list[Article]:
    """Return articles of about 4 KB, each joined from several of the corpus in an order of its own."""
    rng = random.Random(0)
    texts = [article.text for article in data.articles]
    made = []
    for _ in range(count):
        parts: list[str] = []
        while sum(map(len, parts)) < CHARS:
            parts.append(rng.choice(texts))
        made.append(Article(text="\n".join(parts)[:CHARS]))
    return made


def main() -> None:
    data = dataset.read([dataset.STARTER], Taxonomy.read(dataset.TOPICS))
    model = train(data)
    scorer, reference = Scorer(model), pipeline.build(model)
    articles = long_articles(data, ARTICLES)

    def batch() -> np.ndarray:
        return np.asarray(reference.predict_proba(articles))

    def one_by_one() -> np.ndarray:
        return np.vstack([reference.predict_proba([article]) for article in articles])

    def ours() -> np.ndarray:
        return np.array([scorer.score(article).probabilities for article in articles])

    ways: dict[str, Callable[[], np.ndarray]] = {
        "scikit-learn, batch": batch,
        "scikit-learn, one by one": one_by_one,
        "topicdesk scorer": ours,
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    expected = batch()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begin = time.perf_counter()
            answers = way()
            times[name].append(time.perf_counter() - begin)
            assert np.abs(answers - expected).max() < 1e-9, name
    base = statistics.median(times["scikit-learn, batch"])
    print(f"{ARTICLES} articles of {CHARS} characters, {len(model.terms)} terms, one core, median of {ROUNDS}\n")
    print(f"{'runtime':28}{'articles/s':>12}{'x batch':>10}")
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(f"{name:28}{ARTICLES / middle:12,.0f}{base / middle:10.2f}")


if __name__ == "__main__":
    main()
