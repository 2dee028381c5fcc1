"""Where the output of a run is while it is not whole, and the lock that keeps others away from it."""

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from model.errors import FileError


def part_of(target: Path) -> Path:
    """Return where the output is while it is not whole."""
    return target.with_name(f".{target.name}.part")


def journal_of(target: Path) -> Path:
    """Return where the journal is."""
    return target.with_name(f".{target.name}.journal")


@contextmanager
def opened(target: Path) -> Iterator[tuple[int, int]]:
    """Yield the open files of an output's part and journal. Raises `FileError` where another process writes it."""
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
        yield part, journal


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
