"""What stands beside articles in a list, and what counts towards the next retraining, on both databases."""

from datetime import timedelta

from service.handlers import progress
from service.store import inbox, labels
from service.store.columns import now
from service.store.database import Database
from service.store.listing import Filter
from service.store.schema import article, story
from tests.service.store.conftest import Add
from tests.service.store.test_labels import judgement


def test_sources_stories_and_beginnings(database: Database, add: Add) -> None:
    seqs = [add(f"text {n}", "border") for n in range(4)]
    with database.write() as connection:
        connection.execute(story.insert().values(id="s-x", label="Ala, Bor", opened=now()))
        number = connection.execute(story.select()).one().seq
        connection.execute(article.update().where(article.c.seq.in_(seqs[:3])).values(story=number, source="B"))
        connection.execute(article.update().where(article.c.seq == seqs[3]).values(source="A"))
    with database.read() as connection:
        assert inbox.sources(connection, 5) == ["B", "A"]
        assert inbox.sources(connection, 1) == ["B"]
        names = inbox.story_names(connection, ["s-x", "s-none"])
        assert names == {"s-x": inbox.StoryName(id="s-x", label="Ala, Bor", articles=3)}
        ids = list(connection.scalars(article.select().with_only_columns(article.c.id).order_by(article.c.seq)))
        assert inbox.places(connection, Filter(source="B"), 2) == [seqs[2], seqs[1]]
        assert inbox.present(connection, [ids[0], ids[3], "none"]) == [seqs[3], seqs[0]]
        assert set(inbox.beginnings(connection, ids)) <= set(ids)


def test_judged_texts_are_counted_once(database: Database, add: Add) -> None:
    seqs = [add(f"text {n}", "border") for n in range(5)]
    before = now()
    with database.write() as connection:
        connection.execute(article.update().where(article.c.seq == seqs[1]).values(original=seqs[0]))
        for seq in seqs[:3]:
            labels.give(connection, seq, judgement("correct"))
        labels.give(connection, seqs[3], judgement("unsure"))
    with database.read() as connection:
        assert progress.count(connection, None) == 2
        assert progress.count(connection, before - timedelta(seconds=5)) == 2
        assert progress.count(connection, now() + timedelta(seconds=5)) == 0
