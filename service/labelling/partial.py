"""The output of a run while it is not whole: a file beside its target, and the journal of how far it is safe."""

import contextlib
import os
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from model.files import sync_folder
from service.labelling import places
from service.labelling.chunks import Position
from service.labelling.journal import Checkpoint, Header, Journal, Written
from service.labelling.work import MOST_ERRORS_SHOWN, Piece

EVERY_SECONDS, MOST_SHARE = 0.2, 0.05  # between checkpoints, and of the time for them
READ_AT_ONCE = 1 << 20


class State(msgspec.Struct, frozen=True):
    """How far a run is: the place in the input, what is written, and counts, from the beginning."""

    position: Position = Position()
    size: int = 0
    pieces: int = 0
    statuses: dict[str, int] = {}
    errors: list[str] = []
    unsafe: list[Written] = []

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(self.statuses.values())


class Partial:
    """What is written so far.

    A signal may come between any two lines here. So `state` changes as a whole, once what it says is true, and `ours`
    tells whether it is this run's: what another one left is not touched before this one begins.
    """

    def __init__(self, target: Path, part: int, journal: Journal) -> None:
        self.target = target
        self.part, self.journal = part, journal
        self.state = State()
        self.ours = not os.fstat(journal.file).st_size
        self._sizes: list[int] = []
        self._due = time.monotonic() + EVERY_SECONDS

    @property
    def sizes(self) -> list[int]:
        """The sizes of the pieces."""
        return self._sizes[: self.state.pieces]

    def left(self) -> Header | None:
        """Return which run has left what there is, if any has."""
        return self.journal.read()[0]

    def resume(self) -> bool:
        """Go back to the last checkpoint whose output is there and whole; False where there is none."""
        state, sizes, end = State(), list[int](), 0
        for checkpoint, place in self.journal.read()[1]:
            size = state.size
            for piece in checkpoint.pieces:
                if not self._is_there(piece, size):
                    break
                size += piece.size
                sizes.append(piece.size)
            else:
                given = checkpoint
                state = State(given.position, size, len(sizes), given.statuses, given.errors)
                end = place
                continue
            break
        if not end:
            return False
        self.journal.go_on(end)
        os.ftruncate(self.part, state.size)
        self._sizes, self.state, self.ours = sizes[: state.pieces], state, True
        return True

    def _is_there(self, piece: Written, place: int) -> bool:
        """Tell whether a piece is in the file as it was written."""
        checksum, end = 0, place + piece.size
        while place < end and (data := os.pread(self.part, min(end - place, READ_AT_ONCE), place)):
            checksum, place = zlib.crc32(data, checksum), place + len(data)
        return place == end and checksum == piece.checksum

    def begin(self, header: Header) -> None:
        """Start over. Raises `OSError`."""
        self.ours = True
        self.journal.begin(header)
        os.ftruncate(self.part, 0)
        sync_folder(self.target.parent)

    def write(self, piece: Piece, head: bytes, end: Position) -> None:
        """Write the next piece, the first one behind `head`. Raises `OSError`."""
        now = self.state
        data = piece.data if now.pieces else head + piece.data
        self._put(data, now.size)
        self._sizes[now.pieces :] = [len(data)]
        self.state = State(
            end,
            now.size + len(data),
            now.pieces + 1,
            dict(Counter(now.statuses) + Counter(piece.statuses)),
            (now.errors + piece.errors)[:MOST_ERRORS_SHOWN],
            [*now.unsafe, Written(len(data), zlib.crc32(data))],
        )
        if time.monotonic() >= self._due:
            self.save()

    def _put(self, data: bytes, place: int) -> None:
        rest = memoryview(data)
        while rest:
            done = os.pwrite(self.part, rest, place)
            rest, place = rest[done:], place + done

    def save(self) -> None:
        """Make a checkpoint. Raises `OSError`."""
        now, begin = self.state, time.monotonic()
        if now.unsafe:
            os.ftruncate(self.part, now.size)
            os.fsync(self.part)
            self.journal.add(Checkpoint(now.position, now.unsafe, now.statuses, now.errors))
            self.state = msgspec.structs.replace(now, unsafe=[])
        end = time.monotonic()
        self._due = end + max(EVERY_SECONDS, (end - begin) / MOST_SHARE)

    def finish(self, ending: bytes) -> None:
        """Write what comes last, and put the output, which is saved, where it belongs. Raises `OSError`."""
        self._put(ending, self.state.size)
        os.ftruncate(self.part, self.state.size + len(ending))
        os.fsync(self.part)
        places.part_of(self.target).replace(self.target)
        sync_folder(self.target.parent)
        places.journal_of(self.target).unlink()

    def discard(self) -> None:
        """Remove what there is."""
        for path in (places.part_of(self.target), places.journal_of(self.target)):
            with contextlib.suppress(OSError):
                path.unlink()


@contextmanager
def opened(target: Path) -> Iterator[Partial]:
    """Yield what there is of an output, this process's alone. Raises `FileError` where another writes it."""
    with places.opened(target) as (part, journal):
        yield Partial(target, part, Journal(journal))
