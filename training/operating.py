"""Thresholds for the operating points, and what each pair costs, from held-out probabilities."""

import itertools

import numpy as np
from numpy.typing import NDArray

from model.operating import PERCENT_CAUGHT, PERCENT_RIGHT, Cost, in_scope
from model.parameters import Floats

IN_SCOPE_PER_1000 = 100


def thresholds(probability: Floats, labels: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return `assign_at` and `review_at` of `Parameters` from probabilities and labels (N, T)."""
    topics = list(zip(probability.T, labels.T, strict=True))
    assign_at = [[threshold_for_precision(p, y, right / 100) for p, y in topics] for right in PERCENT_RIGHT]
    scope, any_topic = in_scope(probability), np.asarray(labels.any(axis=1))
    return np.array(assign_at), np.array([threshold_for_recall(scope, any_topic, c / 100) for c in PERCENT_CAUGHT])


def costs(probability: Floats, labels: NDArray[np.bool_], assign_at: Floats, review_at: Floats) -> list[Cost]:
    """Return what each pair of operating points did on held-out articles (N, T)."""
    scope, of_topic = in_scope(probability), np.asarray(labels.any(axis=1))
    found = []
    pairs = itertools.product(zip(PERCENT_RIGHT, assign_at, strict=True), zip(PERCENT_CAUGHT, review_at, strict=True))
    for (right, assign), (catch, review) in pairs:
        topics = probability >= assign
        assigned = topics.any(axis=1)
        reviewed = ~assigned & (scope >= review)
        found.append(
            Cost(
                right=right,
                catch=catch,
                precision=_share((topics & labels).sum(), topics.sum()),
                assigned=_share((topics & labels).any(axis=1).sum(), of_topic.sum()),
                caught=_share((of_topic & (assigned | reviewed)).sum(), of_topic.sum()),
                assigned_per_1000=_per_1000(assigned, of_topic),
                review_per_1000=_per_1000(reviewed, of_topic),
            )
        )
    return found


def _share(part: float, whole: float) -> float:
    return round(float(part / whole), 4) if whole else 0.0


def _per_1000(chosen: NDArray[np.bool_], of_topic: NDArray[np.bool_]) -> float:
    """Return how many are chosen of 1,000 articles with `IN_SCOPE_PER_1000` in scope: training data has more."""
    inside, outside = chosen[of_topic].mean(), chosen[~of_topic].mean()
    return round(float(IN_SCOPE_PER_1000 * inside + (1000 - IN_SCOPE_PER_1000) * outside), 1)


def threshold_for_precision(probability: Floats, truth: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest threshold at which at least `precision` of those at or above it are true; 0.5 at the least."""
    order = np.argsort(-probability, kind="stable")
    right = np.cumsum(truth[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(right >= precision)
    return max(0.5, float(probability[order][good[-1]])) if len(good) else 1.0


def threshold_for_recall(probability: Floats, truth: NDArray[np.bool_], recall: float) -> float:
    """Return the highest threshold at which at least `recall` of the true ones are at or above it."""
    ranked = np.sort(probability[truth])[::-1]
    return float(ranked[max(0, int(np.ceil(recall * len(ranked))) - 1)])
