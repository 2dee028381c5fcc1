"""Thresholds for the operating points, and what each pair costs, from held-out probabilities."""

import itertools

import numpy as np
from numpy.typing import NDArray

from model.operating import PERCENT_CAUGHT, PERCENT_RIGHT, Cost, in_scope_rows
from model.parameters import Floats

LOWEST = 0.5


def thresholds(probability: Floats, labels: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return `assign_at` and `review_at` of `Parameters` from probabilities and labels (N, T)."""
    topics = list(zip(probability.T, labels.T, strict=True))
    assign_at = [[threshold_for_precision(p, y, right / 100) for p, y in topics] for right in PERCENT_RIGHT]
    scope, any_topic = in_scope_rows(probability), np.asarray(labels.any(axis=1))
    return np.array(assign_at), np.array([threshold_for_recall(scope, any_topic, c / 100) for c in PERCENT_CAUGHT])


def costs(probability: Floats, labels: NDArray[np.bool_], assign_at: Floats, review_at: Floats) -> list[Cost]:
    """Return what each pair of operating points did on held-out articles (N, T)."""
    scope, of_topic = in_scope_rows(probability), np.asarray(labels.any(axis=1))
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
                assigned_per_1000=round(1000 * float(assigned.mean()), 1),
                review_per_1000=round(1000 * float(reviewed.mean()), 1),
            )
        )
    return found


def _share(part: float, whole: float) -> float:
    return round(float(part / whole), 4) if whole else 0.0


def threshold_for_precision(probability: Floats, truth: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest threshold of 0.5 or more at which `precision` of what is at or above it is true; else 1."""
    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    right = np.cumsum(truth[order]) / np.arange(1, len(order) + 1)
    # equal probabilities stand or fall together
    last_of_equals = np.append(ranked[1:] < ranked[:-1], True)
    good = np.flatnonzero((right >= precision) & last_of_equals & (ranked >= LOWEST))
    return float(ranked[good[-1]]) if len(good) else 1.0


def threshold_for_recall(probability: Floats, truth: NDArray[np.bool_], recall: float) -> float:
    """Return the highest threshold at which at least `recall` of the true ones are at or above it."""
    ranked = np.sort(probability[truth])[::-1]
    return float(ranked[max(0, int(np.ceil(recall * len(ranked))) - 1)])
