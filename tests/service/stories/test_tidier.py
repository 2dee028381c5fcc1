import random

import sqlalchemy as sa

from model.article import Article
from model.classifier import Classifier
from service.handlers import redraw, stories
from service.handlers.redraw import MergeRequest, SplitRequest
from service.store.schema import article, story
from tests.service.stories.conftest import Open, events, keep


def bridged() -> list[Article]:
    """Two articles with little in common, and what lies between them: only then one sees that they are one story."""
    rng = random.Random(2)
    words = [f"word{n}" for n in range(60)]
    texts = [words[:30], words[30:], *(rng.sample(words, 50) for _ in range(6))]
    return [Article(id=f"b{n}", text=" ".join(text)) for n, text in enumerate(texts)]


def test_what_was_placed_too_early_is_mended_everywhere(follower: Open, classifier: Classifier) -> None:
    one, other = follower(), follower()
    sent = bridged()
    told = keep(one, classifier, *sent[:2]) + keep(other, classifier, *sent[2:])
    assert {*told[:2]} == {"s-1", "s-2"}
    with one.write(classifier.parameters) as writing:
        assert writing.tidy() != []
    with one.database.read() as connection:
        (left,) = set(connection.scalars(sa.select(article.c.story)))
        rows = connection.execute(story.select().order_by(story.c.seq)).all()
    assert [row.merged_into for row in rows if row.seq != left] == [left]
    assert isinstance(stories.one(other.database, f"s-{3 - left}"), stories.Moved)
    late = Article(id="late", text=" ".join(f"word{n}" for n in range(5, 55)))
    assert keep(other, classifier, late) == [f"s-{left}"]
    with other.write(classifier.parameters) as writing:
        assert writing.tidy() == []


def test_tidying_keeps_to_what_people_decided(follower: Open, classifier: Classifier) -> None:
    one, other = follower(), follower()
    sent = events(2, 4)
    keep(one, classifier, *sent)
    redraw.merge(one, "s-1", MergeRequest("s-2"), classifier.parameters)
    parted = redraw.split(one, "s-1", SplitRequest(["e0-1"]), classifier.parameters)
    keep(other, classifier, Article(id="more", text=str(sent[0].text) + " more words than before"))
    for process in (one, other, follower()):
        with process.write(classifier.parameters) as writing:
            writing._live.stories.touched.update(writing._live.stories.stories)
            writing.tidy()
        with process.database.read() as connection:
            places = dict(connection.execute(sa.select(article.c.id, article.c.story)).all())
        assert places["e0-1"] == int(parted.new.id[2:])
        assert {places[str(each.id)] for each in sent if each.id != "e0-1"} == {1}
