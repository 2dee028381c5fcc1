"""Points into groups by k-means, as many as their number says, near the groups they were in before where they were.

The number is no choice of the data: chosen by stability it jumps when some articles come in, and every border with it.
Consensus of many runs (Fred and Jain, Combining multiple clusterings using evidence accumulation, 2005) was measured
and repeats no better than the best of many restarts in so few dimensions (docs/themes.md).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from model.themes.space import Points

MOST = 10
EACH = 8  # stories a theme, on average, at the least
GROWTH = 2.0
RESTARTS = 100
SLACK = 0.05  # how much looser than the best the groups may be that stay near the former ones
Groups = NDArray[np.intp]


@dataclass(frozen=True)
class Partition:
    """Groups (N,) of `number`, from 0 on."""

    group: Groups
    number: int


def number_of(points: int) -> int:
    """Return how many groups so many points are divided into: 1 to 10, never fewer for more points.

    Twice the fourth root, which a tenth of new points seldom changes: 24 points make 3 groups, 150 make 7, 510 make 10.
    """
    return max(1, min(round(GROWTH * math.sqrt(math.sqrt(points))), points // EACH, MOST))


def divide(points: Points, seed: int = 0, former: Groups | None = None) -> Partition:
    """Divide points (N, d), each of length 1 or 0, into `number_of(N)` groups, fewer where fewer differ.

    `former` (N,) are the groups that points were in before, -1 for new ones. Where there were as many groups, those
    reached from the former middles are taken if their sum of squares is at most `SLACK` above the best found.
    """
    number = min(number_of(len(points)), len(np.unique(points.round(9), axis=0)))
    if number < 2:
        return Partition(np.zeros(len(points), np.intp), 1)
    best = KMeans(number, n_init=RESTARTS, random_state=seed).fit(points)
    if former is not None and len(known := np.unique(former[former >= 0])) == number:
        middles = np.array([points[former == one].mean(axis=0) for one in known])
        near = KMeans(number, init=middles, n_init=1).fit(points)
        if near.inertia_ <= best.inertia_ * (1 + SLACK):
            best = near
    return Partition(np.asarray(best.labels_, np.intp), number)
