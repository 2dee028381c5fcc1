"""How far a figure would move on other articles: paired bootstrap over groups, all resamples at once.

Groups are drawn with replacement (Efron and Tibshirani 1993, ch. 8: clusters are what is independent), the same ones
for both models (Koehn 2004), and within the strata that the groups' topics make (Davison and Hinkley 1997, ch. 3.7), so
that no resample is without a topic. In each resample an article weighs as often as its group was drawn.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.parameters import Floats

RESAMPLES = 2000
LEVEL = 0.95
STEP, CHUNK = "comparing", 250


def weights(
    groups: NDArray[np.intp], strata: NDArray[np.intp], seed: int, resamples: int = RESAMPLES
) -> NDArray[np.int32]:
    """Return how often each article (N) was drawn in each resample (B): (B, N).

    `groups` (N,) and `strata` (N,) are numbers; a group is of the stratum most frequent in it.
    """
    rng = np.random.default_rng(seed)
    _, groups = np.unique(groups, return_inverse=True)
    count = int(groups.max()) + 1
    tally = np.zeros((count, int(strata.max()) + 1))
    np.add.at(tally, (groups, strata), 1)
    stratum = tally.argmax(axis=1)
    drawn = np.zeros((resamples, count), np.int32)
    for number in np.unique(stratum):
        members = np.flatnonzero(stratum == number)
        # one resample after the other, whether they are asked for together or, to save memory, in parts
        for start in range(0, resamples, CHUNK):
            part = drawn[start : start + CHUNK]
            part[:, members] = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), len(part))
    return drawn[:, groups]


def interval(values: Floats) -> tuple[float, float]:
    """Return the middle 95 % of resampled values (B,), by percentiles; NaN where there are none."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def in_chunks(
    drawn: NDArray[np.int32], figures: Callable[[Floats], Floats], progress: Callable[[str, int, int], None]
) -> Floats:
    """Return `figures` (b, K) of all resamples (B, N), a part at a time: memory stays small, and progress is told."""
    found = []
    for start in range(0, len(drawn), CHUNK):
        found.append(figures(drawn[start : start + CHUNK].astype(np.float64)))
        progress(STEP, min(start + CHUNK, len(drawn)), len(drawn))
    return np.concatenate(found)


def average_precision(drawn: Floats, score: Floats, truth: NDArray[np.bool_]) -> Floats:
    """Return the weighted average precision (B,) of scores and truth (N,) under weights (B, N).

    Equal to scikit-learn's `average_precision_score` with `sample_weight`.
    """
    order = np.argsort(-score, kind="stable")
    last_of_equals = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    every = np.cumsum(drawn[:, order], axis=1)[:, last_of_equals]
    right = np.cumsum(drawn[:, order] * truth[order], axis=1)[:, last_of_equals]
    step = np.diff(right, axis=1, prepend=0)
    return ratio((step * ratio(right, every, empty=0)).sum(axis=1), right[:, -1])


def share(drawn: Floats, part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> Floats:
    """Return which part of what is in `whole` is in `part` too, both (N,) or (N, T), under weights (B, N)."""
    return ratio(drawn @ _count(part & whole), drawn @ _count(whole))


def f1(drawn: Floats, said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> Floats:
    """Return the weighted F1 (B,) of what was said and what is true, (N,), under weights (B, N)."""
    return ratio(2 * (drawn @ _count(said & truth)), drawn @ (_count(said) + _count(truth)))


def mean(drawn: Floats | NDArray[np.int32], values: Floats) -> Floats:
    """Return the weighted mean (B,) of values (N,) under weights (B, N)."""
    return ratio(drawn @ values, drawn.sum(axis=1))


def ratio(part: Floats, whole: Floats, empty: float = np.nan) -> Floats:
    """Divide, `empty` standing where the whole is nothing."""
    found: Floats = np.full(np.shape(part), empty, np.float64)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


def _count(flags: NDArray[np.bool_]) -> Floats:
    return np.asarray(flags.reshape(len(flags), -1).sum(axis=1), np.float64)
