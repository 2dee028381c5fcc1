"""Near duplicates: judged and taken back together, asked for once."""

import random

import pytest

from model.errors import NotFoundError
from service.store import groups, labels, records, undo
from service.store.database import Database
from service.store.labels import Judgement
from service.store.schema import article
from tests.service.store.conftest import Add, decided
from tests.service.store.test_labels import judgement


def copy(database: Database, original: int, *seqs: int) -> None:
    with database.write() as connection:
        connection.execute(article.update().where(article.c.seq.in_(seqs)).values(original=original))


def give(database: Database, seq: int, given: Judgement) -> None:
    with database.write() as connection:
        labels.give_all(connection, dict.fromkeys(groups.members(connection, seq), given))


def state(database: Database, *seqs: int) -> list[object]:
    with database.read() as connection:
        found = [records.read_detail(connection, seq) for seq in seqs]
    return [(one.label, sorted(one.topics)) for one in found]


def undone(database: Database, seq: int) -> list[int]:
    with database.write() as connection:
        return undo.undo(connection, seq)


@pytest.fixture
def five(database: Database, add: Add) -> list[int]:
    """An original, three copies, and an article by itself."""
    seqs = [add(f"text {n}", "border") for n in range(5)]
    copy(database, 1, 2, 3, 4)
    return seqs


def test_members(database: Database, five: list[int]) -> None:
    with database.read() as connection:
        assert groups.members(connection, 1) == [1, 2, 3, 4]
        assert groups.members(connection, 3) == [3, 1, 2, 4]
        assert groups.members(connection, 5) == [5]
        assert groups.copies(connection, five) == {1: 3, 2: 3, 3: 3, 4: 3, 5: 0}


def test_undoing_goes_back_step_by_step(database: Database, five: list[int]) -> None:
    """Whatever was decided on a group and its members, each undoing gives the state before that decision."""
    rng = random.Random(3)
    states = [state(database, *five)]
    decisions: list[int] = []
    for n in range(12):
        seq = rng.choice(five[:4])
        topics = rng.sample(["border", "digital", "police"], rng.randrange(3))
        give(database, seq, judgement(rng.choice(["correct", "unsure", "confirm"]), *topics, by=f"by {n % 3}"))
        decisions.append(seq)
        states.append(state(database, *five))
    for seq in reversed(decisions):
        assert state(database, *five) == states.pop()
        assert sorted(undone(database, seq)) == [1, 2, 3, 4]
    assert state(database, *five) == states.pop()
    with pytest.raises(NotFoundError):
        undone(database, 1)


def test_what_others_said_stays(database: Database, five: list[int]) -> None:
    with database.write() as connection:
        labels.give(connection, 2, judgement("correct", "digital", by="bob", note="mine"))
    before = state(database, 2)
    give(database, 3, judgement("correct", "police"))
    with database.write() as connection:
        labels.give(connection, 4, judgement("correct", "police"))  # the same, but a decision of its own
        labels.take_back(connection, 1)
    assert undone(database, 3) == [3, 2]
    assert state(database, 2) == before
    with database.read() as connection:
        assert sorted(labels.read(connection, five)) == [2, 4]
    give(database, 3, judgement("unsure"))
    with database.write() as connection:
        labels.take_back(connection, 3)
        labels.give(connection, 3, judgement("correct"))
    assert undone(database, 3) == [3]  # what it had before was taken back
    with database.read() as connection:
        assert sorted(labels.read(connection, five)) == [1, 2, 4]


def test_one_of_a_group_waits(database: Database, add: Add) -> None:
    for n in range(6):
        add(f"text {n}", decision=decided("border", score=0.5 + n / 100))
    add("text 6")  # another status
    copy(database, 2, 3, 4, 7)
    copy(database, 6, 1)  # kept before the original

    def waits() -> tuple[list[int], int]:
        with database.read() as connection:
            doubtful = labels.most_doubtful(connection, "assigned", 10)
            return [seq for seq, _ in doubtful], labels.waiting(connection, "assigned")

    assert waits() == ([2, 5, 6], 3)
    with database.write() as connection:
        labels.give(connection, 2, judgement("correct"))
    assert waits() == ([3, 5, 6], 3)
    with database.write() as connection:
        assert [seq for seq, _ in labels.most_doubtful(connection, "out_of_scope", 10)] == [7]
        assert labels.waiting(connection, "out_of_scope") == 1
        labels.give(connection, 6, judgement("correct"))
        labels.give(connection, 4, judgement("correct"))
    assert waits() == ([1, 3, 5], 3)
    give(database, 1, judgement("correct"))
    give(database, 3, judgement("correct"))
    assert waits() == ([5], 1)


def test_a_large_group(database: Database, add: Add) -> None:
    count = labels.CHUNK + 7
    for n in range(count):
        add(f"text {n}", "border")
    copy(database, 1, *range(2, count + 1))
    give(database, 9, judgement("correct", "police"))
    with database.read() as connection:
        assert len(labels.read(connection, range(1, count + 1))) == count
        assert labels.waiting(connection, "assigned") == 0
    assert len(undone(database, 1)) == count
    with database.read() as connection:
        assert labels.read(connection, range(1, count + 1)) == {}
        assert labels.waiting(connection, "assigned") == 1
