"""An article as a sparse vector of length 1, in which what a story turns on weighs most.

Title, lead and full text are weighted apart, (1 + ln tf) * idf each brought to length 1, and added: one vector and so
one product a pair, and as good as a mixture of three cosines. Only single words: pairs of words did not help.
"""

import re

import numpy as np

from model import boilerplate
from model.article import Article
from model.stories import engine, interpreted
from model.stories.engine import Stems
from model.stories.frequencies import Frequencies
from model.stories.interpreted import strongest

Vector = engine.Vector
TITLE, LEAD, FULL = 0.3, 0.6, 0.5
LEAD_WORDS = 250
KEPT = 100
SPARE = 200
# UTF-8 quotation marks and dashes that somebody read as Latin-1 or Windows-1252; they would stick to the word before
MOJIBAKE = re.compile("\u00e2(?:\u0080[\u0090-\u00bf]|\u20ac[\u2018-\u201d\u0090-\u00bf\u2122\u0153\u02dc\u00a6])")


EMPTY = interpreted.Vector(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.float32))


def stems(article: Article) -> Stems:
    """Return an article's content words, stemmed, without the site's last paragraphs."""
    title, text = article.title or "", article.text
    if "\u00e2" in text or "\u00e2" in title:
        return engine.best().analyse(MOJIBAKE.sub("'", title), MOJIBAKE.sub("'", boilerplate.trim(text)), True)
    return engine.best().analyse(title, text, False)


def vectors(article: Stems, frequencies: Frequencies) -> tuple[Vector, Vector]:
    """Return an article's vector with terms to spare, and the one that counts; all its terms get numbers."""
    return frequencies.table.vectors(article, (TITLE, LEAD, FULL), LEAD_WORDS, SPARE, KEPT)


def vector(article: Stems, frequencies: Frequencies) -> Vector:
    """Return an article's vector of `KEPT` terms at most; all its terms get numbers."""
    return frequencies.table.vectors(article, (TITLE, LEAD, FULL), LEAD_WORDS, KEPT, KEPT)[1]


def refresh(old: Vector, frequencies: Frequencies) -> Vector:
    """Return a vector with today's word frequencies; which terms it has, and how its fields compare, stays."""
    idf = frequencies.idf(old.terms).astype(np.float32)
    return engine.best().vector(*strongest(old.terms, old.values * idf / old.idf, idf, len(idf)))


def narrow(wide: Vector) -> Vector:
    """Return the vector that counts, of `KEPT` terms, of one that keeps some to `SPARE` for other days' frequencies."""
    return engine.best().vector(*strongest(wide.terms, wide.values, wide.idf, KEPT))
