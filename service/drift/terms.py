"""Which terms rise and fall in a topic, counted so that one text in many copies is one text.

An article counts a term once. Terms are ordered by their weighted log-odds with an informative Dirichlet prior (Monroe,
Colaresi and Quinn 2008, Fightin' Words, Political Analysis 16, 372-403), here of articles that hold a term instead of
occurrences, so that one long article cannot make a term rise; the prior is both sides together, weighing as much as the
smaller. Whether a term is told is Fisher's exact test, which is right for the few articles that new terms have.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from model import analysis, boilerplate

SAME = 0.6
LEAST_ARTICLES = 3
# A word that the calendar makes rise is no news. March and May are words of their own as well.
CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday "
    "january february april june july august september october november december".split()
)
_LETTER = re.compile(r"[^\W\d_]")

Terms = frozenset[str]


class Shift(NamedTuple):
    """A term's share of the distinct articles of two times, 0 to 1.

    `strength` is the weighted log-odds in standard deviations, above 0 where it rises; `p` is Fisher's, two-sided.
    """

    term: str
    now: float
    before: float
    strength: float
    p: float


def of(title: str | None, text: str | None, terms: str | None) -> Terms:
    """Return the terms of an article: content words, from its title and text or from the words that were kept."""
    words = terms.split(" ") if terms is not None else _words(title, text or "")
    return frozenset(word for word in words if _LETTER.search(word) and word not in CALENDAR)


def _words(title: str | None, text: str) -> list[str]:
    return analysis.content(analysis.words(f"{title or ''}\n{boilerplate.trim(text)}"))


def distinct(articles: Iterable[Terms]) -> list[Terms]:
    """Return one article of each group of near copies, the first: those that share 60 % of the terms that either has.

    (A Jaccard index of 0.6; articles on one event written apart have about half of that or less.) Articles without
    terms are left out. Pairs are found without comparing all: two that are so alike share one of their rarest terms
    (the prefix filter of Bayardo, Ma and Srikant 2007, Scaling Up All Pairs Similarity Search, WWW).
    """
    found = [terms for terms in articles if terms]
    frequency = Counter(term for terms in found for term in terms)
    kept: list[Terms] = []
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for terms in found:
        ordered = sorted(terms, key=lambda term: (frequency[term], term))
        rare = [term for term in ordered[: len(terms) - math.ceil(SAME * len(terms)) + 1] if frequency[term] > 1]
        others = {n for term in rare for n in holders[term]}
        if any(_alike(terms, kept[n]) for n in others):
            continue
        for term in rare:
            holders[term].append(len(kept))
        kept.append(terms)
    return kept


def _alike(one: Terms, other: Terms) -> bool:
    if min(len(one), len(other)) < SAME * max(len(one), len(other)):
        return False
    both = len(one & other)
    return both >= SAME * (len(one) + len(other) - both)


def compare(now: Sequence[Terms], before: Sequence[Terms]) -> list[Shift]:
    """Return all terms that three or more distinct articles hold, those that rise most first."""
    if not now or not before:
        return []
    here, there = (Counter(term for terms in side for term in terms) for side in (now, before))
    fisher = _Fisher(len(now), len(before))
    shifts = [
        Shift(
            term,
            here[term] / len(now),
            there[term] / len(before),
            _strength(here[term], len(now), there[term], len(before)),
            fisher.p(here[term], there[term]),
        )
        for term in here.keys() | there.keys()
        if here[term] + there[term] >= LEAST_ARTICLES
    ]
    return sorted(shifts, key=lambda shift: (-shift.strength, shift.term))


def _strength(x: int, n: int, y: int, m: int) -> float:
    """Return the weighted log-odds of a term in x of n articles against y of m, in standard deviations."""
    whole = min(n, m)
    prior = whole * (x + y) / (n + m)
    rest = whole - prior
    if not rest and (x, y) == (n, m):
        return 0.0  # every article holds it
    sides = [(x + prior, n - x + rest), (y + prior, m - y + rest)]
    (a, b), (c, d) = sides
    return (math.log(a / b) - math.log(c / d)) / math.sqrt(sum(1 / part for side in sides for part in side))


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
