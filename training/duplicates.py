"""Near duplicates among any number of articles, in bounded memory.

Near duplicates share half or more of the shorter one's runs of five content words (shingles; Broder 1997). Runs that
stand in more than 50 articles are boilerplate and do not count.

A run is known by a 64-bit hash of its words' numbers: among the 70 million runs of 200,000 articles the odds that any
two differ and have one hash are 1 in 7,500, and one such run would hardly make or break a pair.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.arrays import blocks, ranges
from training.tokens import Tokens

if TYPE_CHECKING:
    from scipy import sparse

SHINGLE, SHARED, COMMON = 5, 0.5, 50
# how many runs are sorted, and how many pairs of articles with a run in common are counted, at a time
RUNS_AT_ONCE, PAIRS_AT_ONCE = 8_000_000, 20_000_000
MULTIPLIERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)

Pairs = NDArray[np.intp]
Hashes = NDArray[np.uint64]
Rows = NDArray[np.int32]


def near_duplicates(tokens: Tokens) -> Pairs:
    """Return the pairs of rows (M, 2), the lower first and in order, that are near duplicates of each other."""
    sizes = np.zeros(len(tokens), np.int64)
    stands = _shared_runs(tokens, sizes)
    across = stands.T.tocsr()
    # what a row's product takes is how many articles hold each of its runs
    cost = stands @ np.diff(across.indptr).astype(np.int64)
    found = [np.empty((0, 2), np.intp)]
    for rows in blocks(cost, PAIRS_AT_ONCE, len(tokens)):
        shared = (stands[rows[0] : rows[-1] + 1] @ across).tocoo()
        first, second = rows[shared.row], shared.col
        near = (first < second) & (shared.data >= SHARED * np.minimum(sizes[first], sizes[second]))
        found.append(np.column_stack([first[near], second[near]]).astype(np.intp))
    pairs = np.concatenate(found)
    return pairs[np.lexsort(pairs.T[::-1])]


def _shared_runs(tokens: Tokens, sizes: NDArray[np.int64]) -> "sparse.csr_matrix":
    """Return which article (rows, N) holds which run (columns), of those in 2 to 50 articles, as 0 and 1.

    `sizes` (N,) is filled with how many different runs each article has, boilerplate apart.
    """
    from scipy import sparse

    runs = int(np.maximum(tokens.text - SHINGLE + 1, 0).sum())
    parts = -(-runs // RUNS_AT_ONCE)
    rows, columns, count = [np.empty(0, np.int32)], [np.empty(0, np.int32)], 0
    for part in range(parts):
        hashes, articles = _runs(tokens, part, parts)
        order = np.argsort(hashes, kind="stable")  # articles stay in order
        hashes, articles = hashes[order], articles[order]
        del order
        same = np.concatenate([[False], hashes[1:] == hashes[:-1]])
        once = ~same | np.concatenate([[True], articles[1:] != articles[:-1]])
        same, articles = same[once], articles[once]
        starts = np.flatnonzero(~same)
        stand_in = np.diff(starts, append=len(same))
        sizes += np.bincount(articles[np.repeat(stand_in <= COMMON, stand_in)], minlength=len(sizes))
        shared = (stand_in >= 2) & (stand_in <= COMMON)
        rows.append(articles[np.repeat(shared, stand_in)])
        columns.append(np.repeat(np.arange(count, count + int(shared.sum()), dtype=np.int32), stand_in[shared]))
        count += int(shared.sum())
    row, column = np.concatenate(rows), np.concatenate(columns)
    return sparse.csr_matrix((np.ones(len(row), np.int32), (row, column)), (len(sizes), count))


def _runs(tokens: Tokens, part: int, parts: int) -> tuple[Hashes, Rows]:
    """Return the hash of every run of one part of `parts`, and its article, in order of articles."""
    hashes, articles = [np.empty(0, np.uint64)], [np.empty(0, np.int32)]
    for found, rows in _hashed(tokens):
        chosen = found % np.uint64(parts) == part
        hashes.append(found[chosen])
        articles.append(rows[chosen])
    return np.concatenate(hashes), np.concatenate(articles)


def _hashed(tokens: Tokens) -> Iterator[tuple[Hashes, Rows]]:
    """Yield the hash of every run of five words, as often as it stands, and the article it stands in."""
    for rows in tokens.blocks():
        lengths = np.maximum(tokens.text[rows] - SHINGLE + 1, 0)
        first = ranges(tokens.starts[rows] + tokens.title[rows], lengths)
        found = np.zeros(len(first), np.uint64)
        for n in range(SHINGLE):
            found = _mixed(found + tokens.ids[first + n].astype(np.uint64) + np.uint64(1))
        yield found, np.repeat(rows, lengths).astype(np.int32)


def _mixed(numbers: Hashes) -> Hashes:
    """Return 64-bit numbers one to one, every bit of each depending on all of it (Steele et al. 2014, SplitMix64)."""
    first, second, third = map(np.uint64, MULTIPLIERS)
    numbers = numbers + first
    numbers = (numbers ^ (numbers >> np.uint64(30))) * second
    numbers = (numbers ^ (numbers >> np.uint64(27))) * third
    return np.asarray(numbers ^ (numbers >> np.uint64(31)))
