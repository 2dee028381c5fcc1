"""Labels that contradict each other, and labels that look wrong: to be looked at, not trained on silently."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from model.parameters import Floats
from training import folds
from training.dataset import Dataset

Rows = NDArray[np.intp]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Who says what of which article: `origin` is `corpus` or `label`.

    `sha256` is of the words of its text; `title` stands only where the article is public.
    """

    id: str | None
    sha256: str
    title: str | None
    origin: str
    by: str | None
    labels: list[str]


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """Articles of the same or nearly the same text, with different labels."""

    claims: list[Claim]


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """A label that a model which has not seen it finds hard to believe: `probability` is of `topic`."""

    claim: Claim
    topic: str
    labelled: bool
    probability: float


def contradictions(data: Dataset, pairs: Rows) -> list[Rows]:
    """Return the rows of each set of near duplicates (`pairs`, (M, 2)) that are labelled differently."""
    labels = data.labels
    differ = pairs[(labels[pairs[:, 0]] != labels[pairs[:, 1]]).any(axis=1)]
    units = folds.join(np.arange(len(labels)), differ)
    numbers, sizes = np.unique(units, return_counts=True)
    return [np.flatnonzero(units == number) for number in numbers[sizes > 1]]


def suspicious(probability: Floats, labels: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (row, column) of the labels that look wrong, the least believable first.

    `probability` (N, T) must be of models that have not seen the article. A label is suspect where the other answer is
    as probable as it is on average for the articles that have that answer: confident learning (Northcutt, Jiang and
    Chuang 2021), for each topic by itself.
    """
    found = []
    for column, (p, y) in enumerate(zip(probability.T, labels.T, strict=True)):
        if not y.any() or y.all():
            continue
        wrong = np.where(y, 1 - p >= (1 - p[~y]).mean(), p >= p[y].mean())
        found += [(abs(float(p[n]) - float(y[n])), n, column) for n in np.flatnonzero(wrong).tolist()]
    return [(row, column) for _, row, column in sorted(found, key=lambda each: (-each[0], each[1:]))]


def describe(
    found: Sequence[tuple[int, int]], data: Dataset, probability: Floats, claim: Callable[[int], Claim]
) -> list[Suspect]:
    """Return suspects as they stand in a receipt."""
    labels = data.labels
    return [
        Suspect(
            claim=claim(row),
            topic=data.taxonomy.ids[column],
            labelled=bool(labels[row, column]),
            probability=round(float(probability[row, column]), 4),
        )
        for row, column in found
    ]
