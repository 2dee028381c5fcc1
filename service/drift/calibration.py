"""Whether scores and assignments hold on the articles that people have judged.

Precision has Wilson's interval (1927, JASA 22, 209-212). The expected calibration error is that of Guo et al. 2017,
which is above 0 even where every score is right; so it stands beside what right scores would show on as many articles
(consistency resampling, Broecker and Smith 2007, Weather and Forecasting 22, 651-661).
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

import msgspec
import numpy as np
from numpy.typing import NDArray

from model.parameters import Floats

BINS, RESAMPLES, SEED = 15, 200, 1
Z = NormalDist().inv_cdf(0.975)


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a whole; `low` and `high` are the ends of a 95 % interval, 0 to 1. `share` is None of nothing."""

    of: int
    right: int
    share: float | None
    low: float
    high: float


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """The expected calibration error of some scores, and what right scores would stay under 19 times of 20."""

    scores: int
    error: float
    by_chance: float
    chance_most: float


def share(right: int, of: int) -> Share:
    """Return a share with Wilson's interval."""
    if not of:
        return Share(of=0, right=0, share=None, low=0.0, high=1.0)
    p, square = right / of, Z * Z
    middle = (p + square / (2 * of)) / (1 + square / of)
    half = Z * math.sqrt(p * (1 - p) / of + square / (4 * of * of)) / (1 + square / of)
    return Share(of=of, right=right, share=p, low=max(0.0, middle - half), high=min(1.0, middle + half))


def calibration(scores: Sequence[float], truth: Sequence[bool]) -> Calibration | None:
    """Return how far scores (N) are from what was true (N); None of nothing."""
    if not scores:
        return None
    probability = np.array(scores, float)
    # the same figures for the same labels, so a seed of its own
    rng = np.random.default_rng(SEED)
    chance = np.array([_error(probability, rng.random(len(scores)) < probability) for _ in range(RESAMPLES)])
    return Calibration(
        scores=len(scores),
        error=_error(probability, np.array(truth, bool)),
        by_chance=float(chance.mean()),
        chance_most=float(np.quantile(chance, 0.95)),
    )


def _error(probability: Floats, truth: NDArray[np.bool_]) -> float:
    place = np.minimum((probability * BINS).astype(int), BINS - 1)
    gap = np.bincount(place, truth - probability, BINS)
    return float(np.abs(gap).sum() / len(probability))
