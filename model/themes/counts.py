"""How often each term stands in each article, in columns that do not depend on the order of the articles."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.stories.engine import Stems
from model.stories.frequencies import Frequencies

IN_TITLE = 2  # how often a word of the title counts


@dataclass(frozen=True)
class Counts:
    """Counts (N, V) of terms, in alphabetical order."""

    table: sparse.csr_matrix
    terms: list[str]


def count(texts: Sequence[Stems]) -> Counts:
    """Return how often each stem stands in each text."""
    rows = [_counted(one) for one in texts]
    terms = sorted(set().union(*rows))
    column = {term: n for n, term in enumerate(terms)}
    starts = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.fromiter((column[term] for row in rows for term in row), np.int32, starts[-1])
    values = np.fromiter((n for row in rows for n in row.values()), np.float64, starts[-1])
    table = sparse.csr_matrix((values, columns, starts), (len(rows), len(terms)))
    table.sort_indices()  # so that sums are always made in one order
    return Counts(table, terms)


def _counted(text: Stems) -> Counter[str]:
    found = Counter(text.body)
    for stem in text.title:
        found[stem] += IN_TITLE
    return found


def background(frequencies: Frequencies, terms: Sequence[str]) -> NDArray[np.float64]:
    """Return in how many articles of a background each term is (V,)."""
    known = dict(zip(frequencies.terms, frequencies.counts, strict=True))
    return np.array([known.get(term, 0) for term in terms], np.float64)
