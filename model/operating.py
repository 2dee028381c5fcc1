"""Operating points in words: `be right 95 % of the time` about what is assigned, `catch 95 %` of what is in scope.

A model carries the thresholds for each; who runs it chooses a pair. An article goes to review when it is not sure
enough to assign and too likely in scope to dismiss, so being right more often and catching more both cost review.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

PERCENT_RIGHT = (80, 90, 95, 98)
PERCENT_CAUGHT = (80, 90, 95, 98)


class Thresholds(NamedTuple):
    """Where decisions fall: a probability for each topic (T), and one for being about any."""

    assign_at: tuple[float, ...]
    review_at: float


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a pair of points did on the training articles, each while it was held out.

    `precision`: of the topics assigned, the part that was right. `assigned`: of the articles in scope, the part that
    was assigned its topic; `caught`: the part assigned or left for review.
    """

    right: int
    catch: int
    precision: float
    assigned: float
    caught: float
    assigned_per_1000: float
    review_per_1000: float


def in_scope(probabilities: Iterable[float]) -> float:
    """Return the probability of being about any topic, 1 - prod(1 - p), from those of an article's topics.

    It takes topics as independent; two lukewarm topics say more together than the warmer alone, which the maximum
    probability forgets.
    """
    return 1.0 - math.prod([1.0 - probability for probability in probabilities])


def in_scope_rows(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `in_scope` of each row of probabilities (N, T)."""
    return np.array([in_scope(row) for row in probabilities.tolist()])
