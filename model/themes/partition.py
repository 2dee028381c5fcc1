"""Points into a number of groups that the points themselves choose: the number that comes out again most surely.

Every number is tried on parts of the points; how well the groups of a part agree with those of the whole is the
stability of that number (Ben-Hur, Elisseeff and Guyon, A stability based method for discovering structure in clustered
data, 2002), measured as the adjusted Rand index (Hubert and Arabie, Comparing partitions, 1985).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from model.themes.space import Points, unit

FEWEST, MOST = 3, 12
EACH = 8  # stories a theme, on average, at the least
PARTS, SHARE = 12, 0.8
NEARLY, CHANCE = 2.0, 0.01  # how many times less stable than the best a larger number may be, and how much more
READ = 1500  # points that the number is chosen on
RESTARTS, FEW_RESTARTS = 30, 5
Groups = NDArray[np.intp]


@dataclass(frozen=True)
class Partition:
    """Groups (N,) of `number`, from 0 on, and the stability (-0.5 to 1) of each number that was tried."""

    group: Groups
    number: int
    stability: dict[int, float]


def divide(points: Points, most: int = MOST, seed: int = 0) -> Partition:
    """Divide points (N, d) into `most` groups at most, one where there are too few for more.

    To so many groups belong so many coordinates, since with more of them than groups each group is a mixture, with
    fewer groups cannot be told apart. Of the numbers that are nearly as stable as the best, the largest is taken:
    three groups come out again most surely nearly always, and tell least.
    """
    top = min(most, len(points) // EACH, len(np.unique(points.round(9), axis=0)), points.shape[1])
    if top < 2:
        return Partition(np.zeros(len(points), np.intp), 1, {})
    found = _stability(points, range(min(FEWEST, top), top + 1), seed)
    least = NEARLY * (1 - max(found.values())) + CHANCE
    number = max(tried for tried, stable in found.items() if 1 - stable <= least)
    return Partition(_k_means(points, number, RESTARTS, seed), number, found)


def _stability(points: Points, numbers: range, seed: int) -> dict[int, float]:
    rng = np.random.default_rng(seed)
    if len(points) > READ:
        points = points[np.sort(rng.permutation(len(points))[:READ])]
    parts = [np.sort(rng.permutation(len(points))[: int(SHARE * len(points))]) for _ in range(PARTS)]
    found = dict[int, float]()
    for number in numbers:
        whole = _k_means(points, number, 2 * FEW_RESTARTS, seed)
        agreed = [
            adjusted_rand_score(whole[part], _k_means(points[part], number, FEW_RESTARTS, seed)) for part in parts
        ]
        found[number] = float(np.mean(agreed))
    return found


def _k_means(points: Points, number: int, restarts: int, seed: int) -> Groups:
    """Return the groups of the best of some restarts of k-means on as many coordinates, of length 1."""
    fitted = KMeans(number, n_init=restarts, random_state=seed).fit(unit(points, number))
    return np.asarray(fitted.labels_, np.intp)
