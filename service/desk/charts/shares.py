"""Shares of a whole over time, stacked to a bar for each time."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from service.desk.charts.frame import LEFT, RIGHT, WIDTH, Frame, make
from service.desk.charts.lines import Series

GAP = 0.25  # of the room for a bar


class Piece(NamedTuple):
    """A part of a bar; `title` says it in words."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


class Chart(NamedTuple):
    """The plane and the parts of its bars."""

    frame: Frame
    pieces: list[Piece]


def draw(series: Sequence[Series], names: Sequence[str], write: Callable[[float], str]) -> Chart:
    """Draw shares (0 to 1), the first series at the bottom; a time that has none of them has no bar."""
    room = (WIDTH - RIGHT - LEFT) / max(1, len(names))
    places = [round(LEFT + room * (n + 0.5), 2) for n in range(len(names))]
    frame = make(1.0, places, names, write)
    pieces = []
    for n, name in enumerate(names):
        below = 0.0
        for one in series:
            share = one.values[n] or 0.0
            if share > 0:
                top, bottom = frame.y(below + share), frame.y(below)
                title = f"{one.name}, {name}: {write(share)}"
                width, x = round(room * (1 - GAP), 2), round(places[n] - room * (1 - GAP) / 2, 2)
                pieces.append(Piece(x, top, width, round(bottom - top, 2), one.kind, title))
            below += share
    return Chart(frame, pieces)
