"""Which terms rise and fall in a topic, counted so that one text in many copies is one text.

An article counts a term once. Terms are ordered by their weighted log-odds with an informative Dirichlet prior (Monroe,
Colaresi and Quinn 2008, Fightin' Words, Political Analysis 16, 372-403), here of articles that hold a term instead of
occurrences, so that one long article cannot make a term rise; the prior is both sides together, weighing as much as the
smaller. Whether a term is told is Fisher's exact test, which is right for the few articles that new terms have.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from model import analysis, boilerplate

SAME = 0.6
LEAST_ARTICLES = 3
# A word that the calendar makes rise is no news. March and May are words of their own as well.
CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday "
    "january february april june july august september october november december".split()
)

Terms = frozenset[str]


class Shift(NamedTuple):
    """A term in `x` of `n` distinct articles now and in `y` of `m` before; `p` is Fisher's, two-sided."""

    term: str
    x: int
    n: int
    y: int
    m: int
    p: float

    @property
    def strength(self) -> float:
        """The weighted log-odds in standard deviations, above 0 where the term rises."""
        whole = min(self.n, self.m)
        prior = whole * (self.x + self.y) / (self.n + self.m)
        if prior == whole:
            return 0.0  # every article holds it
        a, c = self.x + prior, self.y + prior
        b, d = self.n + whole - a, self.m + whole - c
        return (math.log(a / b) - math.log(c / d)) / math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)


def of(title: str | None, text: str | None, terms: str | None) -> Terms:
    """Return the terms of an article: content words, from its title and text or from the words that were kept."""
    words = set(terms.split(" ") if terms is not None else _words(title, text or ""))
    return frozenset(word for word in words - CALENDAR if word and not word.isnumeric())


def _words(title: str | None, text: str) -> list[str]:
    return analysis.content(analysis.words(f"{title or ''}\n{boilerplate.trim(text)}"))


def distinct(articles: Iterable[Terms]) -> list[Terms]:
    """Return one article of each group of near copies, the first: those that share 60 % of the terms that either has.

    (A Jaccard index of 0.6; articles on one event written apart have about half of that or less.) Articles without
    terms are left out. Every pair is compared, a row of bits at a time.
    """
    found = [terms for terms in articles if terms]
    frequency = Counter(term for terms in found for term in terms)
    column = {term: n for n, term in enumerate(term for term, holders in frequency.items() if holders > 1)}
    bits = np.zeros((len(found), -(-len(column) // 64) * 64), bool)
    for n, terms in enumerate(found):
        bits[n, [column[term] for term in terms if term in column]] = True
    rows = np.packbits(bits, axis=1).view(np.uint64)
    sizes = np.array([len(terms) for terms in found])
    kept: list[int] = []
    for n in range(len(found)):
        before = len(kept)
        both = np.bitwise_count(rows[:before] & rows[n]).sum(axis=1, dtype=np.int64)
        either = sizes[:before] + sizes[n] - both
        if (both < SAME * either).all():
            # those that are kept stand together, in front
            rows[before], sizes[before] = rows[n], sizes[n]
            kept.append(n)
    return [found[n] for n in kept]


def compare(now: Sequence[Terms], before: Sequence[Terms]) -> list[Shift]:
    """Return all terms that three or more distinct articles hold."""
    if not now or not before:
        return []
    here, there = (Counter(term for terms in side for term in terms) for side in (now, before))
    n, m = len(now), len(before)
    fisher = _Fisher(n, m)
    counts = ((term, here[term], there[term]) for term in sorted(here.keys() | there.keys()))
    return [Shift(term, x, n, y, m, fisher.p(x, y)) for term, x, y in counts if x + y >= LEAST_ARTICLES]


class _Fisher:
    """Fisher's exact test of many terms over the same articles; many have the same counts."""

    def __init__(self, now: int, before: int) -> None:
        self._now, self._before = now, before
        self._known: dict[tuple[int, int], float] = {}

    def p(self, x: int, y: int) -> float:
        """Return twice the smaller tail for a term in x of the articles now and y of those before."""
        if (x, y) not in self._known:
            self._known[x, y] = min(1.0, 2 * self._tail(x, y))
        return self._known[x, y]

    def _tail(self, x: int, y: int) -> float:
        n, m = self._now, self._before
        if x * m < y * n:  # the lower tail is the other side's upper
            x, y, n, m = y, x, m, n
        term = math.exp(_choose(n, x) + _choose(m, y) - _choose(n + m, x + y))
        tail = term
        while x < n and y > 0 and term > tail * 1e-12:
            term *= (n - x) / (x + 1) * y / (m - y + 1)
            x, y = x + 1, y - 1
            tail += term
        return tail


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
