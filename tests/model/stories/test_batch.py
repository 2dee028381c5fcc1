import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from model.article import Article
from model.stories import batch
from tests.model.stories import texts


def test_reports_of_one_event_share_a_story() -> None:
    assert batch.cluster(texts.articles()).story.tolist() == [0, 1, 2] * 3


def test_order_does_not_change_who_is_with_whom() -> None:
    order = np.random.default_rng(1).permutation(9)
    story = batch.cluster([texts.articles()[n] for n in order]).story
    assert len({(int(n) % 3, int(s)) for n, s in zip(order, story, strict=True)}) == 3


def test_wire_copies_are_collapsed_and_follow_their_original() -> None:
    one, *others = texts.articles()
    edited = Article(title="Updated", text=one.text.replace("Monday", "Tuesday").replace(",", " -"))
    found = batch.cluster([one, *others, edited, edited])
    assert found.original.tolist() == [*range(9), 0, 0]
    assert found.story[9] == found.story[10] == found.story[0]


def test_a_thousand_copies_are_one_story_of_one_text() -> None:
    found = batch.cluster([texts.articles()[0]] * 1000)
    assert set(found.story) == set(found.original) == {0}


def test_nothing_in_nothing_out() -> None:
    assert batch.cluster([]).story.tolist() == []


def test_texts_without_words_are_stories_of_their_own() -> None:
    found = batch.cluster([Article(text=text) for text in ("", " ", "the of and", "!?", "")])
    assert found.story.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31T23:59:59-12:00", "2031-05-01", "2026-01-01T10:00Z"])
def test_any_date_may_stand_beside_none(published: str) -> None:
    dated = texts.articles(published)
    mixed = [dated[n] if n % 2 else texts.articles()[n] for n in range(9)]
    assert batch.cluster(mixed).story.tolist() == [0, 1, 2] * 3


def test_the_same_words_years_apart_are_another_story() -> None:
    before, after = texts.articles("2020-03-01"), texts.articles("2024-03-01")
    assert set(batch.cluster([before[0], after[3]]).story) == {0, 1}
    assert set(batch.cluster([before[0], before[3]]).story) == {0}


def test_every_process_draws_the_same() -> None:
    code = (
        "from model.stories import batch; from tests.model.stories import texts\n"
        "found = batch.cluster(texts.articles() * 2)\n"
        "print([(v.terms.tolist(), v.values.tolist()) for v in found.vectors], found.story.tolist())"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[3],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
