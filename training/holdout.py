"""A hold-out that stays what it is, so that every model is compared on articles that none was trained on.

The side of a group is a matter of its name's hash alone: not of order, seed or what else is in the data. Near
duplicates are kept together, and what comes in later (labels) follows what was there (the base) and never moves it.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.errors import TrainingError
from training import folds
from training.dataset import Dataset
from training.duplicates import near_duplicates
from training.train import check

Pairs = NDArray[np.intp]

SHARE = 0.15
# Of 4,000 numbers the one that holds out most evenly of the starter corpus: four beats of each topic, 14 to 16 % of the
# articles of each topic and of none. Chosen by these counts, before any model was measured on it.
SALT = "topicdesk hold-out 3083"
LEAST_ARTICLES, LEAST_GROUPS = 5, 2


@dataclass(frozen=True)
class Split:
    """Rows of a data set by side: `fit` and `held` are disjoint, `bridging` stands on neither.

    `bridging` are labels that are near duplicates of base articles on both sides. `units` (N,) numbers what was kept
    together. `why_not` says why the hold-out is too small to compare models on, where it is; then `fit` is everything.
    """

    fit: NDArray[np.intp]
    held: NDArray[np.intp]
    bridging: NDArray[np.intp]
    units: NDArray[np.intp]
    why_not: str | None


def prepare(data: Dataset) -> tuple[Dataset, Dataset]:
    """Return what to train on and what to hold out.

    The latter is empty, and the former all, where the data are too few for both (see `split`).
    """
    sides = split(data)
    fit, held = data.part(sides.fit), data.part(sides.held)
    try:
        check(fit)
    except TrainingError:
        return data, data.part([])
    return fit, held


def split(data: Dataset, base: int | None = None, pairs: Pairs | None = None, base_pairs: Pairs | None = None) -> Split:
    """Split a data set of which the first `base` articles were there first; default: all.

    `pairs` (M, 2) are its near duplicates, `base_pairs` those found in the base alone. Base
    articles: those joined by near duplicates are held out where the hash says so for any of their groups, and later
    ones change nothing about it. Later articles follow the base articles that they are near duplicates of, directly or
    through each other; without any, their own hashes decide.
    """
    base = len(data.articles) if base is None else base
    pairs = near_duplicates(data.tokens) if pairs is None else pairs
    drawn = np.array([is_drawn(group) for group in data.groups], bool)
    own = pairs if base_pairs is None else base_pairs
    own = own[(own < base).all(axis=1)]
    side = _any(folds.join(data.groups[:base], own), drawn[:base]) if base else drawn[:0]
    units = folds.join(data.groups, np.concatenate([pairs, own]))
    later = np.arange(len(drawn)) >= base
    whole_side = np.concatenate([side, np.zeros(len(drawn) - base, bool)])
    beside_held, beside_fit = _any(units, whole_side & ~later), _any(units, ~whole_side & ~later)
    by_hash = _any(units, drawn & later)
    held = np.where(later, beside_held | (~beside_fit & by_hash), whole_side)
    bridging = later & beside_held & beside_fit
    rows = np.arange(len(drawn))
    if (reason := _too_small(data, held & ~bridging, units)) is not None:
        return Split(rows, rows[:0], rows[:0], units, reason)
    return Split(rows[~held & ~bridging], rows[held & ~bridging], rows[bridging], units, None)


def is_drawn(group: str) -> bool:
    """Return whether a group's hash falls into the share that is held out."""
    number = int.from_bytes(hashlib.sha256(f"{SALT}\0{group}".encode()).digest()[:8], "big")
    return number < SHARE * 2**64


def _any(units: NDArray[np.intp], flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each row whether a flag is up anywhere in its unit."""
    return np.asarray((np.bincount(units, flags) > 0)[units])


def _too_small(data: Dataset, held: NDArray[np.bool_], units: NDArray[np.intp]) -> str | None:
    """Return why no models can be compared on the rows that would be held out, if so.

    One topic that can be measured is enough: for the others the comparison says that it cannot tell.
    """
    labels = data.labels[held]
    enough = [
        column.sum() >= LEAST_ARTICLES and len(set(units[held][column].tolist())) >= LEAST_GROUPS for column in labels.T
    ]
    none = (~labels.any(axis=1)).sum()
    if any(enough) and none >= LEAST_ARTICLES:
        return None
    return (
        f"the data are too few for a hold-out: of {len(data.articles)} articles it would have {int(held.sum())}, and "
        f"it takes {LEAST_ARTICLES} of a topic, from {LEAST_GROUPS} groups, and {LEAST_ARTICLES} of none"
    )
