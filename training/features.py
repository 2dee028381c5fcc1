"""What `model.pipeline.PassageTfidf` does, for many articles and fold after fold: the same numbers to the last bit.

Terms are counted once, as numbers. A fold then needs no text, no strings and no counting: which terms it knows follows
from how many of its articles they stand in, and scikit-learn weighs the counts, some thousand articles at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.arrays import Ints, Room, blocks, distinct, ranges
from training.terms import Terms, of_block
from training.tokens import Tokens

if TYPE_CHECKING:
    from scipy import sparse

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
ENTRIES_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Counted:
    """How often each of V terms stands in each passage of N articles.

    The passages of article n are those from `passages[n]` to `passages[n + 1]` (N + 1); the entries of passage p are
    those from `entries[p]` to `entries[p + 1]`: `columns`, rising, and `counts`, in as few bytes as they need.
    `stand_in` (V,) says how many articles each term stands in.
    """

    terms: Terms
    passages: Ints
    entries: Ints
    columns: NDArray[np.int32]
    counts: NDArray[np.unsignedinteger]
    stand_in: Ints

    def stand_in_of(self, rows: Rows) -> Ints:
        """Return in how many of some articles each term stands, (V,)."""
        found = np.zeros(len(self.terms), np.int64)
        for block in self.blocks(rows):
            sizes = self._sizes(block)
            places = np.repeat(np.arange(len(block)), sizes) * len(self.terms)
            places += self.columns[ranges(self.entries[self.passages[block]], sizes)]
            found += np.bincount(distinct(places) % len(self.terms), minlength=len(found))
        return found

    def blocks(self, rows: Rows) -> Iterator[Rows]:
        """Yield some articles in order, as many at a time as have about `ENTRIES_AT_ONCE` entries."""
        for block in blocks(self._sizes(rows), ENTRIES_AT_ONCE):
            yield rows[block]

    def most(self, rows: Rows) -> int:
        """Return how many entries some articles have."""
        return int(self._sizes(rows).sum())

    def _sizes(self, rows: Rows) -> Ints:
        return self.entries[self.passages[rows + 1]] - self.entries[self.passages[rows]]


def count(tokens: Tokens, least: int) -> Counted:
    """Count the terms that stand in `least` articles or more."""
    terms = Terms.of(tokens, least)
    most = 2 * int((tokens.title + tokens.body).sum())
    columns, counts = Room(most, np.int32), Room(most, np.uint8)
    sizes, passages = [np.zeros(1, np.int64)], [np.zeros(1, np.int64)]
    stand_in = np.zeros(len(terms), np.int64)
    width = max(1, len(terms))
    for rows in tokens.blocks():
        block = of_block(tokens, rows)
        column = terms.columns(block)
        known = column >= 0
        places, found = np.unique(block.passage[known] * width + column[known], return_counts=True)
        columns.add((places % width).astype(np.int32))
        counts.add(found.astype(np.min_scalar_type(found.max(initial=0))))
        sizes.append(np.bincount(places // width, minlength=block.passages.sum()))
        passages.append(block.passages)
        if len(terms):
            once = distinct(block.article[places // width] * width + places % width)
            stand_in += np.bincount(once % width, minlength=len(terms))
    return Counted(
        terms,
        np.cumsum(np.concatenate(passages)),
        np.cumsum(np.concatenate(sizes)),
        columns.filled,
        counts.filled,
        stand_in,
    )


class Weights:
    """TF-IDF of the terms that stand in `least` or more of the articles it is learnt from.

    `columns` (v,) are those terms' numbers among all that were counted, `idf` (v,) their weights.
    """

    def __init__(self, counted: Counted, stand_in: Ints, articles: int, least: int) -> None:
        self.counted, self.least = counted, least
        self.columns = np.flatnonzero(stand_in >= least)
        self._place = np.full(len(stand_in), -1, np.int32)
        self._place[self.columns] = np.arange(len(self.columns), dtype=np.int32)
        # as scikit-learn does, step by step, so that it rounds alike
        self.idf: Floats = np.full(len(self.columns), articles + 1.0)
        self.idf /= stand_in[self.columns] + 1.0
        np.log(self.idf, out=self.idf)
        self.idf += 1.0

    def blocks(self, rows: Rows) -> "Iterator[sparse.csr_matrix]":
        """Yield the vectors of some articles, in order, as sparse matrices of some thousand rows."""
        for block in self.counted.blocks(rows):
            yield self._transform(block)

    def matrix(self, rows: Rows) -> "sparse.csr_matrix":
        """Return the vectors of some articles as one sparse matrix, (N, v), without ever holding them twice."""
        from scipy import sparse

        most = self.counted.most(rows)
        data, indices, sizes = Room(most, np.float64), Room(most, np.int32), Room(len(rows) + 1, np.int64)
        sizes.add(np.zeros(1, np.int64))
        for part in self.blocks(rows):
            data.add(part.data)
            indices.add(part.indices)
            sizes.add(np.diff(part.indptr))
        shape = (len(rows), len(self.columns))
        return sparse.csr_matrix((data.filled, indices.filled, np.cumsum(sizes.filled)), shape, copy=False)

    def _transform(self, rows: Rows) -> "sparse.csr_matrix":
        from scipy import sparse
        from sklearn.feature_extraction.text import TfidfTransformer

        counted = self.counted
        parts = counted.passages[rows + 1] - counted.passages[rows]
        passages = ranges(counted.passages[rows], parts)
        sizes = counted.entries[passages + 1] - counted.entries[passages]
        entries = ranges(counted.entries[passages], sizes)
        column = self._place[counted.columns[entries]]
        known = column >= 0
        before = np.concatenate([[0], np.cumsum(known)])
        ends = before[np.concatenate([[0], np.cumsum(sizes)])]
        values = counted.counts[entries[known]].astype(np.float64)
        counts = sparse.csr_matrix((values, column[known], ends), (len(passages), len(self.columns)))
        weigh = TfidfTransformer(sublinear_tf=True)
        weigh.idf_ = self.idf
        row = np.repeat(np.arange(len(rows)), parts)
        mean = sparse.csr_matrix((1.0 / np.repeat(parts, parts), (row, np.arange(len(row)))))
        return mean @ weigh.transform(counts, copy=False)
