"""What stays the same from one division to the next, when articles have come in between: ids, and the map's turn."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes
from scipy.optimize import linear_sum_assignment

from model.themes.space import Points

SAME = 1 / 3  # of the articles of two themes that both hold, from which on they are the same theme
LEAST = 3  # places that a map is turned by


def ids(former: Sequence[str | None], of: Sequence[int], number: int) -> list[str]:
    """Return the ids of themes 0 to `number` - 1: that of the former theme which each goes on, else one that is free.

    `former` (N,) and `of` (N,) are each article's former theme and present one, None or -1 where it has none. Pairs are
    chosen for the most shared articles over all (the assignment problem), among those that share a third of theirs.
    Articles that are new or gone count on neither side.
    """
    names = sorted({name for name in former if name is not None})
    row = {name: n for n, name in enumerate(names)}
    both = [(row[name], theme) for name, theme in zip(former, of, strict=True) if name is not None and theme >= 0]
    shared = np.zeros((len(names), number))
    if both:
        np.add.at(shared, tuple(np.array(both).T), 1)
    union = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0) - shared
    shared[shared < SAME * union] = 0
    found = {int(n): names[old] for old, n in zip(*linear_sum_assignment(-shared), strict=True) if shared[old, n]}
    free = (name for n in range(1, len(names) + number + 1) if (name := f"t{n}") not in row)
    return [found[n] if n in found else next(free) for n in range(number)]


def turn(places: Points, former: Points) -> NDArray[np.float64]:
    """Return the rotation, perhaps with a reflection, (2, 2) that brings places (N, 2) nearest to their former ones.

    NaN is where an article has no place (orthogonal Procrustes; Schönemann 1966). The middle and the scale stay.
    """
    both = ~np.isnan(places).any(axis=1) & ~np.isnan(former).any(axis=1)
    if both.sum() < LEAST:
        return np.eye(places.shape[1])
    return np.asarray(orthogonal_procrustes(places[both], former[both])[0])
