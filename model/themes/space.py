"""Stories as points: latent semantic analysis (Deerwester et al., Indexing by latent semantic analysis, 1990).

Few dimensions on purpose: with 20 or more the partition follows single words, and repeats far worse (docs/themes.md).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

AXES = 6  # that themes and the map are made on
LEAST_STORIES = 2  # that hold a term
COMMON = 0.5  # of the stories; a term that more of them hold does not divide them
TINY = 1e-9
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Space:
    """N articles (N, d) and U stories (U, d) on the axes of most variance, the first first; no row is longer than 1.

    A row of zeros has no term that others have too. `terms` (U, V) is what each story gives each term: the mean of its
    texts' tf-idf, each of length 1.
    """

    articles: Points
    stories: Points
    terms: sparse.csr_matrix


def embed(
    table: sparse.csr_matrix, share: sparse.csr_matrix, known: NDArray[np.float64], texts: int, dimensions: int
) -> Space:
    """Return points of at most `dimensions` coordinates.

    `table` (N, V) counts terms in articles, `share` (U, N) makes the mean of each story, `known` (V,) counts the
    articles of a background of `texts` that hold each term.
    """
    held = np.asarray(((share @ table) > 0).sum(axis=0), np.float64).ravel()
    weights = _weighted(table, held + known, share.shape[0] + texts)
    dividing = np.flatnonzero((held >= LEAST_STORIES) & (held <= max(LEAST_STORIES, COMMON * share.shape[0])))
    rows = _unit_rows(sparse.csr_matrix(weights[:, dividing]))
    means = _unit_rows(sparse.csr_matrix(share @ rows))
    axes = _axes(means, dimensions)
    whole = sparse.csr_matrix(share @ _unit_rows(weights))
    return Space(np.asarray(rows @ axes), np.asarray(means @ axes), whole)


def embed_rows(table: sparse.csr_matrix, known: NDArray[np.float64], texts: int) -> sparse.csr_matrix:
    """Return articles (N, V) with all their terms, tf-idf of length 1: what a map is measured against."""
    held = np.asarray((table > 0).sum(axis=0), np.float64).ravel()
    return _unit_rows(_weighted(table, held + known, table.shape[0] + texts))


def _weighted(table: sparse.csr_matrix, held: NDArray[np.float64], texts: int) -> sparse.csr_matrix:
    """Return (1 + ln tf) * idf of counts, terms being in `held` (V,) of `texts` articles."""
    weights = sparse.csr_matrix(table, copy=True)
    weights.data = 1 + np.log(weights.data)
    return sparse.csr_matrix(weights @ sparse.diags(1 + np.log((1 + texts) / (1 + held))))


def unit(points: Points, dimensions: int) -> Points:
    """Return the first coordinates of points, brought to length 1; zeros stay zeros."""
    first = points[:, :dimensions]
    length = np.linalg.norm(first, axis=1, keepdims=True)
    return np.asarray(first / np.where(length > TINY, length, 1))


def there(points: Points) -> NDArray[np.bool_]:
    """Return which points (N,) are not zero."""
    return np.asarray((np.abs(points) > TINY).any(axis=1))


def _axes(rows: sparse.csr_matrix, dimensions: int) -> Points:
    """Return the right singular vectors (V, d) of the largest singular values, each with its heaviest term positive."""
    most = min(dimensions, min(rows.shape) - 1)
    if most < 1 or not rows.nnz:
        return np.zeros((rows.shape[1], 0))
    # not from a random vector, so that the same rows give the same axes
    _, values, axes = svds(rows, k=most, v0=np.ones(min(rows.shape)), random_state=0)
    order = np.argsort(-values, kind="stable")
    order = order[values[order] > TINY * values[order[0]]]
    axes = axes[order].T
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return np.asarray(axes * signs)


def _unit_rows(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.where(length > 0, length, 1)) @ rows)
