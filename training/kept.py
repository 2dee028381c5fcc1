"""Articles aside: in memory while they are few, in a file without a name where they are many."""

import os
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Sequence
from typing import Any, overload

import msgspec
import numpy as np

from model.article import Article
from model.errors import FileError

IN_MEMORY = 16_000_000  # bytes; beyond that the texts go to the folder for temporary files


class Rows(Sequence[Article]):
    """Some of a sequence's articles, by row numbers (N,), each fetched when it is asked for."""

    def __init__(self, articles: Sequence[Article], rows: Iterable[int]) -> None:
        self.rows = np.fromiter(rows, np.intp)
        self.articles = articles
        if isinstance(articles, Rows):  # a part of a part is a part of the whole
            self.articles, self.rows = articles.articles, articles.rows[self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Article: ...
    @overload
    def __getitem__(self, place: slice) -> "Rows": ...
    def __getitem__(self, place: int | slice) -> "Article | Rows":
        if isinstance(place, slice):
            return Rows(self.articles, self.rows[place])
        return self.articles[int(self.rows[place])]


class Joined(Sequence[Article]):
    """Two sequences of articles, one behind the other."""

    def __init__(self, first: Sequence[Article], second: Sequence[Article]) -> None:
        self.first, self.second = first, second

    def __len__(self) -> int:
        return len(self.first) + len(self.second)

    @overload
    def __getitem__(self, place: int) -> Article: ...
    @overload
    def __getitem__(self, place: slice) -> Rows: ...
    def __getitem__(self, place: int | slice) -> Article | Rows:
        if isinstance(place, slice):
            return Rows(self, range(len(self))[place])
        place = range(len(self))[place]
        return self.first[place] if place < len(self.first) else self.second[place - len(self.first)]


class Kept(Sequence[Article]):
    """Articles that can be added to at the end and read in any order; 8 bytes of memory each once they are many.

    The file has no name, so that it is gone with the process, however that ends. Reading moves no file position:
    threads and forked processes may share it. Raises `FileError` where the texts cannot be written or read again.
    """

    def __init__(self) -> None:
        self._ends = array("q", [0])
        self._file: Any = None
        self._written = 0
        self._unwritten = bytearray()
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Article).decode

    def append(self, article: Article) -> None:
        """Add an article."""
        self._unwritten += self._encode(article)
        self._ends.append(self._written + len(self._unwritten))
        if len(self._unwritten) > IN_MEMORY:
            self._write()

    def _write(self) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="topicdesk-", buffering=0)  # noqa: SIM115  # kept open
                weakref.finalize(self, self._file.close)
            rest = memoryview(self._unwritten)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise FileError(
                f"the articles cannot be put aside in {tempfile.gettempdir()}, which takes as much room as their texts "
                f"(TMPDIR names another folder): {error.strerror}"
            ) from error
        self._written += len(self._unwritten)
        self._unwritten = bytearray()

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> Article: ...
    @overload
    def __getitem__(self, place: slice) -> Rows: ...
    def __getitem__(self, place: int | slice) -> Article | Rows:
        if isinstance(place, slice):
            return Rows(self, range(len(self))[place])
        place = range(len(self))[place]
        start, end = self._ends[place], self._ends[place + 1]
        if start >= self._written:
            return self._decode(memoryview(self._unwritten)[start - self._written : end - self._written].tobytes())
        try:
            return self._decode(os.pread(self._file.fileno(), end - start, start))
        except OSError as error:
            raise FileError(f"the articles put aside cannot be read again: {error.strerror}") from error
