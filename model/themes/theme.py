"""What a division into themes is."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.article import Article
from model.stories.engine import Stems


class Text(NamedTuple):
    """An article to be divided: its words, what it shares with its copies, and its story."""

    article: Article
    stems: Stems
    original: Hashable
    story: Hashable


@dataclass(frozen=True)
class Theme:
    """A theme by the places of its articles: all in order, and `exemplars`, of different stories, nearest its centre.

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

    `places` (N, 2) are the articles on the map, each coordinate from -1 to 1, NaN where one has no place. `stability`
    (-0.5 to 1) is that of each number of themes that was tried.
    """

    themes: list[Theme]
    of: list[int | None]
    places: NDArray[np.float64]
    stability: dict[int, float]
