"""Splits for cross-validation that keep what belongs together on one side."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from model.errors import TrainingError

Rows = NDArray[np.intp]


def split(
    labels: NDArray[np.bool_], groups: Sequence[str] | NDArray[np.intp], folds: int, seed: int
) -> Iterator[tuple[Rows, Rows]]:
    """Yield (train, test) row numbers of `folds` splits, stratified by topics, a group never on both sides.

    `labels` is (N, T). Raises `TrainingError` where there are fewer groups than folds.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    # an article of two topics counts for the rarer, which can spare it least
    rarest = np.where(labels, labels.sum(axis=0), len(labels) + 1)
    strata = np.where(labels.any(axis=1), rarest.argmin(axis=1) + 1, 0)
    if len(set(groups)) < folds:
        raise TrainingError(f"cross-validation needs articles of at least {folds} groups, there are {len(set(groups))}")
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    yield from splitter.split(np.zeros(len(labels)), strata, groups)


def join(groups: Sequence[str] | NDArray[np.intp], pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return a group number for each article (N,), groups that a pair of rows (M, 2) connects made one."""
    from scipy import sparse

    _, own = np.unique(groups, return_inverse=True)
    count = int(own.max()) + 1
    edges = (np.ones(len(pairs)), (own[pairs[:, 0]], own[pairs[:, 1]]))
    _, joined = sparse.csgraph.connected_components(sparse.coo_matrix(edges, (count, count)), directed=False)
    return np.asarray(joined[own], np.intp)
