"""A story's days as bars: pure geometry, in the units of an SVG view box."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from service.handlers.stories import StoryDay

WIDTH, HEIGHT, GAP = 720, 96, 0.18
MOST_BARS = 60


class Bar(NamedTuple):
    """One bar: the days it stands for, its articles, and where it is drawn, independent texts below the copies."""

    first: datetime.date
    last: datetime.date
    articles: int
    independent: int
    x: float
    width: float
    height: float
    own: float


def bars(days: Iterable[StoryDay]) -> list[Bar]:
    """Return bars from the first day to the last, days without articles among them.

    A story of more than 60 days has bars of several days each.
    """
    counts = {day.date: day for day in days}
    if not counts:
        return []
    first, last = min(counts), max(counts)
    length = (last - first).days + 1
    step = -(-length // MOST_BARS)
    spans = [(first + datetime.timedelta(n), min(step, length - n)) for n in range(0, length, step)]
    sums = [_sum(counts, start, number) for start, number in spans]
    most = max(articles for articles, _ in sums)
    wide = min(WIDTH / len(spans), 48)
    return [
        Bar(
            start, start + datetime.timedelta(number - 1), articles, own,
            round(wide * (n + GAP / 2), 2), round(wide * (1 - GAP), 2),
            round(HEIGHT * articles / most, 2), round(HEIGHT * own / most, 2),
        )
        for n, ((start, number), (articles, own)) in enumerate(zip(spans, sums, strict=True))
    ]  # fmt: skip


def _sum(counts: dict[datetime.date, StoryDay], start: datetime.date, number: int) -> tuple[int, int]:
    days = [counts[day] for n in range(number) if (day := start + datetime.timedelta(n)) in counts]
    return sum(day.articles for day in days), sum(day.independent for day in days)
