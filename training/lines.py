"""The lines of a text file as bytes, plain or packed, and what is wrong with those that are not UTF-8."""

import codecs
import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from model.errors import InvalidInputError

BOM = codecs.BOM_UTF8
BUFFER = 1 << 20


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
    """Yield a file's bytes, unpacked where its name ends in .gz, and what tells how much of the file has been read."""
    with path.open("rb", buffering=BUFFER) as raw:
        if path.name.lower().endswith(".gz"):
            with gzip.GzipFile(fileobj=raw) as packed:
                yield io.BufferedReader(packed, BUFFER), raw.tell
        else:
            yield raw, raw.tell


def lines(path: Path, file: IO[bytes], start: int = 0) -> Iterator[bytes]:
    """Yield the lines of `file` from byte `start` on, with their ends; the first has its byte order mark still.

    A carriage return alone ends a line too. Raises `InvalidInputError` where the file is UTF-16.
    """
    if start:
        file.seek(start)
    for number, line in enumerate(file):
        if not number and not start and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise InvalidInputError(f"{path} is UTF-16; save it as UTF-8")
        at = line.find(b"\r")
        if at < 0 or line[at:] == b"\r\n":
            yield line
        else:
            yield from line.splitlines(keepends=True)


def utf8_fault(text: str | bytes) -> str | None:
    """Return what is wrong with a text if it was not UTF-8; in a `str`, such bytes are lone surrogates."""
    line = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        place = len(line[: error.start].decode()) + 1
        return f"not UTF-8 (byte 0x{line[error.start]:02x} at character {place})"
    return None
