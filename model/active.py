"""Active learning: which articles teach a model most when a person judges them.

Uncertainty sampling by entropy (Settles 2009, Active Learning Literature Survey, 2.1) picks what the model cannot tell;
maximal marginal relevance (Carbonell and Goldstein 1998) keeps the picked ones from being all of one kind.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

VARIETY = 0.5
SAME = 0.9

Vector = Mapping[int, float]


def uncertainty(probabilities: Iterable[float]) -> float:
    """Return the entropy in bits of independent topics: 0 where all are sure, their number where none is."""
    return sum(_entropy(p) for p in probabilities)


def _entropy(p: float) -> float:
    return -sum(q * math.log2(q) for q in (p, 1 - p) if q > 0)


def choose(uncertainties: Sequence[float], vectors: Sequence[Vector], count: int) -> list[int]:
    """Return which `count` of N articles to judge, in order, by their uncertainties (N) and sparse vectors (N).

    Each is the one of highest uncertainty (in parts of the highest there is) less its highest cosine to those before
    it, both weighing the same. Of near duplicates (a cosine of `SAME` or more) one is chosen.
    """
    scale = max(uncertainties, default=0) or 1.0
    lengths = [math.sqrt(sum(value * value for value in vector.values())) for vector in vectors]
    nearest = [0.0] * len(vectors)
    left, chosen = set(range(len(vectors))), list[int]()
    while left and len(chosen) < count:
        best = max(left, key=lambda n: ((1 - VARIETY) * uncertainties[n] / scale - VARIETY * nearest[n], -n))
        chosen.append(best)
        left.discard(best)
        for n in list(left):
            if lengths[n] and lengths[best]:
                cosine = _dot(vectors[n], vectors[best]) / (lengths[n] * lengths[best])
                nearest[n] = max(nearest[n], cosine)
                if cosine >= SAME:
                    left.discard(n)
    return chosen


def _dot(one: Vector, other: Vector) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other[n] for n, value in one.items() if n in other)
