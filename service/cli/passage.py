"""The passage of an article that decided, its terms marked, for the terminal."""

import textwrap
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.evidence import Evidence
    from service.handlers.classify import Found

TERMS_MARKED, SENTENCES_SHOWN, AROUND = 12, 3, 60


def lines(article: "Found", topic: str, width: int) -> list[str]:
    """Return how a topic's log-odds came about and the text round its weightiest terms, at most `width` wide.

    A term for the topic stands as [+term], one against it as [-term].
    """
    assert isinstance(article.evidence, list)
    assert isinstance(article.baseline, dict)
    pieces = [piece for piece in article.evidence if piece.topic == topic]
    speaks_for = sum(piece.weight for piece in pieces if piece.weight > 0)
    against = sum(piece.weight for piece in pieces if piece.weight < 0)
    start = article.baseline[topic]
    shown = [
        f"{topic} {article.scores[topic]:.2f}: log-odds {start + speaks_for + against:+.2f} = "
        f"{start:+.2f} before any word, {speaks_for:+.2f} for, {against:+.2f} against"
    ]
    totals: defaultdict[str, float] = defaultdict(float)
    for piece in pieces:
        totals[piece.term] += abs(piece.weight)
    heavy = set(sorted(totals, key=lambda term: -totals[term])[:TERMS_MARKED])
    for field, text in (("title", article.title or ""), ("text", article.text)):
        marked = [piece for piece in pieces if piece.field == field and piece.term in heavy]
        shown += [f"... {part} ..." if field == "text" else part for part in _passages(text, marked)]
    return [line for part in shown for line in textwrap.wrap(part, width, subsequent_indent="    ")]


def _passages(text: str, pieces: "Sequence[Evidence]") -> list[str]:
    """Return the stretches of a text round its evidence, the overlapping ones joined, terms marked."""
    spans: list[tuple[int, int]] = []
    for piece in sorted(pieces, key=lambda piece: piece.start):
        start, end = _to_space(text, piece.start - AROUND), _to_space(text, piece.end + AROUND)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    heaviest = sorted(spans, key=lambda span: -sum(abs(p.weight) for p in pieces if span[0] <= p.start < span[1]))
    return [_mark(text, span, pieces) for span in sorted(heaviest[:SENTENCES_SHOWN])]


def _to_space(text: str, place: int) -> int:
    """Return the place of a space near one, so that no word is cut."""
    if place <= 0 or place >= len(text):
        return min(max(place, 0), len(text))
    return max(text.rfind(" ", 0, place), 0)


def _mark(text: str, span: tuple[int, int], pieces: "Sequence[Evidence]") -> str:
    out, place = [], span[0]
    for piece in sorted(pieces, key=lambda piece: (piece.start, -piece.end)):
        if place <= piece.start and piece.end <= span[1]:
            out += [text[place : piece.start], f"[{'+' if piece.weight > 0 else '-'}{text[piece.start : piece.end]}]"]
            place = piece.end
    return " ".join("".join([*out, text[place : span[1]]]).split())
