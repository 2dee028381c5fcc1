"""Average linkage over sparse vectors, without a matrix of all pairs.

Average linkage is reducible, so merging any two groups that are each other's nearest gives the tree that merging the
nearest pair of all gives (reciprocal nearest neighbours; Murtagh, A survey of recent advances in hierarchical
clustering algorithms, Computer Journal 1983). Each round merges all such pairs at once. A group without a neighbour
near enough will never have one, so it leaves the search. The factor for time, taken between the first and last
days of two groups, makes this an approximation where articles have dates.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.stories.similarity import Days, decay

ROWS = 512
Rows = NDArray[np.intp]
NOBODY = np.empty((0, 2), np.intp)


def agglomerate(
    vectors: sparse.csr_matrix, sizes: NDArray[np.float64], days: Days, threshold: float, apart: Rows = NOBODY
) -> Rows:
    """Return a group number for each row (N,), rows joined while two groups' mean similarity is `threshold` or more.

    `vectors` (N, V) are mean vectors of what stands for `sizes` (N,) articles, `days` (N, 2) their first and last days
    or NaN. `apart` (M, 2) are pairs of rows whose groups must not be joined.
    """
    group = np.arange(len(sizes))  # of each row
    live = group.copy()  # the groups still in the search
    vectors, sizes, days = sparse.csr_matrix(vectors), np.asarray(sizes, float), np.asarray(days, float)
    while len(live) > 1:
        place = np.full(len(group), -1)
        place[live] = np.arange(len(live))
        nearest = _nearest(vectors, days, threshold, place[group[apart]])
        near = nearest >= 0
        mutual = near & (nearest[nearest] == np.arange(len(live)))
        if not mutual.any():
            break
        into = np.where(mutual, np.minimum(np.arange(len(live)), nearest), np.arange(len(live)))
        renamed = np.arange(len(group))
        renamed[live] = live[into]
        group = renamed[group]
        kept, column = np.unique(into[near], return_inverse=True)
        vectors, sizes, days = _means(vectors[near], sizes[near], days[near], column)
        live = live[kept]
    return np.unique(group, return_inverse=True)[1]


def _nearest(vectors: sparse.csr_matrix, days: Days, threshold: float, apart: Rows) -> Rows:
    """Return each row's nearest other row (K,), -1 where none is near enough; of equals the first."""
    count = vectors.shape[0]
    forbidden = np.concatenate([apart[:, 0] * count + apart[:, 1], apart[:, 1] * count + apart[:, 0]])
    nearest, across = np.full(count, -1), vectors.T.tocsr()
    for start in range(0, count, ROWS):
        found = (vectors[start : start + ROWS] @ across).tocoo()
        high = found.data >= threshold
        row, other, value = found.row[high] + start, found.col[high].astype(np.intp), found.data[high]
        value = value * decay(days[row], days[other])
        fits = (value >= threshold) & (row != other) & ~np.isin(row * count + other, forbidden)
        row, other, value = row[fits], other[fits], value[fits]
        order = np.lexsort((other, -value, row))
        rows, first = np.unique(row[order], return_index=True)
        nearest[rows] = other[order][first]
    return nearest


def _means(
    vectors: sparse.csr_matrix, sizes: NDArray[np.float64], days: Days, column: Rows
) -> tuple[sparse.csr_matrix, NDArray[np.float64], Days]:
    """Return mean vectors, sizes and spans of the groups that `column` (K,) makes of rows."""
    total: NDArray[np.float64] = np.bincount(column, sizes).astype(np.float64)
    share = sparse.csr_matrix((sizes / total[column], (column, np.arange(len(column)))))
    spans = np.full((len(total), 2), np.nan)
    np.fmin.at(spans[:, 0], column, days[:, 0])
    np.fmax.at(spans[:, 1], column, days[:, 1])
    return (share @ vectors).tocsr(), total, spans
