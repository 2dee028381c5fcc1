"""Lines over time, one for each series."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from service.desk.charts.frame import LEFT, RIGHT, WIDTH, Frame, make


class Series(NamedTuple):
    """Values over time, None where there is none; `kind` is the CSS class that says what it is."""

    name: str
    kind: str
    values: Sequence[float | None]


class Dot(NamedTuple):
    """A value's place; `title` says it in words."""

    x: float
    y: float
    title: str


class Line(NamedTuple):
    """A series drawn: `paths` (SVG path data) are broken where values miss, `open` leads to a time not over yet."""

    name: str
    kind: str
    paths: list[str]
    open: str
    dots: list[Dot]


class Chart(NamedTuple):
    """The plane and what is drawn in it."""

    frame: Frame
    lines: list[Line]


def draw(
    series: Sequence[Series], names: Sequence[str], write: Callable[[float], str], *, last_open: bool = False
) -> Chart:
    """Draw series (each of as many values as there are names); `last_open` where the last time is not over yet."""
    places = spread(len(names))
    most = max((value for one in series for value in one.values if value is not None), default=0.0)
    frame = make(most, places, names, write)
    return Chart(frame, [_line(one, places, names, frame, write, last_open=last_open) for one in series])


def spread(count: int) -> list[float]:
    """Return the x of so many times, from edge to edge."""
    if count < 2:
        return [round((LEFT + WIDTH - RIGHT) / 2, 2)] * count
    return [round(LEFT + (WIDTH - RIGHT - LEFT) * n / (count - 1), 2) for n in range(count)]


def _line(
    one: Series,
    places: Sequence[float],
    names: Sequence[str],
    frame: Frame,
    write: Callable[[float], str],
    *,
    last_open: bool,
) -> Line:
    paths, run, dots = list[str](), list[Dot](), list[Dot]()
    closed = len(places) - 1 if last_open else len(places)
    for n, value in enumerate(one.values):
        if value is None or n == closed:
            paths += _path(run)
            run = []
        if value is not None:
            dot = Dot(places[n], frame.y(value), f"{one.name}, {names[n]}: {write(value)}")
            dots.append(dot)
            if n < closed:
                run.append(dot)
    paths += _path(run)
    ends = dots[-2:] if last_open and len(one.values) > 1 and None not in one.values[-2:] else []
    return Line(one.name, one.kind, paths, "".join(_path(ends)), dots)


def _path(run: Sequence[Dot]) -> list[str]:
    return ["M" + "L".join(f"{dot.x:g},{dot.y:g}" for dot in run)] if len(run) > 1 else []
