"""Evidence as marks in a text: which words spoke for a topic, which against, and how loudly."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from model import analysis
from model.evidence import Evidence

MARK = Markup('<mark class="step-{}{}" title="{:+.2f}">{}</mark>')
STEPS = (0.08, 0.3, 0.6)  # of the loudest word; what is below the first is not marked


class Piece(NamedTuple):
    """A piece of a text: a word with its `weight` in log-odds and a `step` of loudness from 1 to 3, else both 0."""

    text: str
    weight: float
    step: int


def marked(title: str, text: str, evidence: Iterable[Evidence]) -> tuple[list[Piece], list[Piece]]:
    """Return a title and a text in pieces, by the evidence for one topic; a pair's weight goes half to each word."""
    pieces: dict[str, list[Evidence]] = {"title": [], "text": []}
    for one in evidence:
        pieces[one.field].append(one)
    words = {name: _words(whole, pieces[name]) for name, whole in (("title", title), ("text", text))}
    loudest = max((abs(weight) for part in words.values() for weight in part.values()), default=0)
    return _cut(title, words["title"], loudest), _cut(text, words["text"], loudest)


def markup(pieces: Iterable[Piece]) -> Markup:
    """Return pieces of a text as HTML."""
    return Markup("").join(
        MARK.format(piece.step, " against" if piece.weight < 0 else "", piece.weight, piece.text)
        if piece.step else piece.text
        for piece in pieces
    )  # fmt: skip


def _words(text: str, pieces: Sequence[Evidence]) -> dict[tuple[int, int], float]:
    """Return the weight of each word by its place."""
    tokens = [(token.start, token.end) for token in analysis.locate(text, cut=False) if " " not in token.term]
    begin, finish = {place[0]: place for place in tokens}, {place[1]: place for place in tokens}
    weights = defaultdict[tuple[int, int], float](float)
    for one in pieces:
        for place in (begin[one.start], finish[one.end]):
            weights[place] += one.weight / 2
    return weights


def _cut(text: str, words: dict[tuple[int, int], float], loudest: float) -> list[Piece]:
    pieces, at = list[Piece](), 0
    for (start, end), weight in sorted(words.items()):
        if step := sum(abs(weight) >= share * loudest for share in STEPS) if weight else 0:
            pieces += [Piece(text[at:start], 0, 0), Piece(text[start:end], weight, step)]
            at = end
    return [piece for piece in (*pieces, Piece(text[at:], 0, 0)) if piece.text]
