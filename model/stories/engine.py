"""The loops that stories spend their time in, compiled where there is a C compiler, plain Python where there is none.

Both do the same: the same stems, numbers and copies, and the same vectors but for the last bits of a float32.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

log = logging.getLogger("topicdesk")

# of sketches, see `model.neighbours`
SHINGLE, SHARED, SAMPLE, FEW, COMMON = 5, 0.5, 4, 64, 50

# terms (K,), ascending, their values of length 1, and the idf those were made with
Weighted = tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]


class Stems(Protocol):
    """The stemmed content words of an article's title and text."""

    @property
    def title(self) -> list[str]:
        """Return those of the title."""

    @property
    def body(self) -> list[str]:
        """Return those of the text."""

    def distinct(self) -> list[str]:
        """Return each stem once, in order: that of a set would number terms differently in every process."""


class Terms(Protocol):
    """Terms with their numbers, which never change, and in how many articles each has been."""

    @property
    def texts(self) -> int:
        """Return how many articles have been counted."""

    @property
    def terms(self) -> list[str]:
        """Return the terms by number."""

    def named(self, numbers: ArrayLike) -> list[str]:
        """Return the terms of some numbers."""

    @property
    def counts(self) -> list[int]:
        """Return the number of articles that hold each term."""

    def __len__(self) -> int: ...

    def count(self, stems: Stems) -> None:
        """Count one more article, whose new terms get numbers."""

    def register(self, stems: Stems) -> None:
        """Give an article's terms numbers without counting it."""

    def idf(self, numbers: ArrayLike) -> NDArray[np.float64]:
        """Return the smoothed inverse document frequency of each term number, 1 at the least."""

    def vectors(
        self, stems: Stems, weights: tuple[float, float, float], lead: int, wide: int, kept: int
    ) -> tuple[Weighted, Weighted]:
        """Return an article's `wide` weightiest terms and, of those, the `kept` weightiest.

        `weights` are those of the title, of the title and the first `lead` stems, and of everything.
        """


class Sketches(Protocol):
    """The originals among texts as they come in, by number."""

    def add(self, stems: Stems) -> int:
        """Return the original that a text is a copy of, a new number where it is none, -1 where it has no words."""

    def find(self, stems: Stems) -> int:
        """Return the original that a text is a copy of, -1 where it is none."""

    def keep(self, stems: Stems) -> int:
        """Keep a text as an original, whatever it is like; return its number, -1 where it has no words."""

    def forget(self, text: int) -> None:
        """Drop an original."""


class Search(Protocol):
    """The search for the nearest story, by slot: what `model.stories.index` does with scipy, one article at a time."""

    def fold(
        self, starts: NDArray[Any], slots: NDArray[Any], data: NDArray[np.float32], folded: NDArray[np.float64]
    ) -> None:
        """Take a row of slots and values for each term, and the number of articles of each slot; forget the rest."""

    def add(self, terms: NDArray[np.int32], values: NDArray[np.float32], slot: int) -> None:
        """Note that an article was put into a slot."""

    def nearest(  # noqa: PLR0917
        self,
        terms: NDArray[np.int32],
        values: NDArray[np.float32],
        day: float,
        threshold: float,
        sizes: NDArray[np.float64],
        days: NDArray[np.float64],
    ) -> int:
        """Return the slot of the nearest story, -1 where none is as near as the threshold."""


@dataclass(frozen=True)
class Engine:
    """What does the work: `analyse(title, text, whole)` makes stems, `join(title, body)` takes stems made before.

    `written(text, stems)` returns the words of a text, between white space, that hold one of some stems, in order.
    `search(floor, grace, fade)` is None where the index does it itself, with scipy.
    """

    analyse: Callable[[str, str, bool], Stems]
    join: Callable[[Iterable[str], Iterable[str]], Stems]
    written: Callable[[str, Collection[str]], list[str]]
    terms: Callable[[Sequence[str], Sequence[int], int], Terms]
    sketches: Callable[[], Sketches]
    search: Callable[[float, float, float], Search] | None = None


def plain() -> Engine:
    """Return the engine in plain Python."""
    from model.stories import interpreted

    return Engine(interpreted.analyse, interpreted.join, interpreted.written, interpreted.Terms, interpreted.Sketches)


def compiled() -> Engine:
    """Return the compiled engine. Raises `ImportError` where it was not built."""
    from model.kernel import stories

    return Engine(stories.analyse, stories.join, stories.written, stories.Terms, stories.Sketches, stories.Search)


@cache
def best() -> Engine:
    """Return the fastest engine that is there; says so, once, where it is not the compiled one."""
    try:
        return compiled()
    except ImportError:
        log.warning("the compiled stories are not installed (it takes a C compiler): clustering is many times slower")
        return plain()
