from datetime import date

import pytest

from model.article import Article
from model.stories import batch
from model.stories.frequencies import Frequencies
from model.stories.label import label
from model.stories.similarity import day
from model.stories.timeline import Day, timeline
from tests.model.stories import texts


def test_a_label_says_what_sets_a_story_apart_as_it_is_written() -> None:
    frequencies, articles = Frequencies(), texts.articles()
    vectors = batch.cluster(articles, frequencies).vectors
    chosen = [0, 3, 6]
    found = label([articles[n] for n in chosen], [vectors[n] for n in chosen], frequencies)
    assert {"Orvane", "dam"} <= set(found.terms)
    assert len(found.terms) == 5
    assert found.lead in range(3)
    assert str(found) == ", ".join(found.terms)


def test_a_story_without_words_has_a_lead_and_no_terms() -> None:
    article = Article(text="")
    assert label([article], batch.cluster([article]).vectors, Frequencies()).terms == []
    with pytest.raises(ValueError, match="at least one"):
        label([], [], Frequencies())


def test_days_are_in_order_and_copies_told_apart() -> None:
    rows = [(1.9, False), (0.5, False), (1.0, True), (float("nan"), False)]
    assert timeline(rows) == [Day(date(1970, 1, 1), 1, 1), Day(date(1970, 1, 2), 2, 1), Day(None, 1, 1)]


def test_an_offset_leads_no_day_out_of_the_calendar() -> None:
    ends = [day("0001-01-01T00:00+14:00"), day("0001-01-01"), day("9999-12-31T23:59-12:00")]
    assert timeline((end, False) for end in ends) == [Day(date.min, 2, 2), Day(date.max, 1, 1)]
