import random
from datetime import date

import pytest

from model.article import Article
from model.errors import InvalidInputError
from model.stories.online import Stories
from tests.model.stories import texts


def filled(published: str | None = None) -> Stories[int]:
    stories: Stories[int] = Stories()
    stories.add_all(enumerate(texts.articles(published)))
    stories.tidy()
    return stories


def together(stories: Stories[int]) -> set[frozenset[int]]:
    return {frozenset(story.keys()) for story in stories.stories.values()}


THREE = {frozenset({n, n + 3, n + 6}) for n in range(3)}


def test_reports_find_their_story_in_any_order_and_any_portions() -> None:
    for seed in range(5):
        rows = list(enumerate(texts.articles()))
        random.Random(seed).shuffle(rows)
        stories: Stories[int] = Stories()
        for row in rows if seed % 2 else []:
            stories.add(*row)
        stories.add_all([] if seed % 2 else rows)
        stories.tidy()
        assert together(stories) == THREE


def test_a_second_report_is_told_where_it_went() -> None:
    stories: Stories[str] = Stories()
    rows = texts.articles()
    first, second = stories.add("a", rows[0]), stories.add("b", rows[3])
    assert (first.new, second.new) == (True, False)
    assert first.story == second.story == stories.story_of("b")


def test_a_copy_is_told_and_moves_along_but_does_not_count() -> None:
    stories = filled()
    for n in range(1000):
        placed = stories.add_all([(100 + n, texts.articles()[0])])[0]
        assert (placed.story, placed.new, placed.original) == (stories.story_of(0), False, 0)
    assert stories.index.sizes[stories.stories[placed.story].slot] == 3
    new = stories.split(placed.story, [500])
    assert stories.story_of(0) == stories.story_of(100) == new


def test_the_same_id_twice_is_refused_and_leaves_nothing_behind() -> None:
    stories = filled()
    with pytest.raises(InvalidInputError):
        stories.add_all([(50, texts.articles()[0]), (3, texts.articles()[0])])
    assert not stories.knows(50)


def test_a_manual_merger_lasts_and_the_old_number_leads_to_it() -> None:
    stories = filled()
    dam, vote = stories.story_of(0), stories.story_of(1)
    kept = stories.merge(vote, dam)
    assert kept == min(dam, vote)
    stories.tidy(everything=True)
    assert stories.find(dam) == stories.find(vote) == stories.story_of(7) == stories.story_of(6) == kept


def test_a_manual_split_lasts() -> None:
    stories = filled()
    old = stories.story_of(0)
    new = stories.split(old, [6])
    stories.tidy(everything=True)
    stories.tidy(everything=True)
    assert stories.story_of(6) == new
    assert stories.story_of(0) == stories.story_of(3) == old
    assert stories.merge(old, new) == old


@pytest.mark.parametrize("keys", [[], [0, 3, 6], [1], [99]])
def test_a_split_that_makes_no_sense_is_refused(keys: list[int]) -> None:
    stories = filled()
    with pytest.raises(InvalidInputError):
        stories.split(stories.story_of(0), keys)
    assert together(stories) == THREE


def test_quiet_stories_close_and_their_slots_are_used_again() -> None:
    stories = filled("2026-01-10")
    slots = {story.slot for story in stories.stories.values()}
    undated = stories.add(20, Article(text="A lighthouse keeper in Skerrow has retired after forty years.")).story
    day = (date(2026, 1, 11) - date(1970, 1, 1)).days
    assert len(stories.close(before=day)) == 3
    assert list(stories.stories) == [undated]
    assert not stories.knows(0)
    again = stories.add_all(enumerate(texts.articles("2026-03-01")))
    assert min(placed.story for placed in again) > undated
    assert slots <= {story.slot for story in stories.stories.values()}
    stories.tidy()
    assert together(stories) >= THREE


def test_an_article_from_the_future_closes_nothing_and_stands_alone() -> None:
    stories = filled("2026-01-10")
    future = Article(title=texts.DAM[1][0], text=texts.DAM[1][1] + " More to come.", published="2190-01-01")
    stories.add(30, Article(title="Orvane", text="The Orvane dam in Teslin cracked.", published="2190-01-01"))
    stories.add(31, future)
    stories.tidy()
    assert stories.story_of(30) not in {stories.story_of(n) for n in range(9)}
    assert stories.story_of(0) == stories.story_of(3)


def test_empty_texts_are_stories_of_their_own() -> None:
    stories = filled()
    placed = stories.add_all([(40 + n, Article(text=text)) for n, text in enumerate(["", "", " .", "the and"])])
    assert all(p.new for p in placed)
    stories.tidy(everything=True)
    assert together(stories) == THREE | {frozenset({n}) for n in range(40, 44)}


def test_a_restart_puts_everything_back() -> None:
    before = filled("2026-01-10")
    copy = before.add(100, texts.articles("2026-01-10")[0])
    after: Stories[int] = Stories()
    for key, article in [*enumerate(texts.articles("2026-01-10")), (100, texts.articles("2026-01-10")[0])]:
        after.restore(key, article, before.story_of(key))
    assert together(after) == together(before)
    assert after.story_of(100) == copy.story
    assert after.add(200, Article(text="Rain delayed the cup final in Dorne.")).story > max(before.stories)


def test_tidying_an_empty_or_unchanged_index_does_nothing() -> None:
    assert not Stories[int]().tidy().merged
    stories = filled()
    stories.tidy()
    tidied = stories.tidy()
    assert not tidied.merged
    assert not tidied.moved
