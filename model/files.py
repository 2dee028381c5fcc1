"""Files that a crash leaves whole or not there, and that are what they seem when they are read."""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.errors import FileError


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a power cut."""
    with open_folder(folder) as descriptor:
        os.fsync(descriptor)


def write_new(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Write a file that is not there yet, as far as the disk. Raises `OSError`; a part may then be left."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the content of `path` in one step. Raises `FileError`, and then leaves nothing behind."""
    if path.exists() and not path.is_file():
        raise FileError(f"cannot write {path}: it is not a regular file")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write_new(part, data)
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise FileError(f"cannot write {path}: {error.strerror}") from error


def write_once(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Give `path` its content unless it has one already: of many who try at once, one wins. Raises `OSError`."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write_new(part, data, mode)
        try:
            os.link(part, path)
        except OSError:  # another was first, and may have cleared this part away
            if not path.exists():
                raise
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


@contextmanager
def open_folder(folder: Path) -> Iterator[int]:
    """Yield a descriptor of a folder, which stays that folder's whatever its name comes to mean. Raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def open_regular(name: str | Path, folder: int | None = None) -> Iterator[tuple[int, os.stat_result]]:
    """Yield a descriptor and the facts of a regular file, under its own name and not through a link.

    `folder` is the descriptor of the folder that `name` is in. Raises `FileError` for anything but a regular file, and
    does not wait for a pipe's other end. Raises `FileNotFoundError` and other `OSError`s.
    """
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        with contextlib.suppress(OSError):
            if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                raise FileError(f"{Path(name).name} is not a regular file") from error
        raise
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise FileError(f"{Path(name).name} is not a regular file")
        yield descriptor, facts
    finally:
        os.close(descriptor)


def read_regular(name: str | Path, limit: int, folder: int | None = None) -> bytes:
    """Return the content of a regular file of at most `limit` bytes. Raises `FileError`, and `OSError` as it comes."""
    with open_regular(name, folder) as (descriptor, facts):
        if facts.st_size > limit:
            raise FileError(f"{Path(name).name} is larger than {limit} bytes")
        return read_exactly(descriptor, facts.st_size)


def read_exactly(descriptor: int, size: int) -> bytes:
    """Return the next `size` bytes, fewer where the file ends."""
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(size)
