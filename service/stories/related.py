"""What to read next, by the likeness of vectors that are kept for a while."""

import threading
from collections.abc import Sequence

import sqlalchemy as sa

from model import neighbours
from model.parameters import Parameters
from model.stories.features import Vector, vector
from service.store import placing
from service.store.related import Near
from service.stories import background, naming

REMEMBERED = 5_000


class Likeness:
    """Vectors of the articles of one database, made with a model's word frequencies alone. Shared by threads.

    Another model has other frequencies, and so other vectors: those of the one that serves are kept.
    """

    def __init__(self) -> None:
        self._kept: _Vectors | None = None
        self._lock = threading.Lock()

    def rank(self, connection: sa.Connection, seq: int, near: Near, limit: int, parameters: Parameters) -> list[int]:
        """Return the places of what to read after an article, the best first."""
        vectors = self._of(parameters).read(connection, {seq, *near.story, *near.topic})
        others = [(other, vectors[other], True, True) for other in near.story if other in vectors]
        others += [(other, vectors[other], False, True) for other in near.topic if other in vectors]
        return neighbours.related(vectors[seq], others, (seq, near.original), limit)

    def rename(self, connection: sa.Connection, numbers: Sequence[int], parameters: Parameters) -> None:
        """Name stories anew after their first articles."""
        self._of(parameters).rename(connection, numbers)

    def _of(self, parameters: Parameters) -> "_Vectors":
        with self._lock:
            kept = self._kept
            if kept is None or kept.parameters is not parameters or len(kept.vectors) > REMEMBERED:
                kept = self._kept = _Vectors(parameters)
            return kept


class _Vectors:
    """Vectors by one model's word frequencies; their terms' numbers mean nothing by another's."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.vectors: dict[int, Vector] = {}
        self._frequencies = background.of_model(parameters)
        self._lock = threading.Lock()

    def rename(self, connection: sa.Connection, numbers: Sequence[int]) -> None:
        with self._lock:
            naming.rename(connection, numbers, self._frequencies)

    def read(self, connection: sa.Connection, seqs: set[int]) -> dict[int, Vector]:
        with self._lock:  # numbers of new terms are given here
            for row in placing.read(connection, sorted(seqs - self.vectors.keys())):
                analysed = naming.of_row(row)
                self._frequencies.register(analysed)
                self.vectors[row.seq] = vector(analysed, self._frequencies)
            return {seq: self.vectors[seq] for seq in seqs if seq in self.vectors}
