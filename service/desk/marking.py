"""Evidence marked in a text: which stretches of it spoke for a topic or against it, and how strongly."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from model.evidence import Evidence

FAINTEST = 0.15  # of the weight of the heaviest stretch: what weighs less stays unmarked, as most words weigh something
STRONG, CLEAR = 0.6, 0.25


class Segment(NamedTuple):
    """A stretch of a text: `kind` is `for`, `against` or empty, `strength` from 1 to 3, and 0 where it is unmarked."""

    text: str
    kind: str = ""
    strength: int = 0


class Marked(NamedTuple):
    """An article's title and text in segments, their marks on one scale."""

    title: list[Segment]
    text: list[Segment]


def article(title: str | None, text: str, pieces: Iterable[Evidence]) -> Marked:
    """Return an article with its evidence for one topic marked."""
    of: dict[str, list[Evidence]] = {"title": [], "text": []}
    for piece in pieces:
        of[piece.field].append(piece)
    most = heaviest([(title or "", of["title"]), (text, of["text"])])
    return Marked(segments(title or "", of["title"], most), segments(text, of["text"], most))


def segments(text: str, pieces: Iterable[Evidence], heaviest: float | None = None) -> list[Segment]:
    """Return a text cut into segments that together are the text again, by its evidence for one topic.

    Where pieces overlap, as a word and a pair of words that holds it do, their weights add up. `heaviest` is the weight
    (log-odds) that counts as full strength, that of the heaviest stretch of this text where it is None. Offsets outside
    the text are cut to it.
    """
    stretches = _stretches(text, pieces)
    most = heaviest or max((abs(weight) for _, _, weight in stretches), default=0.0)
    found: list[Segment] = []
    place = 0
    for start, end, weight in stretches:
        strength = _strength(abs(weight) / most) if most else 0
        if strength:
            found += [Segment(text[place:start])] if start > place else []
            found.append(Segment(text[start:end], "for" if weight > 0 else "against", strength))
            place = end
    return found + ([Segment(text[place:])] if place < len(text) else [])


def heaviest(parts: Iterable[tuple[str, Sequence[Evidence]]]) -> float:
    """Return the weight of the heaviest stretch of several texts, so that their marks are alike."""
    weights = [abs(weight) for text, pieces in parts for _, _, weight in _stretches(text, pieces)]
    return max(weights, default=0.0)


def _stretches(text: str, pieces: Iterable[Evidence]) -> list[tuple[int, int, float]]:
    """Return the stretches that evidence covers, in order and apart from each other, each with its summed weight."""
    changes: dict[int, float] = {}
    depth: dict[int, int] = {}
    for piece in pieces:
        start, end = (min(max(place, 0), len(text)) for place in (piece.start, piece.end))
        if start < end:
            for place, sign in ((start, 1), (end, -1)):
                changes[place] = changes.get(place, 0.0) + sign * piece.weight
                depth[place] = depth.get(place, 0) + sign
    found: list[tuple[int, int, float]] = []
    weight, covering = 0.0, 0
    for start, end in pairwise(sorted(changes)):
        weight, covering = weight + changes[start], covering + depth[start]
        if covering and text[start:end].strip():
            found.append((start, end, weight))
    return _joined(text, found)


def _joined(text: str, stretches: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """Join neighbours of one weight with nothing but space between: a pair of words is one mark."""
    found: list[tuple[int, int, float]] = []
    for start, end, weight in stretches:
        if found and abs(found[-1][2] - weight) < 1e-12 and not text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], end, weight)
        else:
            found.append((start, end, weight))
    return found


def _strength(share: float) -> int:
    return 0 if share < FAINTEST else 1 if share < CLEAR else 2 if share < STRONG else 3
