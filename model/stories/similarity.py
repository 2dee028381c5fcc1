"""How near stories are: the mean cosine of their articles, less the further apart they are in time.

The mean over all pairs is the product of the stories' mean vectors *as they are*. Bringing those to length 1 first
(the usual centroid cosine) flatters large, loose stories, and was far worse on real ones (docs/stories.md).
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.stories import engine
from model.stories.engine import Vector

GRACE, FADE = 3.0, 10.0
DAY = 86_400.0
Days = NDArray[np.float64]


def day(published: str | None) -> float:
    """Return a date as days since 1970, NaN where there is none; a time without a zone counts as UTC."""
    if published is None:
        return float("nan")
    time = datetime.fromisoformat(published)
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    try:
        return time.timestamp() / DAY
    except (OverflowError, ValueError):  # year 1 or 9999, which the offset moves out of the calendar
        return float(time.toordinal() - datetime(1970, 1, 1).toordinal())


def decay(one: Days, other: Days) -> Days:
    """Return the factor by which similarity falls between spans of days: 1 up to `GRACE`, then e-fold by `FADE` more.

    Both are (..., 2) first and last day; what counts is the gap between the spans, so that a story that runs for weeks
    stays open to what comes next. Where a date is missing nothing is known, and the factor is 1.
    """
    gap = np.maximum(one[..., 0] - other[..., 1], other[..., 0] - one[..., 1])
    return np.where(np.isnan(gap), 1.0, np.exp(-np.maximum(gap - GRACE, 0.0) / FADE))


def matrix(vectors: Sequence[Vector], terms: int) -> sparse.csr_matrix:
    """Return vectors as the rows of a float32 matrix (N, terms)."""
    starts, columns, values = engine.best().rows(vectors)
    return sparse.csr_matrix((values, columns, starts), (len(vectors), terms))


def span(days: Days | float) -> Days:
    """Return single days (...) as spans (..., 2)."""
    return np.stack([days, days], axis=-1)
