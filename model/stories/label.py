"""What a story is called: the words that set it apart, as its articles write them, and the article that leads it."""

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model import analysis
from model.article import Article
from model.stories.features import Vector
from model.stories.frequencies import Frequencies
from model.stories.similarity import matrix
from model.stories.stem import stem

TERMS, READ = 5, 2_000


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
    used, mean, lead = _middle(vectors, len(frequencies.terms))
    terms = [frequencies.terms[n] for n in used[np.argsort(-mean, kind="stable")].tolist()]
    wanted, forms = set(terms), dict[str, Counter[str]]()
    for article in articles:
        for word in f"{article.title or ''}\n{article.text[:READ]}".split():
            for term, form in _forms(word):
                if term in forms:
                    forms[term][form] += 1
                elif term in wanted:
                    forms[term] = Counter([form])
    chosen = [term for term in terms if term in forms][:count]
    return Label([forms[term].most_common(1)[0][0] for term in chosen], lead)


def _middle(vectors: Sequence[Vector], width: int) -> tuple[NDArray[np.int32], NDArray[np.float32], int]:
    """Return the terms that are there, the mean of each, and the place of the vector nearest to all others."""
    if len(vectors) == 1:
        return vectors[0].terms, vectors[0].values, 0
    rows = matrix(vectors, width)
    # only the terms that are there: sorting all there are would take a hundred times as long
    used, column = np.unique(rows.indices, return_inverse=True)
    rows = sparse.csr_matrix((rows.data, column, rows.indptr), (len(vectors), max(1, len(used))))
    mean = np.asarray(rows.mean(axis=0)).ravel()
    return used, mean[: len(used)], int(np.argmax(rows @ mean))


@functools.lru_cache(maxsize=1 << 16)
def _forms(word: str) -> list[tuple[str, str]]:
    """Return the terms in a word, each with how it is written there.

    Whole words only: of a hyphenated pair each half is a term, but neither is how it is written.
    """
    found = analysis.content(analysis.words(word))
    return [(stem(folded), _bare(word) if folded == _folded(word) else folded) for folded in found]


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
