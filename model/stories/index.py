"""The search behind the online stories: which live story is nearest to an article, thousands of times a second.

A story's score for an article is the mean cosine with its articles, which is linear: the product with the sum of the
story's vectors *as it was when the index was last folded*, plus the cosines with what came since, over the number of
articles. So nothing is rebuilt for each article: the compiled loops (`engine.Search`), or those of scipy.sparse where
they were not built, go through an inverted index term by term, and each `fold` moves what is recent into the sums, of
which only the weightiest terms stay. Means below `FLOOR` are dropped at once; that is far below any threshold.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.stories import engine
from model.stories.engine import Vector
from model.stories.similarity import FADE, GRACE, Days, decay, matrix, span

KEPT, FLOOR = 64, 0.05
CHUNK, RECENT, SHARE = 256, 1024, 16
NEW = -1
Rows = NDArray[np.intp]
Row = tuple[Rows, NDArray[np.float32]]


class Index:
    """Live stories by slot number. Not safe to share between threads."""

    def __init__(self, kept: int = KEPT) -> None:
        """Keep `kept` terms of each story."""
        self.kept = kept
        self.sizes = np.zeros(64)  # articles of each slot
        self.days = np.full((64, 2), np.nan)  # their first and last day
        self._slots, self._free = 0, list[int]()
        self._sums = sparse.csr_matrix((0, 0), dtype=np.float32)  # a row a slot, as of the last fold
        self._postings: sparse.csr_matrix | None = None  # the same, a row a term
        self._folded = np.zeros(0)  # how many articles are in each sum
        self._recent: list[Vector] = []
        self._places: list[int] = []
        compiled = engine.best().search
        self._search = compiled and compiled(FLOOR, GRACE, FADE)

    def place(self, vectors: Sequence[Vector], days: Days, threshold: float) -> list[int]:
        """Put every article (N,) into the slot of the nearest story, a new one where none is as near as `threshold`.

        `days` (N,) may be NaN. Articles are placed in order, each seeing those before it. Return their slots.
        """
        found: list[int] = []
        for start in range(0, len(vectors), CHUNK):
            found += self._place(vectors[start : start + CHUNK], days[start : start + CHUNK], threshold)
            self.settle()
        return found

    def settle(self) -> None:
        """Fold where enough has come in since the last time."""
        if len(self._recent) > RECENT + self._slots // SHARE:
            self.fold()

    def put(self, vector: Vector, day: float, slot: int = NEW) -> int:
        """Put an article into a slot, by default an empty one, and return the slot."""
        if slot == NEW:
            slot = self._empty()
        self.sizes[slot] += 1
        if not math.isnan(day):
            first, last = self.days[slot].tolist()
            self.days[slot] = (day, day) if math.isnan(first) else (min(first, day), max(last, day))
        if self._search:
            self._search.add(vector, slot)
        self._recent.append(vector)
        self._places.append(slot)
        return slot

    def replace(self, contents: Mapping[int, Sequence[tuple[Vector, float]]]) -> None:
        """Let slots hold just the articles given, each a vector and a day; a slot given none is free again."""
        self.fold()
        slots = np.fromiter(contents, np.intp, len(contents))
        self._sums = _replace(self._sums, slots, sparse.csr_matrix((len(slots), self._sums.shape[1]), dtype=np.float32))
        self._folded[slots] = self.sizes[slots] = 0
        self.days[slots] = np.nan
        for slot, articles in contents.items():
            for vector, day in articles:
                self.put(vector, day, slot)
        self._fold()
        self._free += [slot for slot, articles in contents.items() if not articles]

    def fold(self) -> None:
        """Move what is recent into the sums."""
        if self._places or self._sums.shape[0] < self._slots:
            self._fold()

    def _fold(self) -> None:
        self._folded = self.sizes[: self._slots].copy()
        if self._search:
            sums = self._sums.indptr, self._sums.indices, self._sums.data
            starts, terms, data, width = self._search.fold(
                sums, self._slots, self._places, self._recent, self._folded, self.kept
            )
            self._sums = sparse.csr_matrix((data, terms, starts), (self._slots, width))
        else:
            self._sums.resize((self._slots, self._width(self._recent)))
            if self._places:
                changed, row = np.unique(self._places, return_inverse=True)
                members = sparse.csr_matrix((np.ones(len(row), np.float32), (row, np.arange(len(row)))))
                fresh = (self._sums[changed] + members @ matrix(self._recent, self._sums.shape[1])).tocsr()
                fresh.sort_indices()
                self._sums = _replace(self._sums, changed, _strongest(fresh, self.kept))
        self._postings = None
        self._recent, self._places = [], []

    def alike(self, slots: Rows, threshold: float) -> Rows:
        """Return the slots whose mean vectors have products of `threshold` or more with one of `slots`; folds first."""
        self.fold()
        rows = sparse.diags(1 / np.maximum(self.sizes[slots], 1)) @ self._sums[slots]
        near = [
            found.indices[found.data >= threshold]
            for start in range(0, len(slots), CHUNK)
            for found in [self._scores(rows[start : start + CHUNK])]
        ]
        return np.unique(np.concatenate([np.empty(0, np.intp), *near]))

    def _place(self, vectors: Sequence[Vector], days: Days, threshold: float) -> list[int]:
        if search := self._search:
            self._reserve(len(vectors))
            slots = search.place([*vectors], days, threshold, self.sizes, self.days, self._free, self._slots)
            self._slots = max([self._slots, *(slot + 1 for slot in slots)])
            self._recent += vectors
            self._places += slots
            return slots
        rows = matrix(vectors, self._width([*self._recent, *vectors]))
        start, known = len(self._recent), self._scores(rows)
        fresh = sparse.csr_matrix(rows @ matrix([*self._recent, *vectors], rows.shape[1]).T)
        placed = np.array([*self._places, *([0] * len(vectors))], np.intp)
        for n, vector in enumerate(vectors):
            others, cosines = _row(fresh, n)
            before = others < start + n
            near = placed[others[before]], cosines[before]
            slot = self._nearest(_row(known, n), near, float(days[n]), threshold)
            placed[start + n] = self.put(vector, float(days[n]), slot)
        found: list[int] = placed[start:].tolist()
        return found

    def _nearest(self, known: Row, fresh: Row, day: float, threshold: float) -> int:
        """Return the slot of the nearest story, given means with the sums and cosines with what came since."""
        slots = known[0]
        totals = known[1] * self._folded[slots]
        recent, cosines = fresh
        close = cosines >= FLOOR
        if close.any():
            slots = np.unique(np.concatenate([slots, recent[close]]))
            sums = np.zeros(len(slots))
            sums[np.searchsorted(slots, known[0])] = totals
            at = np.minimum(np.searchsorted(slots, recent), len(slots) - 1)
            hit = slots[at] == recent
            totals = sums + np.bincount(at[hit], cosines[hit], len(slots))
        if not len(slots):
            return NEW
        means = totals / self.sizes[slots]
        if not math.isnan(day):
            means = means * decay(span(day), self.days[slots])
        best = int(means.argmax())
        return int(slots[best]) if means[best] >= threshold else NEW

    def _scores(self, rows: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return the mean cosines of rows with the sums, those below the floor left out."""
        if self._postings is None:
            self._postings = self._sums.T.tocsr()
        found = sparse.csr_matrix(rows[:, : self._postings.shape[0]] @ self._postings)
        found.data /= self._folded[found.indices]
        high = found.data >= FLOOR
        starts = np.concatenate([[0], np.cumsum(high)])[found.indptr]
        scores = sparse.csr_matrix((found.data[high], found.indices[high], starts), found.shape)
        scores.sort_indices()  # of equals the lower slot is taken
        return scores

    def _empty(self) -> int:
        if self._free:
            return self._free.pop()
        self._reserve(1)
        slot, self._slots = self._slots, self._slots + 1
        return slot

    def _reserve(self, more: int) -> None:
        while self._slots + more > len(self.sizes):
            self.sizes = np.concatenate([self.sizes, np.zeros_like(self.sizes)])
            self.days = np.concatenate([self.days, np.full_like(self.days, np.nan)])

    def _width(self, vectors: Sequence[Vector]) -> int:
        widest: int = self._sums.shape[1]
        return max([widest, *(int(vector.terms[-1]) + 1 for vector in vectors if len(vector.terms))])


def _row(rows: sparse.csr_matrix, n: int) -> Row:
    start, end = rows.indptr[n], rows.indptr[n + 1]
    return rows.indices[start:end], rows.data[start:end]


def _replace(rows: sparse.csr_matrix, chosen: Rows, fresh: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return `rows` with the rows `chosen` (K,) replaced by those of `fresh` (K, V)."""
    order = np.arange(rows.shape[0])
    order[chosen] = rows.shape[0] + np.arange(len(chosen))
    return sparse.vstack([rows, fresh], format="csr")[order]


def _strongest(rows: sparse.csr_matrix, kept: int) -> sparse.csr_matrix:
    """Return rows of which only the `kept` largest values are left."""
    row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    # one key for row and value, which is faster to sort than two; stable, so that of equals the lower terms stay
    order = np.argsort(
        row - rows.data.astype(np.float64) / (2.0 * max(1.0, float(rows.data.max(initial=0)))), kind="stable"
    )
    rank = np.arange(len(row)) - rows.indptr[row]
    chosen = np.sort(order[rank < kept])
    starts = np.searchsorted(row[chosen], np.arange(rows.shape[0] + 1))
    return sparse.csr_matrix((rows.data[chosen], rows.indices[chosen], starts), rows.shape)
