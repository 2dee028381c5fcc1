"""Text to terms: fold characters, cut tokens, drop stop words, join neighbours.

Every code point is folded by itself (Unicode compatibility decomposition, case folding, marks dropped), never by its
context. So a term depends on nothing but its own letters, offsets into the original text are exact, and a compiled
kernel can do the same from a table.
"""

import enum
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from model.stopwords import ENGLISH

MIN_TOKEN = 2


class Analyser(enum.StrEnum):
    """The ways of analysing text that the code knows; a model file names one of them."""

    ENGLISH_1_2_GRAMS = "english-1-2-grams"


class Token(NamedTuple):
    """A folded token and where it stands: `start` and `end` are code point offsets into the original text."""

    term: str
    start: int
    end: int


def _fold(char: str) -> str:
    """Return the letters and digits of one code point, a space for a separator, nothing for a lone mark."""
    whole = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    kept = "".join(c for c in whole if c.isalnum())
    if kept:
        return kept
    return "" if unicodedata.category(char)[0] == "M" else " "


class _Table(dict[int, str]):
    """A table for `str.translate` that fills itself as code points turn up."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


class _Shape(dict[int, str]):
    """Like `_Table`, but one character for one: `x` inside a token, a space between tokens."""

    def __missing__(self, code: int) -> str:
        self[code] = shape = " " if _fold(chr(code)) == " " else "x"
        return shape


_FOLDED, _SHAPE = _Table(), _Shape()


def words(text: str) -> list[str]:
    """Return the folded tokens of `text` of two characters or more, stop words among them."""
    return [token for token in text.translate(_FOLDED).split(" ") if len(token) >= MIN_TOKEN]


def content(tokens: Iterable[str]) -> list[str]:
    """Return the tokens that are not stop words."""
    return [token for token in tokens if token not in ENGLISH]


def terms(tokens: list[str]) -> list[str]:
    """Return the 1-grams and 2-grams of a list of content tokens."""
    return tokens + list(map(" ".join, pairwise(tokens)))


def locate(text: str) -> Iterator[Token]:
    """Yield every occurrence of every term of `text` with its place: what `terms` returns, in reading order."""
    before: Token | None = None
    for match in re.finditer("x+", text.translate(_SHAPE)):
        start, end = match.span()
        term = text[start:end].translate(_FOLDED)
        if len(term) < MIN_TOKEN or term in ENGLISH:
            continue
        token = Token(term, start, end)
        yield token
        if before is not None:
            yield Token(f"{before.term} {term}", before.start, end)
        before = token
