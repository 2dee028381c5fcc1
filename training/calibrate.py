"""Raw scores to probabilities, and probabilities to thresholds."""

import numpy as np
from numpy.typing import NDArray

from model.parameters import Floats


def platt(raw: Floats, truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit p = 1 / (1 + exp(-(slope * raw + shift))) to held-out raw scores (N,) by Platt's method (1999).

    His smoothed targets keep the fit finite where the classes can be told apart without error.
    """
    from scipy.optimize import minimize

    positive, negative = truth.sum(), (~truth).sum()
    target = np.where(truth, (positive + 1) / (positive + 2), 1 / (negative + 2))

    def loss(parameters: Floats) -> tuple[float, Floats]:
        log_odds = parameters[0] * raw + parameters[1]
        error = 1 / (1 + np.exp(-log_odds)) - target
        return float(np.sum(np.logaddexp(0, log_odds) - target * log_odds)), np.array([error @ raw, error.sum()])

    prior = np.array([1.0, np.log((negative + 1) / (positive + 1))])
    fit = minimize(loss, -prior * [-1, 1], jac=True, method="L-BFGS-B", bounds=[(1e-3, None), (None, None)])
    return float(fit.x[0]), float(fit.x[1])


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
