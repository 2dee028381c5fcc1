"""Any number of made-up labelled articles, for measuring what training costs: not for measuring how good a model is.

    python -m benchmarks.generated COUNT OUTPUT.jsonl [--seed N]

An article is sentences of the starter corpus, of its topic and some of none, in which half of the content words are
exchanged: for words of the same topic, or for made-up ones whose frequencies follow Zipf's law, so that the vocabulary
keeps growing by Heaps' law as it does in news. Three in a hundred are near duplicates of an earlier article. The first
articles of a longer run are those of a shorter one.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from model.stopwords import ENGLISH
from model.taxonomy import Taxonomy
from training import dataset

LENGTH = 3500  # characters, on average
TOPIC_SHARES = (0.12, 0.12, 0.12, 0.64)  # the three topics and none
BORROWED = 0.35  # of an article's sentences are of none of the topics
EXCHANGED, MADE_UP = 0.5, 0.4  # of the words that carry content; and of those, the part that no corpus has
# made-up words grow as the text's length to this power; the commonest are about equally common
HEAPS, COMMONEST = 0.62, 2000
COPIES, TWO_TOPICS, WRONG = 0.03, 0.03, 0.01
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in ("a", "e", "i", "o", "u", "ar", "en", "is", "on")]


class Source:
    """Sentences and words of the starter corpus by topic, as material."""

    def __init__(self) -> None:
        corpus = dataset.read([dataset.STARTER], Taxonomy.read(dataset.TOPICS))
        self.topics = [*corpus.taxonomy.ids, "none"]
        sentences: dict[str, list[list[str]]] = defaultdict(list)
        for article in corpus.articles:
            for topic in article.labels or ["none"]:
                found = re.split(r"(?<=[.!?])\s+", article.text)
                sentences[topic] += [sentence.split() for sentence in found if len(sentence) > 30]
        self.sentences = [sentences[topic] for topic in self.topics]

    @cached_property
    def words(self) -> list[list[str]]:
        """The words of each topic that carry content, as often as they stand."""
        return [[word for sentence in part for word in sentence if _carries_content(word)] for part in self.sentences]

    def article(self, number: int, seed: int) -> dict[str, Any]:
        """Return one article as a row, the same for the same number and seed; `truth` is its labels without errors."""
        rng = np.random.default_rng([seed, number])
        if number and rng.random() < COPIES:
            row = self.article(int(rng.integers(number)), seed)
            text = f"{made_up(number + 7)} correspondents, updated. {row['text'][: int(0.9 * len(row['text']))]}"
            return row | {"id": f"g{number}", "text": text}
        topics = [int(rng.choice(4, p=TOPIC_SHARES))]
        if topics[0] < 3 and rng.random() < TWO_TOPICS:
            topics.append((topics[0] + 1) % 3)
        truth = [self.topics[n] for n in topics if n < 3]
        labels = truth
        if rng.random() < WRONG:
            labels = [] if truth else [self.topics[int(rng.integers(3))]]
        parts: list[str] = []
        left = LENGTH * (0.4 + 1.2 * rng.random())
        while left > 0:
            topic = 3 if rng.random() < BORROWED else topics[len(parts) % len(topics)]
            parts.append(self._sentence(topic, rng))
            left -= len(parts[-1]) + 1
        text = "".join(part + ("\n\n" if n % 3 == 2 else " ") for n, part in enumerate(parts[1:])).strip()
        return {"id": f"g{number}", "title": parts[0][:90], "text": text, "labels": labels, "truth": truth}

    def _sentence(self, topic: int, rng: np.random.Generator) -> str:
        sentence = list(self.sentences[topic][rng.integers(len(self.sentences[topic]))])
        draw = rng.random((len(sentence), 3))
        for n, word in enumerate(sentence):
            if draw[n, 0] < EXCHANGED and _carries_content(word):
                if draw[n, 1] < MADE_UP:
                    sentence[n] = made_up(int(min(COMMONEST * (draw[n, 2] ** (-HEAPS / (1 - HEAPS)) - 1), 1e15)))
                else:
                    sentence[n] = self.words[topic][int(draw[n, 2] * len(self.words[topic]))]
        return " ".join(sentence)


def _carries_content(word: str) -> bool:
    return len(word) > 3 and word.lower().strip(".,;:'\"") not in ENGLISH


def made_up(rank: int) -> str:
    """Return the made-up word of a rank from 1 on, each another one; a name, where it is odd."""
    rank += len(SYLLABLES)
    syllables = []
    while rank:
        rank, rest = divmod(rank, len(SYLLABLES))
        syllables.append(SYLLABLES[rest])
    word = "".join(syllables) + "x"
    return word.title() if len(syllables) % 2 else word


def articles(count: int, seed: int = 0) -> Iterator[dict[str, Any]]:
    """Yield made-up articles as rows of labelled data."""
    source = Source()
    return (source.article(number, seed) for number in range(count))


def write(path: Path, count: int, seed: int = 0) -> None:
    """Write made-up articles as JSONL."""
    with path.open("w", encoding="utf-8") as file:
        for row in articles(count, seed):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("output", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    write(options.output, options.count, options.seed)


if __name__ == "__main__":
    main()
