"""What to read next, by the likeness of vectors that are kept for a while."""

import threading
from collections.abc import Sequence

import sqlalchemy as sa

from model import neighbours
from model.parameters import Parameters
from model.stories.features import Vector, vector
from model.stories.frequencies import Frequencies
from service.store import placing
from service.store.related import Near
from service.stories import naming

REMEMBERED = 5_000


class Likeness:
    """Vectors of the articles of one database, made with a model's word frequencies alone. Shared by threads."""

    def __init__(self) -> None:
        self._frequencies: Frequencies | None = None
        self._vectors: dict[int, Vector] = {}
        self._lock = threading.Lock()

    def rank(self, connection: sa.Connection, seq: int, near: Near, limit: int, parameters: Parameters) -> list[int]:
        """Return the places of what to read after an article, the best first."""
        vectors = self._read(connection, {seq, *near.story, *near.topic}, parameters)
        others = [(other, vectors[other], True, True) for other in near.story if other in vectors]
        others += [(other, vectors[other], False, True) for other in near.topic if other in vectors]
        return neighbours.related(vectors[seq], others, (seq, near.original), limit)

    def rename(self, connection: sa.Connection, numbers: Sequence[int], parameters: Parameters) -> None:
        """Name stories anew after their first articles."""
        with self._lock:
            naming.rename(connection, numbers, self._learned(parameters))

    def _learned(self, parameters: Parameters) -> Frequencies:
        if self._frequencies is None:
            self._frequencies = Frequencies.of_model(parameters)
        return self._frequencies

    def _read(self, connection: sa.Connection, seqs: set[int], parameters: Parameters) -> dict[int, Vector]:
        known = self._vectors
        found = {seq: known[seq] for seq in seqs if seq in known}
        rows = placing.read(connection, sorted(seqs - found.keys()))
        for row in rows:
            analysed = naming.of_row(row)
            with self._lock:  # numbers of new terms are given here
                frequencies = self._learned(parameters)
                frequencies.register(analysed)
                found[row.seq] = vector(analysed, frequencies)
        if len(known) + len(rows) > REMEMBERED:
            known = {}
        self._vectors = known | found
        return found
