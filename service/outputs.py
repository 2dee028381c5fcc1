"""What files of rows are written with: whole or not at all, packed, with names of their own and inert cells."""

import contextlib
import gzip
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from model.errors import FileError, InvalidInputError
from model.files import sync_folder
from training import tables

INERT = ("=", "+", "-", "@", "\t", "\r")


def check(source: Path, target: Path) -> None:
    """Raise `FileError` or `InvalidInputError` where rows of `source` cannot be written to `target`."""
    if not source.is_file():
        raise FileError(f"there is no file {source}")
    if target.exists() and target.samefile(source):
        raise InvalidInputError("input and output are the same file")
    for path in (source, target):
        tables.suffix(path)


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """Yield a file to write to that takes the place of `target` at the end, if all went well. Raises `FileError`."""
    target = target.resolve()  # a link stays a link
    if target.exists() and not target.is_file():
        raise FileError(f"cannot write {target}: it is not a regular file")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise FileError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def own(values: tables.Values, taken: Sequence[str]) -> tables.Values:
    """Return a row's own values; a name that the result needs gets `input_` before it, twice if that is taken too."""
    renamed: tables.Values = {}
    for name, value in values.items():
        free = name
        while free != "id" and (free in taken or (free != name and free in values)):
            free = f"input_{free}"
        renamed[free] = value
    return renamed


def flat_columns(topics: Sequence[str]) -> list[str]:
    """Return the names of the flat columns."""
    return ["status", "reason", "topics", *(f"score_{topic}" for topic in topics), "model", "error"]


@contextlib.contextmanager
def packed(raw: IO[bytes], target: Path) -> Iterator[Callable[[bytes], object]]:
    """Yield a function that writes bytes, through gzip where the name says so."""
    if target.name.lower().endswith(".gz"):
        # no name and no time in the header: the same rows give the same bytes
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
            yield packed.write
    else:
        yield raw.write


class Lines:
    """What the csv module writes its lines to."""

    def __init__(self, send: Callable[[bytes], object]) -> None:
        self._send = send

    def write(self, line: str) -> object:
        """Write a line."""
        return self._send(line.encode())


def inert(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; numbers stay as they are."""
    if value is None or isinstance(value, (int, float)):
        return value
    plain = msgspec.to_builtins(value)
    text = plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()
    if text.lstrip("'").startswith(INERT):  # an apostrophe that was there before gets one more: it can be taken back
        with contextlib.suppress(ValueError):
            float(text)
            return text
        return f"'{text}"
    return text


def without_inert(value: object) -> object:
    """Return what a cell held before it was made `inert`."""
    if isinstance(value, str) and value.startswith("'") and value.lstrip("'").startswith(INERT):
        return value[1:]
    return value
