"""What scoring an article finds, whichever engine did it."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from model.parameters import Floats


class Score(NamedTuple):
    """What one pass over an article found.

    `probabilities` (T,) are calibrated. `words` counts the tokens, `stop_words` those that are English function words,
    `known` the other tokens that the model knows. `code` is the share of characters that programs are made of and news
    is not, 0 to 1.
    """

    probabilities: tuple[float, ...]
    words: int
    stop_words: int
    known: int
    code: float

    @property
    def known_share(self) -> float | None:
        """Which part of the tokens that are no function words the model knows, 0 to 1; None where there are none."""
        content = self.words - self.stop_words
        return self.known / content if content else None


class Place(NamedTuple):
    """One occurrence of a term: its column, and code point offsets into the title or the text as received."""

    column: int
    start: int
    end: int
    in_title: bool


class Reading(NamedTuple):
    """A score, the article's vector as different `columns` and their `values` (K,), and every occurrence of its terms.

    `places` stand in reading order, those of the title first.
    """

    score: Score
    columns: NDArray[np.int64]
    values: Floats
    places: list[Place]


class Engine(Protocol):
    """What scores texts with one model; immutable, so that threads share it.

    Every method raises `InvalidInputError` for a lone surrogate, which is no character.
    """

    def score(self, title: str | None, text: str) -> tuple[tuple[float, ...], int, int, int, float]:
        """Return the fields of the `Score` of one article."""

    def score_batch(
        self, titles: Sequence[str | None], texts: Sequence[str]
    ) -> list[tuple[tuple[float, ...], int, int, int, float]]:
        """Return the fields of each article's `Score`, in order."""

    def read(
        self, title: str | None, text: str
    ) -> tuple[tuple[tuple[float, ...], int, int, int, float], NDArray[np.int32], Floats, NDArray[np.int32]]:
        """Return the fields of the `Score`, columns and values of each passage's terms, and places (P, 4).

        A column that stands in several passages is there several times; the article's value is the sum. A place is
        (column, start, end, whether in the title).
        """
