"""An article as a sparse vector of length 1, in which what a story turns on weighs most.

Title, lead and full text are weighted apart, (1 + ln tf) * idf each brought to length 1, and added: one vector and so
one product a pair, and as good as a mixture of three cosines. Only single words: pairs of words did not help.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import analysis, boilerplate
from model.article import Article
from model.stories.frequencies import Frequencies
from model.stories.stem import stem

TITLE, LEAD, FULL = 0.3, 0.6, 0.5
LEAD_WORDS = 250
KEPT = 100
SPARE = 200
# UTF-8 quotation marks and dashes that somebody read as Latin-1 or Windows-1252; they would stick to the word before
MOJIBAKE = re.compile("\u00e2(?:\u0080[\u0090-\u00bf]|\u20ac[\u2018-\u201d\u0090-\u00bf\u2122\u0153\u02dc\u00a6])")


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """The weightiest terms of a text: `terms` (K,) int32, ascending; `values` (K,) float32.

    Of length 1, or empty where a text has no content words. `idf` (K,) float32 is what the values were made with.
    """

    terms: NDArray[np.int32]
    values: NDArray[np.float32]
    idf: NDArray[np.float32]

    def dot(self, other: "Vector") -> float:
        """Return the cosine with another vector."""
        _, mine, its = np.intersect1d(self.terms, other.terms, assume_unique=True, return_indices=True)
        return float(self.values[mine] @ other.values[its])


EMPTY = Vector(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Stems:
    """The stemmed content words of an article's title and text."""

    title: list[str]
    body: list[str]

    def distinct(self) -> list[str]:
        """Return each term once, in order: that of a set would number terms differently in every process."""
        return list(dict.fromkeys([*self.title, *self.body]))


def stems(article: Article) -> Stems:
    """Return an article's content words, stemmed, without the site's last paragraphs."""
    return Stems(_stems(article.title or ""), _stems(boilerplate.trim(article.text)))


def vector(article: Stems, frequencies: Frequencies, kept: int = KEPT) -> Vector:
    """Return an article's vector of `kept` terms at most; all its terms must be known to `frequencies`."""
    number = frequencies.number
    title, body = ([number[term] for term in part] for part in (article.title, article.body))
    full = Counter(title + body)
    idf = dict(zip(full, frequencies.idf(full), strict=True))
    total: dict[int, float] = dict.fromkeys(full, 0.0)
    for weight, counts in ((TITLE, Counter(title)), (LEAD, Counter(title + body[:LEAD_WORDS])), (FULL, full)):
        values = {n: idf[n] if k == 1 else (1 + math.log(k)) * idf[n] for n, k in counts.items()}
        scale = weight / (math.hypot(*values.values()) or 1.0)
        for n, value in values.items():
            total[n] += scale * value
    terms = np.fromiter(total, np.int32, len(total))
    values_ = np.fromiter(total.values(), np.float32, len(total))
    return _vector(terms, values_, np.fromiter(idf.values(), np.float32, len(idf)), kept)


def refresh(old: Vector, frequencies: Frequencies) -> Vector:
    """Return a vector with today's word frequencies; which terms it has, and how its fields compare, stays."""
    idf = np.array(frequencies.idf(old.terms.tolist()), np.float32)
    return _vector(old.terms, old.values * idf / old.idf, idf, len(idf))


def narrow(wide: Vector) -> Vector:
    """Return the vector that counts, of `KEPT` terms, of one that keeps some to `SPARE` for other days' frequencies."""
    return _vector(wide.terms, wide.values, wide.idf, KEPT)


def _vector(terms: NDArray[np.int32], values: NDArray[np.float32], idf: NDArray[np.float32], kept: int) -> Vector:
    """Return the vector of the weightiest terms; of equal weights the lower term numbers are kept."""
    if len(terms) > kept:
        chosen = np.lexsort((terms, -values))[:kept]
        terms, values, idf = terms[chosen], values[chosen], idf[chosen]
    order = np.argsort(terms)
    norm = np.float32(np.linalg.norm(values)) or np.float32(1)
    return Vector(terms[order], values[order] / norm, idf[order])


def _stems(text: str) -> list[str]:
    if "\u00e2" in text:
        text = MOJIBAKE.sub("'", text)
    return [stem(word) for word in analysis.content(analysis.words(text))]
