"""From one division to the next: ids go on, and the map is turned back."""

import random

import numpy as np
import pytest

from model.article import Article
from model.stories import features
from model.stories.frequencies import Frequencies
from model.themes import identity
from model.themes.draw import draw
from model.themes.theme import Former, Text, Themes
from tests.model.themes import texts


def test_ids_go_to_the_themes_that_share_most() -> None:
    former = ["t1"] * 6 + ["t2"] * 4 + ["t5"] * 3 + [None] * 5
    of = [1] * 5 + [0] * 5 + [2] * 3 + [0, 1, 2, 3, -1]
    assert identity.ids(former, of, 4) == ["t2", "t1", "t5", "t3"]


def test_what_shares_too_little_is_new() -> None:
    assert identity.ids(["t1"] * 9, [0] * 3 + [1] * 3 + [2] * 3, 3) == ["t1", "t2", "t3"]
    # no id of a theme that has just ended is given to another
    assert identity.ids(["t1"] * 12, [0, 1, 2, 3] * 3, 4) == ["t2", "t3", "t4", "t5"]
    assert identity.ids([None, None], [0, 1], 2) == ["t1", "t2"]
    assert identity.ids(["t3"], [-1], 0) == []


def test_a_split_theme_goes_on_in_its_larger_part() -> None:
    assert identity.ids(["t1"] * 10 + ["t2"] * 5, [2] * 4 + [0] * 6 + [1] * 5, 3) == ["t1", "t2", "t3"]


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_map_is_turned_back(mirrored: bool) -> None:
    former = np.random.default_rng(1).standard_normal((20, 2))
    angle = 2.0
    turned = former @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = turned[:, ::-1] if mirrored else turned
    former[3] = turned[5] = np.nan
    back = turned @ identity.turn(turned, former)
    both = ~np.isnan(back + former)
    assert np.allclose(back[both], former[both])
    assert np.array_equal(identity.turn(turned, np.full((20, 2), np.nan)), np.eye(2))


def _texts(articles: list[Article], before: dict[str, Former]) -> list[Text]:
    return [Text(one, features.stems(one), one.id, one.id, before.get(str(one.id))) for one in articles]


def _told(articles: list[Article], found: Themes) -> dict[str, Former]:
    return {
        str(one.id): Former(None if n is None else found.themes[n].id, *spot)
        for one, n, spot in zip(articles, found.of, found.places.tolist(), strict=True)
    }


def test_themes_and_map_stay_while_articles_come_in() -> None:
    everything = texts.articles(25)
    random.Random(4).shuffle(everything)
    articles = everything[:75]
    # what was told before had its own ids, and its map stood on its head
    first = _told(articles, draw(_texts(articles, {}), Frequencies()))
    names = {"t1": "t4", "t2": "t1", "t3": "t6", "t4": "t2", "t5": "t3", "t6": "t5"}
    before = {key: Former(names[one.theme or ""], -(one.y or 0), one.x) for key, one in first.items()}
    again = draw(_texts(articles, before), Frequencies())
    assert {key: one.theme for key, one in _told(articles, again).items()} == {k: o.theme for k, o in before.items()}
    assert [theme.stories for theme in again.themes] == sorted((t.stories for t in again.themes), reverse=True)
    for size in (80, 85, 90):
        now = _told(everything[:size], draw(_texts(everything[:size], before), Frequencies()))
        assert np.mean([now[key].theme == one.theme for key, one in before.items()]) > 0.9
        assert {one.theme for one in now.values()} == {f"t{n}" for n in range(1, 7)}
        moved = [np.hypot(now[key].x - one.x, now[key].y - one.y) for key, one in before.items()]  # type: ignore[operator]
        assert np.mean(moved) < 0.25
        before = now


def test_the_middle_of_a_theme_is_turned_with_its_articles() -> None:
    articles = texts.articles(20)
    first = draw(_texts(articles, {}), Frequencies())
    before = {key: Former(one.theme, one.y, one.x) for key, one in _told(articles, first).items()}
    again = draw(_texts(articles, before), Frequencies())
    assert np.allclose(again.places, first.places[:, ::-1])
    for old, new in zip(first.themes, again.themes, strict=True):
        assert new.id == old.id
        assert (new.x, new.y) == pytest.approx((old.y, old.x))
