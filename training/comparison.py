"""The record of two models side by side, as it stands in a receipt."""

import math

import msgspec


class Delta(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of both models, their difference (candidate - current) and its 95 % interval; None: cannot be told."""

    current: float | None
    candidate: float | None
    delta: float | None
    low: float | None
    high: float | None


class TopicComparison(msgspec.Struct, frozen=True, kw_only=True):
    """One topic: `articles` about it, from how many groups; `f1` is at a probability of 0.5."""

    articles: int
    groups: int
    average_precision: Delta
    f1: Delta
    assigned_f1: Delta
    assigned_precision: Delta
    assigned_recall: Delta


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """A topic that the current model does not know: there is nothing to compare, so only how good it is."""

    articles: int
    average_precision: float | None
    precision: float | None
    recall: float | None


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """An article on which the models decide otherwise: topics assigned, or else the status.

    `sha256` is of the words of its text; `title` stands only where the article is public.
    """

    id: str | None
    sha256: str
    title: str | None
    labels: list[str]
    current: list[str]
    candidate: list[str]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two models on one hold-out. `reasons` refuse the candidate; `notes` say what could not be told.

    Over the topics that both know: `assigned_precision` and `in_scope_recall` as in `Evaluation`, `brier` the mean
    squared difference of probability and truth (Brier 1950), `calibration_error` in 15 bins.
    """

    current: str
    articles: int
    groups: int
    resamples: int
    seed: int
    topics: dict[str, TopicComparison]
    added: dict[str, Added]
    removed: list[str]
    renamed: dict[str, str]
    assigned_precision: Delta
    in_scope_recall: Delta
    brier: Delta
    calibration_error: Delta
    statuses: dict[str, dict[str, int]]
    flipped: list[Flip]
    reasons: list[str] = []
    notes: list[str] = []

    @property
    def refused(self) -> bool:
        """Whether there is a reason to keep the current model."""
        return bool(self.reasons)


def number(value: float) -> float | None:
    """Return a figure as JSON can hold it."""
    return None if math.isnan(value) else round(float(value), 6)
