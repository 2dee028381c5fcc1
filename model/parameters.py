"""The numbers a trained model consists of, apart from any library's objects."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from model.analysis import Analyser
from model.operating import PERCENT_CAUGHT, PERCENT_RIGHT, Cost, Thresholds
from model.taxonomy import Taxonomy

Floats = NDArray[np.float64]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """How a model came about; all of it follows from the data and the seed."""

    seed: int
    articles: int
    articles_per_topic: dict[str, int]
    data_sha256: str
    trained_with: str
    cross_validation: dict[str, float] = {}
    costs: list[Cost] = []


@dataclass(frozen=True, eq=False)
class Parameters:
    """A TF-IDF model with one calibrated logistic head per topic.

    With T topics and V terms: `idf` (V,), `coef` (T, V), `intercept` (T,), `slope` and `shift` (T,) of Platt's
    calibration. `assign_at` (len(PERCENT_RIGHT), T) and `review_at` (len(PERCENT_CAUGHT),) are the thresholds of the
    operating points. `terms` holds the V terms in the order of the columns. Arrays are float64.
    """

    taxonomy: Taxonomy
    analyser: Analyser
    terms: tuple[str, ...]
    idf: Floats
    coef: Floats
    intercept: Floats
    slope: Floats
    shift: Floats
    assign_at: Floats
    review_at: Floats
    facts: Facts = field(repr=False)

    ARRAYS = ("idf", "coef", "intercept", "slope", "shift", "assign_at", "review_at")

    def thresholds(self, right: int, catch: int) -> Thresholds:
        """Return the thresholds of a pair of operating points, each of those in `model.operating`."""
        return Thresholds(
            tuple(self.assign_at[PERCENT_RIGHT.index(right)].tolist()),
            float(self.review_at[PERCENT_CAUGHT.index(catch)]),
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex over everything that decides an answer: equal digests, equal models."""
        plain = [self.taxonomy, self.analyser, self.terms, self.facts]
        sha = hashlib.sha256(msgspec.json.encode(plain, order="sorted"))
        for name in self.ARRAYS:
            sha.update(np.ascontiguousarray(getattr(self, name), dtype="<f8").tobytes())
        return sha.hexdigest()
