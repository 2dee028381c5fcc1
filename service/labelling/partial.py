"""The output of a run while it is not whole: a file beside its target, and the journal of how far it is safe."""

import contextlib
import errno
import fcntl
import os
import stat
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from model.errors import FileError
from model.files import sync_folder
from service.labelling.chunks import Position
from service.labelling.journal import Checkpoint, Header, Journal, Written
from service.labelling.work import MOST_ERRORS_SHOWN, Piece

EVERY_SECONDS = 1.0
READ_AT_ONCE = 1 << 20


class Partial:
    """What is written so far; `rows` and the rest tell of that, from the beginning."""

    def __init__(self, target: Path, part: int, journal: Journal) -> None:
        self.target = target
        self.part, self.journal = part, journal
        self.position = Position()
        self.statuses: Counter[str] = Counter()
        self.errors: list[str] = []
        self.sizes: list[int] = []
        self._size = 0
        self._unsafe: list[Written] = []
        self._due = time.monotonic() + EVERY_SECONDS

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.statuses.total()

    def resume(self) -> Header | None:
        """Go back to the last checkpoint whose output is there and whole; returns the run it is of, if there is one."""
        header, checkpoints = self.journal.read()
        end = 0
        for checkpoint, place in checkpoints:
            if not all(self._is_there(piece) for piece in checkpoint.pieces):
                break
            self.position, self.errors, end = checkpoint.position, list(checkpoint.errors), place
            self.statuses = Counter(checkpoint.statuses)
            self.sizes += [piece.size for piece in checkpoint.pieces]
            self._size = sum(self.sizes)
        if not end:
            return None
        self.journal.go_on(end)
        os.ftruncate(self.part, self._size)
        return header

    def _is_there(self, piece: Written) -> bool:
        """Tell whether a piece, the next, is in the file as it was written."""
        checksum, rest = 0, piece.size
        while rest and (data := os.pread(self.part, min(rest, READ_AT_ONCE), self._size + piece.size - rest)):
            checksum, rest = zlib.crc32(data, checksum), rest - len(data)
        if rest or checksum != piece.checksum:
            return False
        self._size += piece.size
        return True

    def begin(self, header: Header) -> None:
        """Start over. Raises `OSError`."""
        self.position, self._size = Position(), 0
        self.statuses, self.errors, self.sizes = Counter(), [], []
        self.journal.begin(header)
        os.ftruncate(self.part, 0)
        sync_folder(self.target.parent)

    def write(self, piece: Piece, head: bytes, end: Position) -> None:
        """Write the next piece, the first one behind `head`. Raises `OSError`."""
        data = piece.data if self.sizes else head + piece.data
        self._put(data)
        # nothing below can fail but by a signal, after which `save` makes the file as long as these say
        self._unsafe.append(Written(len(data), zlib.crc32(data)))
        self.sizes.append(len(data))
        self._size += len(data)
        self.position = end
        self.statuses.update(piece.statuses)
        self.errors = (self.errors + piece.errors)[:MOST_ERRORS_SHOWN]
        if time.monotonic() >= self._due:
            self.save()

    def _put(self, data: bytes) -> None:
        rest, place = memoryview(data), self._size
        while rest:
            done = os.pwrite(self.part, rest, place)
            rest, place = rest[done:], place + done

    def save(self) -> None:
        """Make a checkpoint. Raises `OSError`."""
        if self._unsafe:
            os.ftruncate(self.part, self._size)
            os.fsync(self.part)
            self.journal.add(Checkpoint(self.position, self._unsafe, dict(self.statuses), self.errors))
            self._unsafe = []
        self._due = time.monotonic() + EVERY_SECONDS

    def finish(self, ending: bytes) -> None:
        """Write what comes last, and put the output where it belongs. Raises `OSError`."""
        self._put(ending)
        os.ftruncate(self.part, self._size + len(ending))
        os.fsync(self.part)
        part_of(self.target).replace(self.target)
        sync_folder(self.target.parent)
        journal_of(self.target).unlink()

    def discard(self) -> None:
        """Remove what there is."""
        with contextlib.suppress(OSError):
            part_of(self.target).unlink()
        with contextlib.suppress(OSError):
            journal_of(self.target).unlink()


def part_of(target: Path) -> Path:
    """Return where the output is while it is not whole."""
    return target.with_name(f".{target.name}.part")


def journal_of(target: Path) -> Path:
    """Return where the journal is."""
    return target.with_name(f".{target.name}.journal")


@contextmanager
def opened(target: Path) -> Iterator[Partial]:
    """Yield what there is of an output, this process's alone. Raises `FileError` where another writes it."""
    if target.exists() and not target.is_file():
        raise FileError(f"cannot write {target}: it is not a regular file")
    with contextlib.ExitStack() as stack:
        with told(target):
            journal = _locked(target, stack.callback)
            try:
                part = _open(part_of(target))
            except OSError:
                if not os.fstat(journal).st_size:
                    journal_of(target).unlink()
                raise
        stack.callback(os.close, part)
        yield Partial(target, part, Journal(journal))


@contextmanager
def told(target: Path) -> Iterator[None]:
    """Raise `FileError` for an `OSError` inside the block."""
    try:
        yield
    except OSError as error:
        raise FileError(f"cannot write {target}: {error.strerror or error}") from error


def _locked(target: Path, callback: Callable[..., object]) -> int:
    path = journal_of(target)
    while True:
        file = _open(path)
        callback(os.close, file)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FileError(f"cannot write {target}: another process is labelling into it") from None
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), path.lstat()):
                return file  # and not the journal of a run that ended meanwhile, and removed it


def _open(path: Path) -> int:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, f"{path.name} is not a regular file")
    return file
