"""Arrays too large to be held twice."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
BLOCK_ROWS = 4_000


class Room:
    """Room for `most` numbers, filled a part at a time; joining a list of parts would hold all of them twice.

    The system gives memory where it is first written to, so what is asked for too much costs nothing.
    """

    def __init__(self, most: int, dtype: Any) -> None:
        self._array: NDArray[Any] = np.empty(most, dtype)
        self._filled = 0

    def add(self, part: NDArray[Any]) -> None:
        """Put numbers behind those that are there; the type becomes larger where they need it."""
        if np.promote_types(self._array.dtype, part.dtype) != self._array.dtype:
            larger = np.empty(len(self._array), np.promote_types(self._array.dtype, part.dtype))
            larger[: self._filled] = self._array[: self._filled]
            self._array = larger
        self._array[self._filled : self._filled + len(part)] = part
        self._filled += len(part)

    @property
    def filled(self) -> NDArray[Any]:
        """The numbers that are there, in place."""
        return self._array[: self._filled]


def distinct(numbers: Ints) -> Ints:
    """Return the different ones of some numbers, in order; `np.unique` takes a hash table, and ten times as long."""
    found = np.sort(numbers)
    first = np.append(True, found[1:] != found[:-1])[: len(found)]
    return np.asarray(found[first], np.int64)


def blocks(sizes: Ints, most: int, most_rows: int = BLOCK_ROWS) -> Iterator[NDArray[np.intp]]:
    """Yield 0 to N - 1 in order, as many at a time as have sizes (N,) of `most` together, one at the least."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        reach = int(np.searchsorted(ends, (ends[start - 1] if start else 0) + most, "right"))
        end = max(start + 1, min(reach, start + most_rows))
        yield np.arange(start, min(end, len(sizes)))
        start = end


def ranges(starts: Ints, lengths: Ints) -> Ints:
    """Return the numbers from `starts` (N,) on, `lengths` (N,) of them each, one range after another."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))
