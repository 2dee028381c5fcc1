"""Articles as numbers: the content words of each, analysed once, 4 bytes a word."""

import itertools
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import analysis, boilerplate
from model.article import Article
from training import arrays
from training.arrays import BLOCK_ROWS, Ints

BLOCK_TOKENS = 500_000


@dataclass(frozen=True)
class Tokens:
    """The content words of N articles, in reading order.

    `words` are in order of their letters and `ids` (K,) are places in it, so numbers sort as words do. Article n
    begins at `starts[n]` with `title[n]` words of the title; `text[n]` words of the text follow, of which the first
    `body[n]` are its own and the rest the site's (see `boilerplate`). All four are (N,).
    """

    words: Sequence[str]
    ids: NDArray[np.int32]
    starts: Ints
    title: Ints
    text: Ints
    body: Ints

    def __len__(self) -> int:
        return len(self.starts)

    def part(self, rows: NDArray[np.intp]) -> "Tokens":
        """Return the tokens of some articles; the words stay where they are."""
        return Tokens(self.words, self.ids, *(each[rows] for each in (self.starts, self.title, self.text, self.body)))

    def blocks(self, most_articles: int = BLOCK_ROWS) -> Iterator[NDArray[np.intp]]:
        """Yield all rows in order, as many at a time as have about `BLOCK_TOKENS` words: what bounds memory."""
        yield from arrays.blocks(self.title + self.text, BLOCK_TOKENS, most_articles)


def analyse(articles: Iterable[Article]) -> Tokens:
    """Analyse articles as `model.pipeline.passages` does, but for cutting passages and joining neighbours."""
    # a new word's number is how many there were before it
    numbers: dict[str, int] = _Numbers()
    ids, sizes = array("i"), array("q")
    for article in articles:
        title, text = (analysis.content(analysis.words(field)) for field in (article.title or "", article.text))
        site = article.text[len(boilerplate.trim(article.text)) :]
        ids.extend(map(numbers.__getitem__, itertools.chain(title, text)))
        sizes.extend((len(title), len(text), len(text) - len(analysis.content(analysis.words(site)))))
    words = sorted(numbers)
    place = np.empty(len(words), np.int32)
    place[np.fromiter(map(numbers.__getitem__, words), np.intp, len(words))] = np.arange(len(words), dtype=np.int32)
    del numbers
    found = np.frombuffer(ids, np.int32)
    for start in range(0, len(found), BLOCK_TOKENS):
        found[start : start + BLOCK_TOKENS] = place[found[start : start + BLOCK_TOKENS]]
    of_title, of_text, of_body = np.array(sizes, np.int64).reshape(-1, 3).T.copy()
    starts = np.cumsum(of_title + of_text) - of_title - of_text
    return Tokens(words, found, starts, of_title, of_text, of_body)


class _Numbers(dict[str, int]):
    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number
