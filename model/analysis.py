"""Text to terms: fold characters, cut tokens, drop stop words, cut passages, join neighbours.

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
PASSAGE = 45
CODE = "{}[]=;<>_|\\"  # characters that programs are made of and news is not


class Analyser(enum.StrEnum):
    """The ways of analysing text that the code knows; a model file names one of them."""

    ENGLISH_PASSAGES = "english-1-2-grams-passages-45"


class Token(NamedTuple):
    """A folded token and where it stands: `start` and `end` are code point offsets into the original text."""

    term: str
    start: int
    end: int


def fold_char(char: str) -> str:
    """Return the letters and digits of one code point, a space for a separator, nothing for a lone mark."""
    whole = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    kept = "".join(c for c in whole if c.isalnum())
    if kept:
        return kept
    return "" if unicodedata.category(char)[0] == "M" else " "


class _Table(dict[int, str]):
    """A table for `str.translate` that fills itself as code points turn up."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold_char(chr(code))
        return folded


class _Shape(dict[int, str]):
    """Like `_Table`, but one character for one: `x` inside a token, a space between tokens."""

    def __missing__(self, code: int) -> str:
        self[code] = shape = " " if fold_char(chr(code)) == " " else "x"
        return shape


_FOLDED, _SHAPE = _Table(), _Shape()


def fold(text: str) -> str:
    """Return `text` with all but letters and digits turned to spaces, without case, accents and compatibility forms."""
    return text.translate(_FOLDED)


def words(text: str) -> list[str]:
    """Return the folded tokens of `text` of two characters or more, stop words among them."""
    return [token for token in fold(text).split() if len(token) >= MIN_TOKEN]


def content(tokens: Iterable[str]) -> list[str]:
    """Return the tokens that are not stop words."""
    return [token for token in tokens if token not in ENGLISH]


def terms(tokens: list[str]) -> list[str]:
    """Return the 1-grams and 2-grams of a list of content tokens."""
    return tokens + list(map(" ".join, pairwise(tokens)))


def cuts(count: int) -> list[int]:
    """Return where to cut `count` content tokens into equal passages of about `PASSAGE`, one passage at the least."""
    parts = max(1, (2 * count + PASSAGE) // (2 * PASSAGE))
    return [count * n // parts for n in range(parts + 1)]


def passages(title: list[str], body: list[str]) -> list[list[str]]:
    """Return the terms of each passage of an article, given the content tokens of its title and text.

    The title goes with the first passage. No 2-gram joins title and text, or two passages.
    """
    first, *others = (terms(body[start:end]) for start, end in pairwise(cuts(len(body))))
    return [terms(title) + first, *others]


def locate(text: str, *, cut: bool) -> Iterator[Token]:
    """Yield every occurrence of every term of a title, or with `cut` of a text, with its place, in reading order."""
    tokens = [
        Token(term, *match.span())
        for match in re.finditer("x+", text.translate(_SHAPE))
        if len(term := text[slice(*match.span())].translate(_FOLDED)) >= MIN_TOKEN and term not in ENGLISH
    ]
    apart = set(cuts(len(tokens))) if cut else set()
    for n, token in enumerate(tokens):
        yield token
        if n > 0 and n not in apart:
            before = tokens[n - 1]
            yield Token(f"{before.term} {token.term}", before.start, token.end)
