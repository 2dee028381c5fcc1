"""What a person types into the search box, as a query of either database's full-text index.

Words have all to be there; "words in quotes" stand side by side, `word*` begins with, `-word` must not be there.
"""

import re
from typing import NamedTuple

from model import analysis
from model.errors import InvalidInputError

MAX_TERMS = 32
PART = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


class Term(NamedTuple):
    """A word, or several side by side, as typed; the last may be the beginning of one."""

    text: str
    begins: bool
    excluded: bool


def parse(text: str) -> list[Term]:
    """Return the terms of a query. Raises `InvalidInputError` where none has to be there, or there are too many."""
    terms = []
    for minus, phrase, bare in PART.findall(text.replace("\0", " ")):
        if analysis.fold(phrase or bare).strip():
            terms.append(Term(phrase or bare.rstrip("*"), bare.endswith("*"), bool(minus)))
    if all(term.excluded for term in terms):
        raise InvalidInputError("`q` holds no word to look for")
    if len(terms) > MAX_TERMS:
        raise InvalidInputError(f"`q` holds more than {MAX_TERMS} words")
    return terms


def fts5(terms: list[Term]) -> str:
    """Return the terms in the words of SQLite's FTS5."""
    wanted, excluded = (
        [f'"{term.text.replace(chr(34), " ")}"{" *" if term.begins else ""}' for term in terms if term.excluded is no]
        for no in (False, True)
    )
    return "(" + " AND ".join(wanted) + ")" + "".join(f" NOT {term}" for term in excluded)


def tsquery(terms: list[Term], *, side_by_side: bool = True) -> str:
    """Return the terms in the words of PostgreSQL's `to_tsquery`, folded as the index is.

    Without `side_by_side` what may find more: the words anywhere, whatever else is there.
    """
    parts = []
    for term in terms:
        # nothing but letters and digits is left, so nothing needs escaping
        if term.excluded and not side_by_side:
            continue
        words = (" <-> " if side_by_side else " & ").join(f"'{word}'" for word in analysis.fold(term.text).split())
        parts.append(f"{'!' if term.excluded else ''}({words}{':*' if term.begins else ''})")
    return " & ".join(parts)
