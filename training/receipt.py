"""The receipt of a retraining: which data, what changed, and why the new model was accepted or refused.

It lies beside the model as JSON. It holds no text, and of labelled articles no title either.
"""

import platform
from importlib import metadata

import msgspec

from training.comparison import Comparison
from training.suspects import Contradiction, Suspect

FORMAT = 1
LIBRARIES = ("topicdesk", "scikit-learn", "numpy", "scipy")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One side of the split: `per_topic` counts its articles, `none` those of no topic."""

    articles: int
    labels: int
    per_topic: dict[str, int]
    none: int
    sha256: str


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """What there was: `base` articles of the corpus, `labels` given, of which `left_out` by reason, by id.

    `no_holdout` says why nothing was held out, where so.
    """

    base: int
    base_sha256: str
    labels: int
    left_out: dict[str, list[str | None]]
    trained_on: Part
    held_out: Part
    no_holdout: str | None


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """One topic's figures at a probability of 0.5; None where the data cannot give one."""

    articles: int
    average_precision: float | None
    precision: float | None
    recall: float | None
    f1: float | None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A retraining on record; all but `made` follows from the data, the seed and the software.

    `digest` is the candidate's, `current` the id of the model that served. `cross_validated` are the candidate's
    figures on what it was trained on, each article while it was held out; `held_out` those on the hold-out. `reasons`
    speak against the candidate; `forced` says that it was accepted all the same.
    """

    format: int = FORMAT
    made: str | None
    digest: str
    current: str | None
    seed: int
    software: dict[str, str]
    data: Data
    contradictions: list[Contradiction]
    suspects: list[Suspect]
    cross_validated: dict[str, Quality]
    held_out: dict[str, Quality]
    comparison: Comparison | None
    accepted: bool
    forced: bool
    reasons: list[str]
    notes: list[str]


def software() -> dict[str, str]:
    """Return the versions that a model depends on."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found
