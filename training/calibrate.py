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
