"""Stories merged and split by hand, and what the processes that place make of it."""

import pytest
import sqlalchemy as sa

from model.classifier import Classifier
from model.errors import ConflictError, InvalidInputError, NotFoundError
from service.handlers import redraw, stories
from service.handlers.redraw import MergeRequest, SplitRequest
from service.store.schema import story, story_apart, story_pin
from tests.service.stories.conftest import Open, events, keep


def test_merged_stories_take_articles_as_one(follower: Open, classifier: Classifier) -> None:
    sent = events(3, 6)
    one, other = follower(), follower()
    told = dict(zip((each.id for each in sent[:9]), keep(one, classifier, *sent[:9]), strict=True))
    keep(other, classifier)
    names = [str(told[f"e{event}-0"]) for event in range(3)]
    low, middle, high = sorted(names)
    parameters = classifier.parameters
    assert redraw.merge(one, high, MergeRequest(middle), parameters).id == middle
    for number, process in enumerate((one, other, follower())):
        part = sent[9 + 3 * number : 12 + 3 * number]
        placed = {
            str(told[f"{str(each.id)[:2]}-0"]): to
            for each, to in zip(part, keep(process, classifier, *part), strict=True)
        }
        assert placed == {low: low, middle: middle, high: middle}
    assert redraw.merge(other, high, MergeRequest(low), parameters).id == low  # it has become the middle one
    assert stories.one(one.database, high) == stories.one(one.database, middle) == stories.Moved(low)
    found = stories.one(one.database, low)
    assert isinstance(found, stories.StoryDetail)
    assert (found.articles, found.independent) == (18, 18)
    assert found.lead is not None
    with pytest.raises(ConflictError):
        redraw.merge(one, high, MergeRequest(low), parameters)
    with pytest.raises(NotFoundError):
        redraw.merge(one, "s-99", MergeRequest(low), parameters)


def test_a_split_takes_copies_along_and_is_remembered(follower: Open, classifier: Classifier) -> None:
    sent = [each for each in events(1, 4) if each.id != "e0-3"]
    late = next(each for each in events(1, 4) if each.id == "e0-3")
    one, other = follower(), follower()
    assert {*keep(one, classifier, *sent)} == {"s-1"}
    keep(other, classifier)
    parted = redraw.split(one, "s-1", SplitRequest(["e0-4"]), classifier.parameters)
    assert (parted.story.id, parted.new.id) == ("s-1", "s-2")
    assert [member.id for member in parted.new.members] == ["e0-4", "e0-0"]
    assert (parted.new.articles, parted.new.independent) == (2, 1)
    with one.database.read() as connection:
        assert connection.execute(story_apart.select()).all() == [(1, 2)]
        assert connection.scalar(sa.select(sa.func.count()).select_from(story_pin)) == 4
        assert connection.scalar(sa.select(story.c.label).where(story.c.seq == 2)) != ""
    placed = keep(other, classifier, late)
    with one.database.write() as connection:
        pass
    assert placed[0] in ("s-1", "s-2")
    for wrong in ([], ["e0-0"], ["e0-1", "e0-2", "e0-3"] if placed == ["s-1"] else ["e0-1", "e0-2"]):
        with pytest.raises(InvalidInputError):
            redraw.split(one, "s-1", SplitRequest(wrong), classifier.parameters)
    with pytest.raises(NotFoundError):
        redraw.split(one, "s-1", SplitRequest(["none"]), classifier.parameters)
    redraw.merge(other, "s-2", MergeRequest("s-1"), classifier.parameters)
    with one.database.read() as connection:
        assert connection.execute(story_apart.select()).all() == []
