"""Splits for cross-validation that keep what belongs together on one side."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model import analysis
from model.article import Article
from model.errors import TrainingError

if TYPE_CHECKING:
    from scipy import sparse

Rows = NDArray[np.intp]

SHINGLE, SHARED, COMMON = 5, 0.5, 50


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


def join_near_duplicates(articles: Sequence[Article], groups: Sequence[str]) -> NDArray[np.intp]:
    """Return a group number for each article, groups that hold near duplicates of each other made one."""
    return join(groups, near_duplicates(articles))


def join(groups: Sequence[str] | NDArray[np.intp], pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return a group number for each article (N,), groups that a pair of rows (M, 2) connects made one."""
    from scipy import sparse

    _, own = np.unique(groups, return_inverse=True)
    count = int(own.max()) + 1
    edges = (np.ones(len(pairs)), (own[pairs[:, 0]], own[pairs[:, 1]]))
    _, joined = sparse.csgraph.connected_components(sparse.coo_matrix(edges, (count, count)), directed=False)
    return np.asarray(joined[own], np.intp)


def near_duplicates(articles: Sequence[Article]) -> NDArray[np.intp]:
    """Return the pairs of rows (M, 2), the lower first, that are near duplicates of each other.

    Near duplicates share half or more of the shorter one's runs of five content words (shingles; Broder 1997). Runs
    that stand in more than 50 articles are boilerplate and do not count.
    """
    return alike(shingles(articles))


def shingles(articles: Sequence[Article]) -> "sparse.csr_matrix":
    """Return which article (rows) holds which run of five content words (columns), as 0 and 1."""
    from scipy import sparse
    from sklearn.feature_extraction.text import CountVectorizer

    runs = CountVectorizer(analyzer=_shingles, binary=True, dtype=np.int32)
    try:
        return runs.fit_transform(articles)
    except ValueError:  # no text is long enough for one
        return sparse.csr_matrix((len(articles), 0), dtype=np.int32)


def alike(stands: "sparse.csr_matrix") -> NDArray[np.intp]:
    """Return the pairs of near duplicates (M, 2) from their shingles; see `near_duplicates`."""
    from scipy import sparse

    stands = stands[:, np.asarray(stands.sum(axis=0)).ravel() <= COMMON]
    sizes = np.asarray(stands.sum(axis=1)).ravel()
    shared = sparse.triu(stands @ stands.T, 1).tocoo()
    near = shared.data >= SHARED * np.minimum(sizes[shared.row], sizes[shared.col])
    pairs = np.column_stack([shared.row[near], shared.col[near]]).astype(np.intp)
    return pairs[np.lexsort(pairs.T[::-1])]


def _shingles(article: Article) -> list[str]:
    tokens = analysis.content(analysis.words(article.text))
    return [" ".join(tokens[n : n + SHINGLE]) for n in range(len(tokens) - SHINGLE + 1)]
