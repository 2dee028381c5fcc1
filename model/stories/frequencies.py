"""How common terms are: a fixed background and what has come in since, counted as one.

A term's weight falls as more of the news is about it, so that in a week of one war its name no longer makes two
articles alike, and what happened where does.
"""

import math
from collections.abc import Iterable

from model.parameters import Parameters
from model.stories.stem import stem


class Frequencies:
    """Document frequencies with a number for each term; the numbers never change while the object lives."""

    def __init__(self, background: dict[str, int] | None = None, texts: int = 0) -> None:
        """Start from a background in which `background[term]` of `texts` articles hold a stemmed term."""
        self.texts = texts
        self.number = {term: n for n, term in enumerate(background or {})}
        self.terms = list(self.number)
        self.counts = list((background or {}).values())

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
        other = Frequencies(texts=self.texts)
        other.number, other.terms, other.counts = self.number.copy(), self.terms.copy(), self.counts.copy()
        return other

    def see(self, terms: Iterable[str]) -> None:
        """Count one more article, given its distinct terms."""
        self.texts += 1
        number, counts = self.number, self.counts
        for term in terms:
            if (n := number.get(term)) is None:
                n = self.register(term)
            counts[n] += 1

    def register(self, term: str) -> int:
        """Return a term's number, a new one for a new term, without counting it."""
        n = self.number.setdefault(term, len(self.terms))
        if n == len(self.terms):
            self.terms.append(term)
            self.counts.append(0)
        return n

    def idf(self, numbers: Iterable[int]) -> list[float]:
        """Return the smoothed inverse document frequency of each term number, 1 at the least."""
        counts, log, most = self.counts, math.log, 1 + math.log(1 + self.texts)
        return [most - log(1 + counts[n]) for n in numbers]
