"""The loops of the stories in plain Python: what the compiled ones are held to, and what takes their place."""

import math
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model import analysis, boilerplate
from model.stories import engine
from model.stories.engine import COMMON, FEW, SAMPLE, SHARED, SHINGLE
from model.stories.stem import stem

LONGEST = 40  # what is longer is no word that comes again


@dataclass(frozen=True, slots=True)
class Stems:
    """See `engine.Stems`."""

    title: list[str]
    body: list[str]

    def distinct(self) -> list[str]:
        """Return each stem once, in order."""
        return list(dict.fromkeys([*self.title, *self.body]))


def analyse(title: str, text: str, whole: bool = False) -> Stems:
    """Return the stems of an article; with `whole` the site's last paragraphs among them."""
    return Stems(_stems(title), _stems(text if whole else boilerplate.trim(text)))


def join(title: Iterable[str], body: Iterable[str]) -> Stems:
    """Return stems that were made before."""
    return Stems(list(title), list(body))


def written(text: str, stems: Collection[str]) -> list[str]:
    """Return the words of a text, between white space, that hold one of some stems, in order."""
    wanted = frozenset(stems)
    return [
        word for word in text.split() if not wanted.isdisjoint(_held(word) if len(word) <= LONGEST else _stems(word))
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """See `engine.Vector`."""

    terms: NDArray[np.int32]
    values: NDArray[np.float32]
    idf: NDArray[np.float32]

    def dot(self, other: engine.Vector) -> float:
        """Return the cosine with another vector."""
        _, mine, its = np.intersect1d(self.terms, other.terms, assume_unique=True, return_indices=True)
        return float(self.values[mine] @ other.values[its])


def rows(vectors: Sequence[engine.Vector]) -> engine.Rows:
    """Return vectors as the rows of a matrix: where each starts, terms, values."""
    terms = [vector.terms for vector in vectors]
    starts = np.cumsum([0, *map(len, terms)]).astype(np.int32)
    values = [vector.values for vector in vectors]
    return starts, np.concatenate([np.empty(0, np.int32), *terms]), np.concatenate([np.empty(0, np.float32), *values])


class Terms:
    """See `engine.Terms`."""

    def __init__(self, terms: Sequence[str] = (), counts: Sequence[int] = (), texts: int = 0) -> None:
        self.texts = texts
        self.terms, self.counts = list(terms), list(counts)
        self._number = {term: n for n, term in enumerate(terms)}

    def __len__(self) -> int:
        return len(self.terms)

    def count(self, stems: engine.Stems) -> None:
        """Count one more article, whose new terms get numbers."""
        self.texts += 1
        self.register(stems)
        for term in stems.distinct():
            self.counts[self._number[term]] += 1

    def register(self, stems: engine.Stems) -> None:
        """Give an article's terms numbers without counting it."""
        number = self._number
        for term in stems.distinct():
            if term not in number:
                number[term] = len(self.terms)
                self.terms.append(term)
                self.counts.append(0)

    def named(self, numbers: ArrayLike) -> list[str]:
        """Return the terms of some numbers."""
        return [self.terms[n] for n in np.asarray(numbers).tolist()]

    def idf(self, numbers: ArrayLike) -> NDArray[np.float64]:
        """Return the smoothed inverse document frequency of each term number, 1 at the least."""
        counts, log, most = self.counts, math.log, 1 + math.log(1 + self.texts)
        return np.array([most - log(1 + counts[n]) for n in np.asarray(numbers).tolist()], np.float64)

    def vectors(
        self, stems: engine.Stems, weights: tuple[float, float, float], lead: int, wide: int, kept: int
    ) -> tuple[Vector, Vector]:
        """Return an article's `wide` weightiest terms and, of those, the `kept` weightiest."""
        self.register(stems)
        title, body = ([self._number[term] for term in part] for part in (stems.title, stems.body))
        full = Counter(title + body)
        idf = dict(zip(full, self.idf(list(full)).tolist(), strict=True))
        total: dict[int, float] = dict.fromkeys(full, 0.0)
        for weight, counts in zip(weights, (Counter(title), Counter(title + body[:lead]), full), strict=True):
            values = {n: idf[n] if k == 1 else (1 + math.log(k)) * idf[n] for n, k in counts.items()}
            scale = weight / (math.hypot(*values.values()) or 1.0)
            for n, value in values.items():
                total[n] += scale * value
        found = strongest(
            np.fromiter(total, np.int32, len(total)),
            np.fromiter(total.values(), np.float32, len(total)),
            np.fromiter(idf.values(), np.float32, len(idf)),
            wide,
        )
        return Vector(*found), Vector(*strongest(*found, kept))


Weighted = tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]


def strongest(terms: NDArray[np.int32], values: NDArray[np.float32], idf: NDArray[np.float32], kept: int) -> Weighted:
    """Return the weightiest terms, brought to length 1; of equal weights the lower term numbers are kept."""
    if len(terms) > kept:
        chosen = np.lexsort((terms, -values))[:kept]
        terms, values, idf = terms[chosen], values[chosen], idf[chosen]
    order = np.argsort(terms)
    norm = np.float32(np.linalg.norm(values)) or np.float32(1)
    return terms[order], values[order] / norm, idf[order]


class Sketches:
    """See `engine.Sketches`."""

    def __init__(self) -> None:
        self._holders: dict[int, list[int]] = {}
        self._prints: dict[int, frozenset[int]] = {}
        self._next = 0

    def add(self, stems: engine.Stems) -> int:
        """Return the original that a text is a copy of, a new number where it is none, -1 where it has no words."""
        found = self.find(stems)
        return self.keep(stems) if found < 0 else found

    def find(self, stems: engine.Stems) -> int:
        """Return the original that a text is a copy of, -1 where it is none."""
        found = self._find(_prints(stems))
        return -1 if found is None else found

    def keep(self, stems: engine.Stems) -> int:
        """Keep a text as an original, whatever it is like; return its number, -1 where it has no words."""
        if not (prints := _prints(stems)):
            return -1
        number, self._next = self._next, self._next + 1
        self._prints[number] = prints
        for mark in prints:
            self._holders.setdefault(mark, []).append(number)
        return number

    def forget(self, text: int) -> None:
        """Drop an original."""
        for mark in self._prints.pop(text, ()):
            holders = self._holders[mark]
            holders.remove(text)
            if not holders:
                del self._holders[mark]

    def _find(self, prints: frozenset[int]) -> int | None:
        shared: Counter[int] = Counter()
        counted = set[int]()
        for mark in prints:
            holders = self._holders.get(mark, ())
            if len(holders) <= COMMON:
                counted.add(mark)
                shared.update(holders)
        # of equals the earlier first
        for text, count in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:3]:
            if count >= SHARED * _least(counted, self._prints[text]):
                return text
        return None


def _prints(stems: engine.Stems) -> frozenset[int]:
    """Return the sketch of a text: hashes of its shingles; of a text too short for one, of the whole of it."""
    words = stems.body if len(stems.body) >= SHINGLE else stems.title + stems.body
    if not words:
        return frozenset()
    runs = [" ".join(words[n : n + SHINGLE]) for n in range(max(1, len(words) - SHINGLE + 1))]
    # zlib's, since Python's own hash differs from one process to the next
    marks = frozenset(zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in runs)
    sampled = _sample(marks)
    return sampled if len(marks) >= FEW and sampled else marks


def _sample(marks: Iterable[int]) -> frozenset[int]:
    return frozenset(mark for mark in marks if mark % SAMPLE == 0)


def _least(one: Collection[int], other: Collection[int]) -> int:
    """Return the number of marks of the smaller of two sketches; of a whole one beside a sample, of its sample.

    At least one, so that a sketch of which no mark counts is no copy of anything.
    """
    some, rest = _sample(one), _sample(other)
    if (len(some) == len(one)) != (len(rest) == len(other)):
        return max(2, min(len(some), len(rest)))
    return max(1, min(len(one), len(other)))


@lru_cache(maxsize=1 << 16)
def _held(word: str) -> tuple[str, ...]:
    return tuple(_stems(word))


def _stems(text: str) -> list[str]:
    return [stem(word) for word in analysis.content(analysis.words(text))]
