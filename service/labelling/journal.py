"""The journal of a run: which run it is, and how far what it wrote is safe on the disk.

A text file of lines, each behind its checksum. What a crash leaves half written is no line and ends the journal.
"""

import contextlib
import os
import zlib
from typing import Any

import msgspec

from service.labelling.chunks import Position

ROOM = 1 << 16


class Header(msgspec.Struct, frozen=True):
    """What run it is, as plain facts, and the columns that were found in its input."""

    run: dict[str, Any]
    columns: dict[str, str] | None


class Written(msgspec.Struct, frozen=True):
    """The size and the checksum of a piece of output."""

    size: int
    checksum: int


class Checkpoint(msgspec.Struct, frozen=True):
    """How far a run is: the place in the input, the pieces since the last checkpoint, and counts from the beginning."""

    position: Position
    pieces: list[Written]
    statuses: dict[str, int]
    errors: list[str]


def line(content: Header | Checkpoint) -> bytes:
    """Return a line of a journal."""
    data = msgspec.json.encode(content)
    return b"%08x %s\n" % (zlib.crc32(data), data)


def parse(data: bytes) -> tuple[Header | None, list[tuple[Checkpoint, int]]]:
    """Return a journal's header and its checkpoints, each with the place where its line ends."""
    header: Header | None = None
    found: list[tuple[Checkpoint, int]] = []
    place = 0
    with contextlib.suppress(msgspec.MsgspecError, ValueError):
        while (end := data.find(b"\n", place)) >= 0:
            before, content = data[place : place + 9], data[place + 9 : end]
            if before != b"%08x " % zlib.crc32(content):
                break
            place = end + 1
            if header is None:
                header = msgspec.json.decode(content, type=Header)
            else:
                found.append((msgspec.json.decode(content, type=Checkpoint), place))
    return header, found


class Journal:
    """A journal that is open and, by its lock, this process's."""

    def __init__(self, file: int) -> None:
        self.file = file
        self._end = 0

    def read(self) -> tuple[Header | None, list[tuple[Checkpoint, int]]]:
        """Return what is in the journal."""
        return parse(os.pread(self.file, os.fstat(self.file).st_size, 0))

    def begin(self, header: Header) -> None:
        """Start over. Raises `OSError`."""
        os.ftruncate(self.file, 0)
        os.fsync(self.file)
        self._end = 0
        self.add(header)

    def go_on(self, end: int) -> None:
        """Go on after the line that ends there. Raises `OSError`."""
        os.ftruncate(self.file, end)
        self._end = end

    def add(self, content: Header | Checkpoint) -> None:
        """Add a line, as far as the disk. Raises `OSError`, and then the line is not there."""
        data = line(content)
        if os.pwrite(self.file, data, self._end) < len(data):
            raise OSError(28, os.strerror(28))
        os.fsync(self.file)
        self._end += len(data)
        with contextlib.suppress(OSError):  # so that a full disk has room for what was finished before it was full
            os.posix_fallocate(self.file, self._end, ROOM)
