"""What a division into themes is."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.article import Article
from model.stories.engine import Stems


class Former(NamedTuple):
    """What an article got from the division before: its theme's id and its place, None where it had none."""

    theme: str | None
    x: float | None
    y: float | None


class Text(NamedTuple):
    """An article to be divided: its words, what it shares with its copies, its story, and what it was before."""

    article: Article
    stems: Stems
    original: Hashable
    story: Hashable
    former: Former | None = None


@dataclass(frozen=True)
class Theme:
    """A theme by the places of its articles. `id` is that of the former theme that it goes on, if it goes on one.

    `articles` are all in order, and `exemplars`, of different stories, nearest its centre.

    `terms` are as articles write them, each with its log-odds (`weights`), the highest first; `independent` counts
    texts that are no copies. `x` and `y` are the middle of its stories on the map.
    """

    id: str
    label: str
    terms: list[tuple[str, float]]
    articles: list[int]
    independent: int
    stories: int
    exemplars: list[int]
    x: float
    y: float


@dataclass(frozen=True)
class Themes:
    """Themes, the largest (in stories) first; `of[n]` is the place of article n's in `themes`, None where it has none.

    `places` (N, 2) are the articles on the map, none further than 1 from its middle, NaN where one has no place.
    """

    themes: list[Theme]
    of: list[int | None]
    places: NDArray[np.float64]
