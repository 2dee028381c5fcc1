from datetime import date, timedelta

from service.desk.timeline import HEIGHT, MOST_BARS, WIDTH, bars
from service.handlers.stories import StoryDay

FIRST = date(2026, 3, 1)


def test_days_without_articles_are_bars_without_height() -> None:
    drawn = bars([StoryDay(FIRST, 4, 1), StoryDay(FIRST + timedelta(2), 2, 2)])
    assert [(bar.first.day, bar.articles, bar.height, bar.own) for bar in drawn] == [
        (1, 4, HEIGHT, HEIGHT / 4), (2, 0, 0, 0), (3, 2, HEIGHT / 2, HEIGHT / 2)
    ]  # fmt: skip


def test_a_long_story_has_bars_of_several_days_that_lose_nothing() -> None:
    days = [StoryDay(FIRST + timedelta(n), 1, 1) for n in range(400)]
    drawn = bars(days)
    assert len(drawn) <= MOST_BARS
    assert sum(bar.articles for bar in drawn) == 400
    assert drawn[-1].last == days[-1].date
    assert drawn[-1].x + drawn[-1].width <= WIDTH


def test_no_days_are_no_bars() -> None:
    assert bars([]) == []
