"""The compiled engine among threads, on hostile texts, and what it takes."""

import itertools
import random
import string
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from model import artifact
from model.article import Article
from model.classifier import Classifier
from model.interpreted import Interpreted
from model.scorer import Scorer, compiled
from tests.small import made_up
from training.dataset import Dataset

TOLERANCE = 1e-9


def test_eight_threads_share_a_scorer(classifier: Classifier, starter: Dataset) -> None:
    scorer = Scorer(classifier.parameters, compiled)
    articles = list(starter.articles)[:400]
    expected = [scorer.score(article) for article in articles]
    wrong: list[object] = []

    def work(seed: int) -> None:
        order = list(range(len(articles)))
        random.Random(seed).shuffle(order)
        for _ in range(3):
            found = scorer.score_batch([articles[n] for n in order])
            wrong.extend(n for n, score in zip(order, found, strict=True) if score != expected[n])
            wrong.extend(n for n in order[::5] if scorer.score(articles[n]) != expected[n])

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.alone
def test_other_threads_run_meanwhile(classifier: Classifier) -> None:
    scorer, text = Scorer(classifier.parameters, compiled), "Police on the border. " * 200_000
    ticks, done = [0], threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks[0] += 1
            time.sleep(0.0005)

    thread = threading.Thread(target=tick)
    thread.start()
    scorer.score_batch([Article(text="warm")])
    before = ticks[0]
    for _ in range(5):
        scorer.score(Article(text=text))
    during = ticks[0] - before
    done.set()
    thread.join()
    assert during > 20  # with the GIL held it would be one or two a call


def test_ten_megabytes(classifier: Classifier) -> None:
    one, other = compiled(classifier.parameters), Interpreted(classifier.parameters)
    rng = random.Random(0)
    words = [term for term in classifier.parameters.terms if " " not in term]
    text = " ".join(rng.choices([*words, "naïve", "“", "zzz"], k=1_400_000))
    assert len(text) > 9_500_000
    mine, found = one.score(None, text), other.score(None, text)
    assert mine[1:] == found[1:]
    assert np.abs(np.subtract(mine[0], found[0])).max() < TOLERANCE


SIZE = 4_000_000
HOSTILE = {
    "one letter": "a" * SIZE,
    "one letter, accented": "é" * (SIZE // 2),
    "marks": "\u0301" * (SIZE // 2),
    "marks in a word": "a" + "\u0301" * (SIZE // 2) + "b",
    "spaces": " " * SIZE,
    "wide spaces": "\u2003" * (SIZE // 3),
    "lines": "\n" * SIZE,
    "short lines of the site's": "subscribe newsletter cookies privacy share follow\n" * (SIZE // 50),
    "no end of a line": "subscribe newsletter cookies privacy share follow " * (SIZE // 50),
    "longest folds": "ﷺ" * (SIZE // 3),
    "pairs": "police officer " * (SIZE // 15),
    "code": "{}[]=;" * (SIZE // 6),
    "numbers": " ".join(map(str, range(SIZE // 8))),
    "nothing": "\x00" * SIZE,
}


@pytest.mark.alone
@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_text_and_no_faster(classifier: Classifier, name: str) -> None:
    engine, text = compiled(classifier.parameters), HOSTILE[name]
    parts = [text[: len(text) // 16]] * 16

    def taken(texts: list[str]) -> float:
        begin = time.process_time()
        engine.score_batch(texts, texts)
        return time.process_time() - begin

    # as titles too, which are not cut into passages; quadratic time would take 16 times as long
    assert min(taken([text]) for _ in range(3)) < 4 * min(taken(parts) for _ in range(3)) + 0.05


@pytest.mark.alone
def test_columns_that_meet_cannot_be_chosen(classifier: Classifier) -> None:
    """A title's terms are counted in a table of slots that nobody can aim at, as one could by a known multiplier."""
    letters = itertools.product(string.ascii_lowercase, "bcdfg", "aeiou", string.ascii_lowercase)
    words = list(map("".join, letters))
    many = made_up(classifier.parameters, [f"{word}{n}" for n in range(60) for word in words])
    engine = compiled(many)
    columns = np.arange(len(many.terms), dtype=np.uint64)
    aimed = np.flatnonzero(columns * np.uint64(0x9E3779B97F4A7C15) < np.uint64(1 << 60))  # a sixteenth of the slots
    spread = random.Random(0).sample(range(len(many.terms)), len(aimed))
    assert len(aimed) > 10_000

    def taken(chosen: Iterable[int]) -> float:
        title = " ".join(many.terms[n] for n in chosen)
        begin = time.process_time()
        engine.score(title, "")
        return time.process_time() - begin

    assert min(taken(aimed) for _ in range(5)) < 4 * min(taken(spread) for _ in range(5))


def test_memory_of_a_call_follows_its_longest_text(classifier: Classifier, tmp_path: Path) -> None:
    code = """
import resource, sys
from model import artifact, scorer
model = artifact.load(open(sys.argv[1], "rb").read())
engine = scorer.compiled(model)
text = "police on the border " * 500
engine.score_batch([None] * 10, [text] * 10)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(5):
    engine.score_batch([None] * 4000, [text] * 4000)
many = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
for _ in range(30):
    engine.score(None, "police on the border " * 50_000)
print(many, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    path = tmp_path / "model"
    path.write_bytes(artifact.dump(classifier.parameters))
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    many, long = map(int, done.stdout.split())
    assert many < 6_000  # KB: the results of 4,000 articles, not their tokens (30 MB)
    assert long < 12_000  # a text of 1 MB, once, and what it takes to score it
