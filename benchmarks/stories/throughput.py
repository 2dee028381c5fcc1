"""How many articles a second are placed among 1,000, 10,000 and 50,000 live stories, on one core.

    python -m benchmarks.stories.throughput [--plain]

Articles are made up: a story is 60 words drawn from a Zipf-like vocabulary of 60,000 words, and 20 rarer ones of its
own; an article takes 120 words from the story and 130 from everything, a stop word after every other one. Every live
story has one article when timing begins, then articles of those stories (nine in ten) and of new ones come in, in
chunks of 500. *From text* is everything, from the article to its story; *from stems* leaves out the analysis of the
text: looking for copies, word frequencies, the vector, the search; the search is told apart, since it alone grows with
the number of stories. Time is the processor's own, since cores may be shared. The answers are checked: what share of
articles found the story they were made from. `--plain` measures the plain engine, as before the loops were compiled.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core for everybody; must stand before numpy

import argparse
import time
from unittest.mock import patch

import numpy as np

from model.article import Article
from model.stories import engine, features
from model.stories.online import Stories

LIVE, TIMED, CHUNK, VOCABULARY = (1_000, 10_000, 50_000), 5_000, 500, 60_000
STOP = ["the", "of", "and", "to", "in", "was", "for", "that"]


class Maker:
    """Makes articles of numbered stories."""

    def __init__(self, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        weight = 1 / (np.arange(VOCABULARY) + 50)
        self.reach = np.cumsum(weight / weight.sum())
        self.words = [f"w{n}" for n in range(VOCABULARY)]
        self.stories: dict[int, np.ndarray] = {}

    def common(self, count: int) -> np.ndarray:
        return np.minimum(np.searchsorted(self.reach, self.rng.random(count)), VOCABULARY - 1)

    def article(self, story: int) -> Article:
        if story not in self.stories:
            rare = self.rng.integers(VOCABULARY // 10, VOCABULARY, 20)
            self.stories[story] = np.concatenate([self.common(60), rare])
        own = self.rng.choice(self.stories[story], 120)
        body = self.rng.permutation(np.concatenate([own, self.common(130)]))
        words = [self.words[n] for n in body]
        couples = enumerate(zip(words[::2], words[1::2], strict=False))
        pairs = [f"{one} {STOP[n % len(STOP)]} {other}" for n, (one, other) in couples]
        sentences = [" ".join(pairs[n : n + 8]).capitalize() + "." for n in range(0, len(pairs), 8)]
        paragraphs = [" ".join(sentences[n : n + 4]) for n in range(0, len(sentences), 4)]
        return Article(title=" ".join(self.words[n] for n in own[:8]), text="\n".join(paragraphs))


def measure(live: int) -> tuple[float, float, float, float]:
    """Return articles a second from text, from stems, by search alone, and the share that found their own story."""
    make = Maker()
    stories: Stories[int] = Stories()
    for start in range(0, live, CHUNK):
        stories.add_all([(n, make.article(n)) for n in range(start, min(live, start + CHUNK))])
    told = [int(n) for n in make.rng.integers(0, int(live * 1.1), 2 * TIMED)]
    articles = [make.article(n) for n in told]
    rates, placed = list[float](), []
    for first, analysed in ((live, False), (live + TIMED, True)):
        rows = [(first + n, articles[first - live + n]) for n in range(TIMED)]
        stems = [(key, features.stems(article), None) for key, article in rows] if analysed else []
        begin = time.process_time()
        for start in range(0, TIMED, CHUNK):
            end = start + CHUNK
            placed += stories.place(stems[start:end]) if analysed else stories.add_all(rows[start:end])
        rates.append(TIMED / (time.process_time() - begin))
    owner = {n: stories.story_of(n) for n in range(live)}
    right = np.mean([p.story == owner[n] for p, n in zip(placed, told, strict=True) if n < live])
    vectors = [features.vector(features.stems(article), stories.frequencies) for article in articles[:TIMED]]
    days = np.full(TIMED, np.nan)
    stories.index.fold()
    begin = time.process_time()
    for start in range(0, TIMED, CHUNK):
        stories.index.place(vectors[start : start + CHUNK], days[start : start + CHUNK], stories.threshold)
    return rates[0], rates[1], TIMED / (time.process_time() - begin), float(right)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--plain", action="store_true", help="the plain engine")
    parser.add_argument("--live", type=int, nargs="*", default=LIVE, help="numbers of live stories")
    options = parser.parse_args()
    chosen = engine.plain() if options.plain else engine.best()
    with patch.object(engine, "best", lambda: chosen):
        print(f"{'live stories':>12}{'from text/s':>14}{'from stems/s':>14}{'search/s':>12}{'in their story':>16}")
        for live in options.live:
            whole, stems, search, right = measure(live)
            print(f"{live:12,}{whole:14,.0f}{stems:14,.0f}{search:12,.0f}{right:16.3f}", flush=True)


if __name__ == "__main__":
    main()
