"""Fair clocks: rivals take turns, medians count, one processor for everybody."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

CPUS = sorted(os.sched_getaffinity(0))
SERVER, CLIENT = CPUS[0], CPUS[-1]


@contextmanager
def pinned(*cpus: int) -> Iterator[None]:
    """Keep this thread, and what it starts, on some processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def take_turns(
    ways: Mapping[str, Callable[[], Any]], check: Mapping[str, Callable[[Any], None]], rounds: int
) -> dict[str, float]:
    """Return the median seconds of each way; every answer is checked, outside the clock."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for name, way in ways.items():  # what is made at first use is made before the clock runs
        check[name](way())
    for _ in range(rounds):
        for name, way in ways.items():
            begin = time.perf_counter()
            answers = way()
            taken[name].append(time.perf_counter() - begin)
            check[name](answers)
    return {name: statistics.median(times) for name, times in taken.items()}
