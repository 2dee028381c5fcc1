"""Writing files so that a crash leaves the old content or the new, never a part."""

import contextlib
import os
import secrets
from pathlib import Path

from model.errors import FileError


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the content of `path` in one step. Raises `FileError`, and then leaves nothing behind."""
    if path.exists() and not path.is_file():
        raise FileError(f"cannot write {path}: it is not a regular file")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise FileError(f"cannot write {path}: {error.strerror}") from error
