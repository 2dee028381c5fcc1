"""The map of a topic's themes as dots, a story each: pure geometry, in the units of an SVG view box."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from service.handlers.themes import Point, TopicThemes

SIDE, MARGIN = 640, 40
COLOURS = 12
MOST_DOTS = 1000
SMALLEST, LARGEST = 4.0, 16.0


class Dot(NamedTuple):
    """A story on the map: where it is, how large, and the place of its theme in the list, from 1 on.

    The colour, 1 to 12, is its theme's as long as that keeps its id.
    """

    story: str
    theme: int
    colour: int
    articles: int
    x: float
    y: float
    radius: float


class Middle(NamedTuple):
    """Where the number of a theme stands."""

    theme: int
    x: float
    y: float


class Drawing(NamedTuple):
    """The dots, the largest first so that none hides another; the themes' middles; each theme's stories by size.

    Of many stories the smallest, and of those the oldest, have no dot: `left_out` counts them.
    """

    dots: list[Dot]
    left_out: int
    middles: list[Middle]
    stories: dict[int, list[Dot]]


def draw(found: TopicThemes) -> Drawing:
    """Return a map as it is drawn; what has no place on it is left out."""
    numbers = {theme.id: (n, _colour(theme.id)) for n, theme in enumerate(found.themes, 1)}
    parts: defaultdict[str, list[Point]] = defaultdict(list)
    for point in found.points:
        if point.story is not None and point.x is not None and point.theme in numbers:
            parts[point.story].append(point)
    most = max(map(len, parts.values()), default=1)
    every = sorted((_dot(story, points, numbers, most) for story, points in parts.items()), key=lambda dot: -dot.radius)
    dots = every[:MOST_DOTS]
    stories: defaultdict[int, list[Dot]] = defaultdict(list)
    for dot in dots:
        stories[dot.theme].append(dot)
    middles = [Middle(numbers[theme.id][0], _place(theme.x), _place(-theme.y)) for theme in found.themes]
    return Drawing(dots, len(every) - len(dots), middles, dict(stories))


def _dot(story: str, points: Sequence[Point], numbers: dict[str, tuple[int, int]], most: int) -> Dot:
    theme, colour = Counter(numbers[str(point.theme)] for point in points).most_common(1)[0][0]
    x = sum(point.x or 0.0 for point in points) / len(points)
    y = sum(point.y or 0.0 for point in points) / len(points)
    radius = SMALLEST + (LARGEST - SMALLEST) * (math.sqrt(len(points)) - 1) / max(1.0, math.sqrt(most) - 1)
    return Dot(story, theme, colour, len(points), _place(x), _place(-y), round(min(radius, LARGEST), 1))


def _colour(theme_id: str) -> int:
    """Return one of the colours there are, by the number at the end of an id."""
    number = theme_id.rpartition("-t")[2]
    return (int(number) - 1) % COLOURS + 1 if number.isdecimal() else 1


def _place(coordinate: float) -> float:
    """Return where a coordinate from -1 to 1 is drawn."""
    return round(MARGIN + (coordinate + 1) / 2 * (SIDE - 2 * MARGIN), 1)
