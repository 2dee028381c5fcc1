"""How common terms are: a fixed background and what has come in since, counted as one.

A term's weight falls as more of the news is about it, so that in a week of one war its name no longer makes two
articles alike, and what happened where does.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.parameters import Parameters
from model.stories import engine
from model.stories.engine import Stems
from model.stories.stem import stem


class Frequencies:
    """Document frequencies with a number for each term; the numbers never change while the object lives."""

    def __init__(self, background: Mapping[str, int] | None = None, texts: int = 0) -> None:
        """Start from a background in which `background[term]` of `texts` articles hold a stemmed term."""
        known = background or {}
        self.table = engine.best().terms(list(known), list(known.values()), texts)

    @classmethod
    def of_model(cls, model: Parameters) -> "Frequencies":
        """Take a trained model's articles for the background.

        The model keeps idf = ln((1 + n) / (1 + df)) + 1 for each form of a word; the counts of forms with one stem are
        added, which counts an article twice that has both.
        """
        texts, counts = model.facts.articles, dict[str, int]()
        for term, idf in zip(model.terms, model.idf.tolist(), strict=True):
            if " " not in term:
                found = counts.get(root := stem(term), 0) + round((1 + texts) / math.exp(idf - 1)) - 1
                counts[root] = min(texts, found)
        return cls(counts, texts)

    def copy(self) -> "Frequencies":
        """Return the same frequencies, to learn on by themselves."""
        return Frequencies(dict(zip(self.terms, self.counts, strict=True)), self.texts)

    @property
    def texts(self) -> int:
        """Return how many articles have been counted, the background's among them."""
        return self.table.texts

    @property
    def terms(self) -> list[str]:
        """Return all terms by number."""
        return self.table.terms

    def named(self, numbers: ArrayLike) -> list[str]:
        """Return the terms of some numbers."""
        return self.table.named(numbers)

    @property
    def counts(self) -> list[int]:
        """Return how many articles hold each term."""
        return self.table.counts

    @property
    def size(self) -> int:
        """Return the number of terms."""
        return len(self.table)

    def see(self, article: Stems) -> None:
        """Count one more article."""
        self.table.count(article)

    def register(self, article: Stems) -> None:
        """Give an article's terms numbers without counting it."""
        self.table.register(article)

    def idf(self, numbers: ArrayLike) -> NDArray[np.float64]:
        """Return the smoothed inverse document frequency of each term number, 1 at the least."""
        return self.table.idf(numbers)
