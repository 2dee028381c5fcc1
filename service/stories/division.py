"""The last divisions of a process: so that one is not made twice, and the next one keeps its ids and its map's turn."""

import threading
from collections import OrderedDict
from collections.abc import Collection
from typing import NamedTuple

from model.themes.theme import Former
from service.stories.theme import DrawnTheme

REMEMBERED = 16  # divisions of a process
GOES_ON = 0.5  # of the articles of two divisions that both hold, from which on the later goes on the earlier


class Division(NamedTuple):
    """Themes by the places of articles in a list: each one's theme, None where it has none, and place on the map.

    `former` is what each article, by its key in the database, gets as it is drawn, for the next division. `scope` is
    what divisions must share for one to go on another: the database and the topic.
    """

    scope: tuple[str, str]
    themes: list[DrawnTheme]
    of: list[str | None]
    places: list[tuple[float | None, float | None]]
    former: dict[int, Former]


class Remembered:
    """The last divisions, by what they were made of; no text and no title is in them."""

    def __init__(self) -> None:
        self.drawing = threading.Lock()  # one at a time: two would only take the processor from each other
        self._kept: OrderedDict[str, Division] = OrderedDict()

    def get(self, key: str) -> Division | None:
        """Return the division of that key, if it is remembered."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: str, division: Division) -> None:
        """Remember a division, and forget what is more than `REMEMBERED`, the longest unused first."""
        self._kept[key] = division
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)

    def former(self, scope: tuple[str, str], seqs: Collection[int]) -> dict[int, Former]:
        """Return the division that shares most articles with these, if it is half of both; of equals, the last used.

        It need not be of the same time: whoever asks for 90 days up to now asks for another time at every look.
        """
        best, found = GOES_ON, dict[int, Former]()
        now = set(seqs)
        for division in list(self._kept.values()):
            if division.scope == scope and division.former:
                shared = len(now & division.former.keys()) / len(now | division.former.keys())
                if shared >= best:
                    best, found = shared, division.former
        return found
