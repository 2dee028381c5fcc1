"""What every chart has: a plane with ticks up and names across."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 420.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 14.0, 10.0, 26.0
TICKS = 4
LEAST_APART, ASIDE = 62.0, 22.0  # names across stand so far apart at least, and more where one ends at its place


class Tick(NamedTuple):
    """A value's line across, and how the value is written."""

    y: float
    text: str


class Name(NamedTuple):
    """What stands below a place; `anchor` is SVG's text-anchor."""

    x: float
    text: str
    anchor: str


class Frame(NamedTuple):
    """The plane, from 0 to `most`, and what is written around it."""

    most: float
    ticks: list[Tick]
    names: list[Name]

    def y(self, value: float) -> float:
        """Return how far down a value is."""
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / self.most), 2)


def make(most: float, places: Sequence[float], names: Sequence[str], write: Callable[[float], str]) -> Frame:
    """Return a plane that holds 0 to at least `most`, with as many of the names as there is room for, the last always.

    `places` are the x of the names.
    """
    step = _step(most / TICKS) if most > 0 else 1.0
    top = step * max(1, math.ceil(most / step - 1e-9))
    frame = Frame(top, [], [])
    ticks = [Tick(frame.y(n * step), write(n * step)) for n in range(round(top / step) + 1)]
    return Frame(top, ticks, _some(places, names))


def _step(rough: float) -> float:
    """Return the least of 1, 2, 2.5 and 5 times a power of ten that is no less."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * (1 - 1e-9))


def _some(places: Sequence[float], names: Sequence[str]) -> list[Name]:
    found: list[Name] = []
    for x, name in zip(reversed(places), reversed(names), strict=True):
        if not found or found[-1].x - x >= LEAST_APART + (ASIDE if found[-1].anchor == "end" else 0):
            anchor = "end" if x > WIDTH - RIGHT - 20 else "start" if x < LEFT + 10 else "middle"
            found.append(Name(x, name, anchor))
    return found[::-1]
