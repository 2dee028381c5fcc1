"""A story day by day."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

EPOCH = date(1970, 1, 1)
FIRST, LAST = (date.min - EPOCH).days, (date.max - EPOCH).days


@dataclass(frozen=True, slots=True)
class Day:
    """What a story had on one day (UTC): all articles, and those that are no copies; None stands for no date."""

    date: date | None
    articles: int
    independent: int


def timeline(articles: Iterable[tuple[float, bool]]) -> list[Day]:
    """Return the days on which a story had articles, in order, undated ones last.

    Each article is its day since 1970, NaN where it has none (`similarity.day`), and whether it is a copy.
    """
    counts: dict[int | None, list[int]] = {}
    for day, copy in articles:
        found = counts.setdefault(None if math.isnan(day) else _whole(day), [0, 0])
        found[0] += 1
        found[1] += not copy
    dated = sorted(day for day in counts if day is not None)
    days = [Day(EPOCH + timedelta(day), *counts[day]) for day in dated]
    return days + ([Day(None, *counts[None])] if None in counts else [])


def _whole(day: float) -> int:
    """Return a day of the calendar, which an offset can lead out of in the years 1 and 9999."""
    return min(max(math.floor(day), FIRST), LAST)
