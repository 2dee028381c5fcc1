from datetime import timedelta

import pytest
import sqlalchemy as sa

from model.classifier import Classifier
from service.handlers import articles
from service.settings import Settings
from service.store import articles as store
from service.store import placing
from service.store.columns import now
from service.store.schema import article, story, story_change
from tests.service.stories.conftest import Open, events, keep


def test_processes_that_take_turns_place_as_one(follower: Open, classifier: Classifier, database_url: str) -> None:
    one, other, third = follower(), follower(), follower()
    sent = events(8, 6)
    told = list[str | None]()
    for n in range(0, len(sent), 7):
        told += keep((one, other)[n // 7 % 2], classifier, *sent[n : n + 7])
    assert len(set(told)) == 8
    for event in range(8):
        stories = {name for name, kept in zip(told, sent, strict=True) if str(kept.id).startswith(f"e{event}-")}
        assert len(stories) == 1
    with third.database.read() as connection:  # what a single process makes of the same
        before = connection.execute(sa.select(article.c.id, article.c.story, article.c.original)).all()
    with third.database.write() as connection:
        connection.execute(article.update().values(original=None, story=None))
        for row in connection.execute(sa.select(article.c.id)).all():
            store.delete(connection, row.id)
        connection.execute(story.update().values(closed=now()))
    alone = keep(third, classifier, *sent)
    pairs = {(first, second) for first, second in zip(told, alone, strict=True)}
    assert len(pairs) == 8
    assert sum(row.original is not None for row in before) == 8


def test_a_restart_places_alike(follower: Open, classifier: Classifier) -> None:
    sent = events(5, 8)
    first = follower()
    told = keep(first, classifier, *sent[:30])
    later = keep(follower(), classifier, *sent[30:])
    by_event = dict(zip((str(one.id)[:2] for one in sent[:30]), told, strict=True))
    assert later == [by_event[str(one.id)[:2]] for one in sent[30:]]
    with first.database.read() as connection:
        copies = dict(connection.execute(sa.select(article.c.id, article.c.original)).all())
        places = dict(connection.execute(sa.select(article.c.id, article.c.seq)).all())
    for event in range(5):
        assert copies[f"e{event}-8"] == places[f"e{event}-0"]


def test_a_failed_transaction_leaves_nothing(follower: Open, classifier: Classifier) -> None:
    sent = events(3, 3)
    one, other = follower(), follower()
    keep(one, classifier, sent[0])
    news = [articles.prepare(each, each.id or "", classifier, Settings()) for each in sent[1:]]

    def fail() -> None:
        with one.write(classifier.parameters) as writing:
            writing.place(store.created(news, store.add(writing.connection, news)))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with one.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(story)) == 1
    in_between = keep(other, classifier, *sent[1:5])
    rest = keep(one, classifier, *sent[5:])
    found = {str(each.id)[:2]: name for each, name in zip(sent[1:5], in_between, strict=True)}
    for each, name in zip(sent[5:], rest, strict=True):
        assert found.setdefault(str(each.id)[:2], name) == name
    assert sorted(filter(None, found.values())) == ["s-1", "s-2", "s-3"]


def test_deleting_an_original_leaves_its_copies_together(follower: Open, classifier: Classifier) -> None:
    sent = [each for each in events(2, 3) if str(each.id).startswith("e0-")]
    again = next(each for each in events(2, 3) if each.id == "e0-0")
    one, other = follower(), follower()
    keep(one, classifier, *sent)
    keep(other, classifier)
    articles.delete(other.database, "e0-0")
    for process in (one, other):
        (name,) = keep(process, classifier, again)
        assert name == "s-1"
        with process.database.read() as connection:
            originals = dict(
                connection.execute(sa.select(article.c.id, article.c.original).where(article.c.story == 1)).all()
            )
            places = dict(connection.execute(sa.select(article.c.id, article.c.seq)).all())
        assert originals == {"e0-1": None, "e0-2": None, "e0-3": None, "e0-0": places["e0-3"]}
        articles.delete(process.database, "e0-0")
    for name in ("e0-1", "e0-2", "e0-3"):
        articles.delete(one.database, name)
    with one.database.read() as connection:
        row = connection.execute(story.select()).one()
    assert (row.label, row.terms, row.latest) == ("", [], None)
    assert keep(one, classifier, again) == keep(other, classifier, again) == ["s-2"]


def test_quiet_stories_close_everywhere(follower: Open, classifier: Classifier) -> None:
    sent = events(1, 4)
    one, other = follower(), follower()
    assert keep(one, classifier, *sent[:2]) == keep(other, classifier, *sent[:2]) == ["s-1", "s-1"]
    with other.database.write() as connection:
        connection.execute(article.update().values(received=now() - timedelta(days=15)))
        assert placing.close_quiet(connection, now() - timedelta(days=14), 1000) == [1]
    assert keep(one, classifier, sent[2]) == ["s-2"]
    assert keep(other, classifier, sent[3]) == keep(follower(), classifier, sent[3]) == ["s-2"]
    with one.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(story_change)) == 1


def test_where_no_text_is_kept_its_terms_place(follower: Open, classifier: Classifier) -> None:
    settings = Settings(keep_text=False)
    sent = events(4, 5)
    told = keep(follower(), classifier, *sent[:12], settings=settings)
    told += keep(follower(), classifier, *sent[12:], settings=settings)
    assert len(set(told)) == len(set(zip(told, (str(one.id)[:2] for one in sent), strict=True))) == 4
