"""How often a key may ask, counted over all workers of a machine.

The generic cell rate algorithm (ITU-T I.371) takes one number a key: when the next request would be in its turn. Those
numbers stand in a file that every worker maps into its memory and locks for a few microseconds.
"""

import fcntl
import mmap
import os
import struct
import time
from pathlib import Path

SLOTS = 4096
_SLOT = struct.Struct("<Qd")  # a key's number, and the moment (seconds of the machine's monotonic clock)
_PROBES = 16


class Limiter:
    """Allows `rate` requests a second for each key, and `burst` at once."""

    def __init__(self, path: Path, rate: float, burst: int) -> None:
        self._interval = 1.0 / rate
        self._tolerance = (burst - 1) * self._interval
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._file, SLOTS * _SLOT.size)
        self._slots = mmap.mmap(self._file, SLOTS * _SLOT.size)

    def wait(self, key: str) -> float:
        """Count a request; return 0.0 where it is in time, else how many seconds it came too early."""
        number = int(key, 16) or 1
        now = time.monotonic()
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            place, due = self._find(number, now)
            if due > now + self._tolerance + self._interval + 1:  # of another boot of the machine
                due = now
            due = max(due, now)
            early = due - now - self._tolerance
            if early > 1e-9:
                return early
            _SLOT.pack_into(self._slots, place, number, due + self._interval)
            return 0.0
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _find(self, number: int, now: float) -> tuple[int, float]:
        """Return a key's place in the file and its moment; a new key takes the place that waited longest."""
        places = [((number + n) % SLOTS) * _SLOT.size for n in range(_PROBES)]
        slots = [_SLOT.unpack_from(self._slots, place) for place in places]
        for place, (owner, due) in zip(places, slots, strict=True):
            if owner == number:
                return place, due
        free = min(range(_PROBES), key=lambda n: (slots[n][0] != 0, slots[n][1]))
        return places[free], now
