"""A theme as it is told."""

from collections.abc import Callable

import msgspec

from model.themes.theme import Theme

DIGITS = 4  # of a place on a map, and of a weight


class Term(msgspec.Struct, frozen=True):
    """A term that sets a theme apart, as articles write it, and by how much."""

    term: str
    weight: float


class DrawnTheme(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of stories inside a topic, None where there are no topics.

    `articles` counts all, `independent` the texts that are no copies, `stories` the events; `x` and `y` (-1 to 1) are
    its middle on the map of its topic; `exemplars` are ids of the articles that are most like the theme as a whole.
    """

    id: str
    topic: str | None
    label: str
    terms: list[Term]
    articles: int
    independent: int
    stories: int
    x: float
    y: float
    exemplars: list[str]


def told(theme: Theme, topic: str | None, name: Callable[[int], str]) -> DrawnTheme:
    """Return a theme as it is told; `name` gives the id of the article at a place. Its own id names the topic too."""
    return DrawnTheme(
        id=theme.id if topic is None else f"{topic}-{theme.id}",
        topic=topic,
        label=theme.label,
        terms=[Term(term, round(weight, DIGITS)) for term, weight in theme.terms],
        articles=len(theme.articles),
        independent=theme.independent,
        stories=theme.stories,
        x=round(theme.x, DIGITS),
        y=round(theme.y, DIGITS),
        exemplars=[name(place) for place in theme.exemplars],
    )
