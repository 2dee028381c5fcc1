"""When a feed is asked again: after its span, later each time in a row that it failed, never sooner than it allows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import SystemRandom

DAY = timedelta(days=1)
LONGEST_WAIT = timedelta(days=30)
_uniform = SystemRandom().uniform


def following(
    now: datetime, every: float, failures: int = 0, after: float | None = None,
    spread: Callable[[float, float], float] = _uniform,
) -> datetime:  # fmt: skip
    """Return when to ask next. `every` is in seconds, `after` the least (seconds) that the server asked to wait.

    The span doubles with each failure in a row, up to a day; it varies by a tenth either way, so that feeds that were
    added together, or failed together, drift apart.
    """
    most = max(DAY, timedelta(seconds=every))
    span = min(timedelta(seconds=min(every * 2 ** min(failures, 30), most.total_seconds())) * spread(0.9, 1.1), most)
    return now + max(span, timedelta(seconds=min(after or 0.0, LONGEST_WAIT.total_seconds())))
