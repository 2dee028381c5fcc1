"""The loops that stories spend their time in, compiled where there is a C compiler, plain Python where there is none.

Both do the same: the same stems, numbers and copies, and the same vectors but for the last bits of a float32.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

log = logging.getLogger("topicdesk")

# of sketches, see `model.neighbours`
SHINGLE, SHARED, SAMPLE, FEW, COMMON = 5, 0.5, 4, 64, 50

# a sparse matrix by rows: where each starts, columns, values
Rows = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]


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


class Vector(Protocol):
    """The weightiest terms of a text: of length 1, or empty where a text has no content words."""

    @property
    def terms(self) -> NDArray[np.int32]:
        """Return the terms (K,), ascending."""

    @property
    def values(self) -> NDArray[np.float32]:
        """Return their values (K,)."""

    @property
    def idf(self) -> NDArray[np.float32]:
        """Return the idf (K,) that the values were made with."""

    def dot(self, other: "Vector") -> float:
        """Return the cosine with another vector."""


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
    ) -> tuple[Vector, Vector]:
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

    def fold(  # noqa: PLR0917
        self,
        sums: Rows,
        slots: int,
        places: Sequence[int],
        vectors: Sequence[Vector],
        folded: NDArray[np.float64],
        kept: int,
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32], int]:
        """Add vectors to the sums of their `places`, of which the `kept` largest values stay, and forget the vectors.

        `sums` has a row for each slot there was, what is returned one for each of `slots`, and the number of columns;
        `folded` is the number of articles in each.
        """

    def add(self, one: Vector, slot: int) -> None:
        """Note that an article was put into a slot."""

    def place(  # noqa: PLR0917
        self,
        vectors: list[Vector],
        dates: NDArray[np.float64],
        threshold: float,
        sizes: NDArray[np.float64],
        days: NDArray[np.float64],
        spare: list[int],
        slots: int,
    ) -> list[int]:
        """Put articles into the slots of the nearest stories, else into spare ones, else into those from `slots` on.

        `sizes` and `days`, with room for all new slots, are kept up to date, and what is used of `spare` is taken out.
        """


@dataclass(frozen=True)
class Engine:
    """What does the work: `analyse(title, text, whole)` makes stems, `join(title, body)` takes stems made before.

    `vector(terms, values, idf)` makes a vector, `rows(vectors)` a matrix of many.
    `written(text, stems)` returns the words of a text, between white space, that hold one of some stems, in order.
    `search(floor, grace, fade)` is None where the index does it itself, with scipy.
    """

    analyse: Callable[[str, str, bool], Stems]
    join: Callable[[Iterable[str], Iterable[str]], Stems]
    written: Callable[[str, Collection[str]], list[str]]
    vector: Callable[[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]], Vector]
    rows: Callable[[Sequence[Vector]], Rows]
    terms: Callable[[Sequence[str], Sequence[int], int], Terms]
    sketches: Callable[[], Sketches]
    search: Callable[[float, float, float], Search] | None = None


def plain() -> Engine:
    """Return the engine in plain Python."""
    from model.stories import interpreted as plain

    return Engine(plain.analyse, plain.join, plain.written, plain.Vector, plain.rows, plain.Terms, plain.Sketches)


def compiled() -> Engine:
    """Return the compiled engine. Raises `ImportError` where it was not built."""
    from model.kernel import stories as it

    return Engine(it.analyse, it.join, it.written, it.Vector, it.rows, it.Terms, it.Sketches, it.Search)


@cache
def best() -> Engine:
    """Return the fastest engine that is there; says so, once, where it is not the compiled one."""
    try:
        return compiled()
    except ImportError:
        log.warning("the compiled stories are not installed (it takes a C compiler): clustering is many times slower")
        return plain()
