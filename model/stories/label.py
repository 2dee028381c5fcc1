"""What a story is called: the words that set it apart, as its articles write them, and the article that leads it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
    rows = matrix(vectors, frequencies.size)
    mean = np.asarray(rows.mean(axis=0)).ravel()
    forms: dict[str, Counter[str]] = {}
    for article in articles:
        for word in f"{article.title or ''}\n{article.text[:READ]}".split():
            # whole words only: of a hyphenated pair each half is a term, but neither is how it is written
            for folded in analysis.content(analysis.words(word)):
                forms.setdefault(stem(folded), Counter())[_bare(word) if folded == _folded(word) else folded] += 1
    best = (frequencies.terms[n] for n in np.argsort(-mean, kind="stable").tolist() if mean[n] > 0)
    chosen = [term for term in best if term in forms][:count]
    return Label([forms[term].most_common(1)[0][0] for term in chosen], int(np.argmax(rows @ mean)))


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
