from datetime import UTC, datetime
from itertools import pairwise

import pytest

from model.decision import Reason
from model.errors import InvalidInputError
from service.store import labels, listing
from service.store.columns import now
from service.store.database import Database
from service.store.listing import Filter
from tests.service.store.conftest import Add, decided


def ids(database: Database, **chosen: object) -> list[int]:
    with database.read() as connection:
        return listing.page(connection, Filter(**chosen), None, 100)[0]  # type: ignore[arg-type]


def test_filters(database: Database, add: Add) -> None:
    add("one", "border", source="x", published="2026-01-01")
    add("two", "digital", "border", source="y", published="2026-01-02T12:00:00Z")
    add("three", source="x", published="2026-01-03")
    add("four", decision=decided(reason=Reason.LOW_CONFIDENCE))
    with database.write() as connection:
        for seq, verdict in ((1, "confirm"), (3, "unsure")):
            judgement = labels.Judgement(verdict=verdict, labels=["border"], by="ann", at=now())
            labels.give(connection, seq, judgement)
    assert ids(database) == [4, 3, 2, 1]
    assert ids(database, topic="border") == [2, 1]
    assert ids(database, topic="digital") == [2]
    assert ids(database, topic="nothing") == []
    assert ids(database, status="assigned") == [2, 1]
    assert ids(database, status="out_of_scope") == [3]
    assert ids(database, status="review") == [4]
    assert ids(database, source="x") == [3, 1]
    assert ids(database, source="x", topic="border") == [1]
    assert ids(database, labelled=True) == [1]
    assert ids(database, labelled=False) == [4, 3, 2]
    assert ids(database, since=datetime(2026, 1, 2, 12, tzinfo=UTC), until=datetime(2026, 1, 3, tzinfo=UTC)) == [2]
    assert ids(database, until=datetime(2026, 1, 3, 0, 0, 1, tzinfo=UTC)) == [3, 2, 1]
    assert ids(database, story="none-yet") == []


TEXTS = [
    "The U.S. border police said: “café closed”, at example.com/path.",
    "Police at the border of naïve re-enactment don't stop.",
    "A ministry bordered on farce; policemen laughed. 3.5 per cent",
    "Граница закрыта. الحدود مغلقة 国境",
]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("police", [2, 1]),
        ("POLICE border", [2, 1]),
        ('"border police"', [1]),
        ('"police border"', []),
        ("polic*", [3, 2, 1]),
        ("border* ministry", [3]),
        ("police -café", [2]),
        ("cafe", [1]),
        ("CAFÉ", [1]),
        ("naive", [2]),
        ("re-enactment", [2]),
        ("enactment", [2]),
        ("don't", [2]),
        ("u.s.", [1]),
        ("example", [1]),
        ("path", [1]),
        ("3.5", [3]),
        ("the", [2, 1]),
        ("граница", [4]),
        ("headline", [4, 3, 2, 1]),
        ("cafe\u0301", [1]),
        ("\u00ef", []),
        ("nai\u0308ve", [2]),
        ('police" OR "farce', []),
        ("police AND (x NEAR/2 y) : {z} ^ | & ! <-> ' \" \\", []),
        ("words:police", []),
        ("notthere", []),
        ('-farce -"don\'t" headline', [4, 1]),
    ],
)
def test_search(database: Database, add: Add, q: str, found: list[int]) -> None:
    for text in TEXTS:
        add(text, title="Headline")
    assert ids(database, q=q) == found


@pytest.mark.parametrize("q", ["", "   ", "-police", '"', "...", "- -", "*", "\0", "x " * 40])
def test_a_search_for_nothing_is_refused(database: Database, q: str) -> None:
    with pytest.raises(InvalidInputError):
        ids(database, q=q)


def test_search_reads_the_first_part_of_a_huge_text(database: Database, add: Add) -> None:
    add("first " + "".join(f"{n:x} " for n in range(150_000)) + " last")
    assert ids(database, q="first") == [1]
    assert ids(database, q="last") == []


@pytest.mark.parametrize("few", [0, 5000])  # on PostgreSQL: found in order of receipt, or found first and then ordered
def test_pages(database: Database, add: Add, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    for n in range(23):
        add(f"text {n} word", "border" if n % 2 else "digital", source="x")
    for chosen in (Filter(), Filter(topic="border"), Filter(source="x", q="word"), Filter(q="text", topic="digital")):
        seen: list[int] = []
        cursor = None
        with database.read() as connection:
            whole, end = listing.page(connection, chosen, None, 100)
            assert end is None
            for _ in range(30):
                seqs, cursor = listing.page(connection, chosen, cursor, 5)
                assert len(seqs) <= 5
                seen += seqs
                if cursor is None:
                    break
        assert seen == whole
        assert all(one > other for one, other in pairwise(seen))


def test_what_comes_in_meanwhile_moves_no_page(database: Database, add: Add) -> None:
    for n in range(4):
        add(f"text {n}")
    with database.read() as connection:
        first, cursor = listing.page(connection, Filter(), None, 2)
    add("late")
    with database.read() as connection:
        second, _ = listing.page(connection, Filter(), cursor, 2)
    assert (first, second) == ([4, 3], [2, 1])


@pytest.mark.parametrize("cursor", ["", "x", "-1", "MA", "é", "LTU", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "a" * 1000, "\0"])
def test_a_cursor_that_no_page_gave(database: Database, cursor: str) -> None:
    with pytest.raises(InvalidInputError), database.read() as connection:
        listing.page(connection, Filter(), cursor, 2)
