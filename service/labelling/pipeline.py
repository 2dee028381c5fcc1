"""Chunks through workers, in order and with no more than a few under way: memory stays as it is for any file."""

import os
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, Protocol, Self

from model.errors import TopicdeskError
from service.labelling.chunks import Chunk
from service.labelling.work import Piece, Work


class Executor(AbstractContextManager["Executor"], Protocol):
    """Where chunks are labelled: threads of this process, or others; leaving it gives up what is under way."""

    workers: int

    def submit(self, chunk: Chunk) -> "Future[Piece]":
        """Have a chunk labelled."""
        ...


class Threads(Executor):
    """Threads of this process: the scorer, gzip and Parquet's encoders let others run meanwhile."""

    def __init__(self, work: Work, workers: int) -> None:
        self.workers = workers
        self._work, self._halt = work, threading.Event()
        self._pool = ThreadPoolExecutor(workers, "label")

    def submit(self, chunk: Chunk) -> "Future[Piece]":
        """Have a chunk labelled."""
        return self._pool.submit(self._work.label, chunk, self._halt.is_set)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._halt.set()
        self._pool.shutdown(cancel_futures=True)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def run(chunks: Iterator[Chunk], executor: Executor, write: Callable[[Chunk, Piece], None]) -> None:
    """Have chunks labelled and pass the pieces to `write`, in order."""
    waiting: deque[tuple[Chunk, Future[Piece]]] = deque()
    for chunk in chunks:
        waiting.append((chunk, executor.submit(chunk)))
        if len(waiting) > 2 * executor.workers:
            _write_next(waiting, write)
    while waiting:
        _write_next(waiting, write)


def _write_next(waiting: "deque[tuple[Chunk, Future[Any]]]", write: Callable[[Chunk, Piece], None]) -> None:
    chunk, future = waiting.popleft()
    try:
        piece = future.result()
    except TopicdeskError:
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = f"unexpected {type(error).__name__} in {place.filename}, line {place.lineno}"
        raise TopicdeskError(f"the rows from {chunk.first} on could not be labelled: {what}") from error
    write(chunk, piece)
