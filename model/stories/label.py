"""What a story is called: the words that set it apart, as its articles write them, and the article that leads it."""

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model import analysis
from model.article import Article
from model.stories import engine
from model.stories.engine import Vector
from model.stories.frequencies import Frequencies
from model.stories.stem import stem

TERMS, READ = 5, 2_000
LONGEST = 40  # what is longer is no word that comes again
LIKELY = 12  # of so many of the weightiest terms, five nearly always stand where it is read


@dataclass(frozen=True, slots=True)
class Label:
    """`terms` in order of weight, in the form that is commonest in the story; `lead` is the place of the article."""

    terms: list[str]
    lead: int

    def __str__(self) -> str:
        return ", ".join(self.terms)


def label(
    articles: Sequence[Article], vectors: Sequence[Vector], frequencies: Frequencies, count: int = TERMS
) -> Label:
    """Return what describes a story of one article or more, given each one's vector.

    The lead is the article nearest to all others (the medoid), of equals the first. Terms stand in the title or the
    first `READ` characters of an article; a story without words has none. Raises `ValueError` where there are no
    articles.
    """
    if not articles:
        raise ValueError("a story has at least one article")
    known, mean, lead = _middle(vectors)
    ranked = known[np.argsort(-mean, kind="stable")]
    texts = [f"{article.title or ''}\n{article.text[:READ]}" for article in articles]
    chosen = list[str]()
    for some in (ranked[:LIKELY], ranked[LIKELY:]):
        terms = frequencies.named(some)
        forms = _forms(texts, frozenset(terms))
        chosen += [forms[term].most_common(1)[0][0] for term in terms if term in forms]
        if len(chosen) >= count:
            break
    return Label(chosen[:count], lead)


def _forms(texts: Iterable[str], wanted: Set[str]) -> dict[str, Counter[str]]:
    """Return how often each way to write a term stands in texts, for those of the terms that do."""
    found: dict[str, Counter[str]] = {}
    for text in texts:
        for word in engine.best().written(text, wanted):
            for term, form in _known(word) if len(word) <= LONGEST else _read(word):
                if term in wanted:
                    found.setdefault(term, Counter())[form] += 1
    return found


def _middle(vectors: Sequence[Vector]) -> tuple[NDArray[np.int32], NDArray[np.float32], int]:
    """Return the terms that are there, the mean of each, and the place of the vector nearest to all others."""
    if len(vectors) == 1:
        return vectors[0].terms, vectors[0].values, 0
    known, rows = _rows(vectors)
    mean = np.asarray(rows.mean(axis=0)).ravel()
    return known, mean, int(np.argmax(rows @ mean))


def _rows(vectors: Sequence[Vector]) -> tuple[NDArray[np.int32], sparse.csr_matrix]:
    """Return the terms that vectors hold, and a matrix with a column for each: thousands of stories have their own."""
    starts, terms, values = engine.best().rows(vectors)
    known, columns = np.unique(terms, return_inverse=True)
    return known, sparse.csr_matrix((values, columns, starts), (len(vectors), len(known)))


def _read(word: str) -> list[tuple[str, str]]:
    """Return the terms in a word of a text, each with how it is written."""
    # whole words only: of a hyphenated pair each half is a term, but neither is how it is written
    found = analysis.content(analysis.words(word))
    return [(stem(folded), _bare(word) if folded == _folded(word) else folded) for folded in found]


_known = lru_cache(maxsize=1 << 16)(_read)


def _bare(word: str) -> str:
    """Return a word without the punctuation around it."""
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while end > start and not word[end - 1].isalnum():
        end -= 1
    return word[start:end]


def _folded(word: str) -> str:
    return analysis.fold(word).strip()
