from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import DBAPIError

from model.errors import NotFoundError
from service.store import articles, labels, listing, records
from service.store.columns import now
from service.store.database import Database
from service.store.labels import Judgement
from service.store.schema import label, label_history
from tests.service.store.conftest import Add, decided


def judgement(verdict: str, *topics: str, by: str = "ann", note: str | None = None) -> Judgement:
    return Judgement(verdict=verdict, labels=None if verdict == "unsure" else list(topics), by=by, at=now(), note=note)


def give(database: Database, seq: int, *given: Judgement) -> records.Detail:
    for one in given:
        with database.write() as connection:
            labels.give(connection, seq, one)
    with database.read() as connection:
        return records.read_detail(connection, seq)


def test_a_label_stands_beside_the_decision_it_was_given_on(database: Database, add: Add) -> None:
    seq = add("text", "border")
    found = give(database, seq, judgement("correct", "police", "digital", note="see paragraph 2"))
    assert found.label is not None
    assert (found.label.verdict, found.label.labels, found.label.by) == ("correct", ["police", "digital"], "ann")
    assert set(found.topics) == {"police", "digital"}
    assert found.decision is not None
    assert found.decision.topics == ["border"]
    (line,) = found.history
    assert (line.action, line.note) == ("given", "see paragraph 2")
    assert line.shown == {
        "model": "m1", "status": "assigned", "reason": None, "topics": ["border"], "scores": found.decision.scores
    }  # fmt: skip
    assert abs((line.recorded - datetime.now(UTC)).total_seconds()) < 60


def test_every_change_is_remembered(database: Database, add: Add) -> None:
    seq = add("text", "border")
    give(database, seq, judgement("confirm", "border"), judgement("correct", by="bob"), judgement("unsure"))
    with database.write() as connection:
        labels.take_back(connection, seq)
        found = records.read_detail(connection, seq)
    assert found.label is None
    assert found.topics == ["border"]
    assert [(line.action, line.verdict, line.labels, line.by) for line in found.history] == [
        ("given", "confirm", ["border"], "ann"),
        ("changed", "correct", [], "bob"),
        ("changed", "unsure", None, "ann"),
        ("taken back", "unsure", None, "ann"),
    ]
    with pytest.raises(NotFoundError), database.write() as connection:
        labels.take_back(connection, seq)


@pytest.mark.parametrize("what", ["update", "delete", "note", "raw"])
def test_the_history_cannot_be_rewritten(database: Database, add: Add, what: str) -> None:
    seq = add("text", "border")
    before = give(database, seq, judgement("confirm", "border", note="n")).history
    change = {
        "update": label_history.update().values(by="eve"),
        "delete": label_history.delete(),
        "note": label_history.update().values(note="another"),
        "raw": label_history.update().values(verdict=None, note=None),
    }[what]
    with pytest.raises(DBAPIError, match="history of labels"), database.write() as connection:
        connection.execute(change)
    with database.read() as connection:
        assert records.read_detail(connection, seq).history == before


def test_who_writes_past_the_program_is_recorded_too(database: Database, add: Add) -> None:
    seq = add("text", "border")
    give(database, seq, judgement("confirm", "border"))
    with database.write() as connection:
        connection.execute(label.update().values(verdict="correct", labels=["police"], by="sql"))
        found = records.read_detail(connection, seq)
    assert [(line.action, line.by) for line in found.history] == [("given", "ann"), ("changed", "sql")]


def test_a_new_decision_leaves_what_a_person_said(database: Database, add: Add) -> None:
    judged, unsure = add("one", "border"), add("two", "border")
    give(database, judged, judgement("correct", "digital"))
    give(database, unsure, judgement("unsure"))
    with database.write() as connection:
        new = decided("police", model="m2")
        articles.decide_again(connection, [(judged, new), (unsure, new)])
        topics = [record.topics for record in records.read(connection, [judged, unsure])]
        labels.take_back(connection, judged)
        after = records.read(connection, [judged])[0].topics
    assert topics == [["digital"], ["police"]]
    assert after == ["police"]


def test_judged_articles_leave_the_queue(database: Database, add: Add) -> None:
    for n, score in enumerate((0.2, 0.5, 0.9), 1):
        add(f"text {n}", decision=decided("border", score=score))
    give(database, 2, judgement("unsure"))
    with database.read() as connection:
        assert [seq for seq, _ in labels.most_doubtful(connection, "assigned", 10)] == [1, 3]
        assert labels.waiting(connection, "assigned") == 2
        assert labels.waiting(connection, "review") == 0


def test_labelled_articles_come_in_order(database: Database, add: Add) -> None:
    count = labels.CHUNK + 3
    for n in range(count):
        add(f"text {n}")
    with database.write() as connection:
        for seq in range(1, count + 1):
            labels.give(connection, seq, judgement("correct", "border"))
        articles.delete(connection, articles.content_hash(None, "text 1")[:20])
        found = list(labels.labelled(connection))
        assert len(listing.page(connection, listing.Filter(labelled=True), None, 1000)[0]) == count - 1
    assert [record.text for record in found] == [f"text {n}" for n in range(count) if n != 1]
