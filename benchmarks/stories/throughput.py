"""How many articles a second are placed among 1,000, 10,000 and 50,000 live stories, on one core.

    python -m benchmarks.stories.throughput

Articles are made up: a story is 60 words drawn from a Zipf-like vocabulary of 60,000 words, and 20 rarer ones of its
own; an article takes 120 words from the story and 130 from everything. Every live story has one article when timing
begins, then articles of those stories (nine in ten) and of new ones come in, analysed beforehand, in chunks of 500.
Placing is everything but analysis: looking for copies, word frequencies, the vector, the search; the search is told
apart, since it alone grows with the number of stories. Time is the processor's own, since cores may be shared. The
answers are checked: what share of articles found the story they were made from.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core for everybody; must stand before numpy

import time

import numpy as np

from model.stories import features
from model.stories.features import Stems
from model.stories.online import Stories

LIVE, TIMED, CHUNK, VOCABULARY = (1_000, 10_000, 50_000), 5_000, 500, 60_000


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

    def article(self, story: int) -> Stems:
        if story not in self.stories:
            rare = self.rng.integers(VOCABULARY // 10, VOCABULARY, 20)
            self.stories[story] = np.concatenate([self.common(60), rare])
        own = self.rng.choice(self.stories[story], 120)
        body = self.rng.permutation(np.concatenate([own, self.common(130)]))
        return Stems([self.words[n] for n in own[:8]], [self.words[n] for n in body])


def measure(live: int) -> tuple[float, float, float]:
    """Return articles a second placed whole, by search alone, and the share of articles that found their own story."""
    make = Maker()
    stories: Stories[int] = Stories()
    for start in range(0, live, CHUNK):
        stories.place([(n, make.article(n), None) for n in range(start, min(live, start + CHUNK))])
    told = [int(n) for n in make.rng.integers(0, int(live * 1.1), TIMED)]
    stems = [make.article(n) for n in told]
    begin = time.process_time()
    placed = []
    for start in range(0, TIMED, CHUNK):
        chunk = [(live + n, stems[n], None) for n in range(start, start + CHUNK)]
        placed += stories.place(chunk)
    whole = time.process_time() - begin
    first = {n: stories.story_of(n) for n in range(live)}
    right = np.mean([p.story == first[n] for p, n in zip(placed, told, strict=True) if n < live])
    vectors = [features.vector(article, stories.frequencies) for article in stems]
    days = np.full(TIMED, np.nan)
    stories.index.fold()
    begin = time.process_time()
    for start in range(0, TIMED, CHUNK):
        stories.index.place(vectors[start : start + CHUNK], days[start : start + CHUNK], stories.threshold)
    return TIMED / whole, TIMED / (time.process_time() - begin), float(right)


def main() -> None:
    print(f"{'live stories':>12}{'placed/s':>12}{'search/s':>12}{'in their story':>16}")
    for live in LIVE:
        whole, search, right = measure(live)
        print(f"{live:12,}{whole:12,.0f}{search:12,.0f}{right:16.3f}", flush=True)


if __name__ == "__main__":
    main()
