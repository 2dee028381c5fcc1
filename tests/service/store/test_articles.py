import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from model.article import Article
from model.decision import Reason
from model.errors import ConflictError, DatabaseError, NotFoundError
from service.store import articles, labels, listing, purge, records
from service.store.articles import New, Place, content_hash
from service.store.columns import now
from service.store.database import Database
from tests.service.store.conftest import Add, decided


def new(text: str, name: str | None = None, title: str | None = None) -> New:
    article = Article(id=name, title=title, text=text)
    return New(article=article, content_hash=content_hash(title, text), decision=decided("border"), terms=None)


def test_what_is_kept_comes_back(database: Database, add: Add) -> None:
    seq = add(
        "Ünïcode \U0001f6a8 text",
        "digital",
        id="https://example.org/a/b?c",
        title="T",
        url="u",
        source="s",
        published="2026-01-02T03:04:05+02:00",
    )
    with database.read() as connection:
        found = records.read_detail(connection, records.place(connection, "https://example.org/a/b?c"))
        assert found == records.read_detail(connection, seq)
    assert (found.title, found.text, found.url, found.source) == ("T", "Ünïcode \U0001f6a8 text", "u", "s")
    assert found.published == datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert found.topics == ["digital"]
    assert found.decision is not None
    assert (found.decision.scores["digital"], found.decision.model, found.decision.id) == (0.9, "m1", found.id)
    assert found.decisions == [found.decision]
    assert (found.label, found.story, found.history) == (None, None, [])


def test_texts_of_a_batch_are_written_in_one_statement(database: Database) -> None:
    """SQLite writes its search index out after each statement that a trigger stands behind."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, said: str, _values: object, _context: object, _many: bool) -> None:
        statements.append(said)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    with database.write() as connection:
        places = articles.add(connection, [new(f"Text {n}", f"n{n}") for n in range(300)])
    sa.event.remove(database.engine, "before_cursor_execute", note)
    assert [said.count("), (") for said in statements if said.startswith("INSERT INTO article_text")] == [299]
    with database.read() as connection:
        seqs = [place.seq for place in places if isinstance(place, Place)]
        assert [one.text for one in records.read_whole(connection, seqs)] == [f"Text {n}" for n in range(300)]


def test_the_same_article_kept_twice_is_one(database: Database) -> None:
    with database.write() as connection:
        places = articles.add(connection, [new("a  text\n", "x"), new("a text", "y"), new("other", "z")])
        again = articles.add(connection, [new("A text"), new("a text", "z")])
        count = listing.count(connection)
    assert [(place.created) for place in places if isinstance(place, Place)] == [True, False, True]
    assert isinstance(places[0], Place)
    assert places[1] == Place(seq=places[0].seq, created=False)
    assert again[1] == Place(seq=places[0].seq, created=False)
    assert count == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("T", "caf\u00e9"), ("T", "cafe\u0301"), True),
        (("T", "a\n\n b"), (" T ", "a b"), True),
        ((None, "a"), ("", "a"), True),
        (("a", "b"), ("a b", ""), False),
        (("T", "a"), ("t", "a"), False),
        (("T", "a"), ("T", "a."), False),
    ],
)
def test_content_hash(one: tuple[str | None, str], other: tuple[str | None, str], same: bool) -> None:
    assert (content_hash(*one) == content_hash(*other)) is same


@pytest.mark.parametrize("text", ["\ufdfa" * 400_000, "x" * 1_000_000, "\U00010400 " * 300_000, "\u0301" * 10_000])
def test_texts_hard_to_index_are_kept(database: Database, add: Add, text: str) -> None:
    seq = add(text)
    with database.read() as connection:
        assert records.read_whole(connection, [seq])[0].text == text


def test_endless_marks_do_not_stop_the_process() -> None:
    began = time.monotonic()
    one, other = (content_hash(None, "a" + "\u0315" * 100_000 + mark * 100_000) for mark in ("\u0300", "\u0301"))
    assert one != other
    assert time.monotonic() - began < 5


def test_an_id_names_one_text(database: Database) -> None:
    with database.write() as connection:
        first, second = articles.add(connection, [new("one", "x"), new("two", "x")])
        (third,) = articles.add(connection, [new("three", "x")])
    assert isinstance(first, Place)
    assert isinstance(second, ConflictError)
    assert isinstance(third, ConflictError)


def test_an_article_without_an_id_gets_the_same_one_everywhere(database: Database) -> None:
    with database.write() as connection:
        articles.add(connection, [new("one")])
        (found,) = records.read(connection, [1])
    assert found.id == content_hash(None, "one")[:20]


def test_a_failure_keeps_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            articles.add(connection, [new("one")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as connection:
        assert listing.count(connection) == 0


def test_a_later_decision_takes_over_and_the_first_is_remembered(database: Database, add: Add) -> None:
    seq = add("text", "border")
    with database.write() as connection:
        articles.decide_again(connection, [(seq, decided("digital", model="m2"))])
        articles.decide_again(connection, [(seq, decided("police", model="m2"))])
        found = records.read_detail(connection, seq)
        digital, _ = listing.page(connection, listing.Filter(topic="digital"), None, 10)
        police, _ = listing.page(connection, listing.Filter(topic="police"), None, 10)
    assert found.topics == ["police"]
    assert [(one.model, one.topics) for one in found.decisions] == [("m1", ["border"]), ("m2", ["police"])]
    assert (digital, police) == ([], [seq])


def test_doubt_is_of_what_could_be_read(database: Database, add: Add) -> None:
    for text, reason in (("a", Reason.LOW_CONFIDENCE), ("b", Reason.UNSUPPORTED_LANGUAGE)):
        add(text, decision=decided(reason=reason, score=0.5))
    with database.read() as connection:
        doubtful = labels.most_doubtful(connection, "review", 10)
    assert [seq for seq, _ in doubtful] == [1, 2]
    assert doubtful[0][1] > 1 > doubtful[1][1] == 0


def test_deleting_an_article_takes_its_words_everywhere(database: Database, add: Add, tmp_path: Path) -> None:
    kept = add("Something else about the qwertyfish", "border", id="kept")
    seq = add("The zyzzyvaworm stands here", "border", id="gone-id", title="Zyzzyvatitle", url="http://zyzzyvaurl")
    with database.write() as connection:
        judgement = labels.Judgement(
            verdict="correct", labels=["digital"], by="ann", at=now(), note="it says zyzzyvanote"
        )
        labels.give(connection, seq, judgement)
        articles.delete(connection, "gone-id")
    with pytest.raises(NotFoundError), database.read() as connection:
        records.place(connection, "gone-id")
    purge.purge(database, lambda _done, _total: None)
    with database.read() as connection:
        for chosen in (listing.Filter(), listing.Filter(q="qwertyfish"), listing.Filter(topic="border")):
            assert listing.page(connection, chosen, None, 10) == ([kept], None)
        for chosen in (listing.Filter(q="zyzzyvaworm"), listing.Filter(topic="digital"), listing.Filter(labelled=True)):
            assert listing.page(connection, chosen, None, 10) == ([], None)
        left = records.read_detail(connection, seq)
    assert [line.labels for line in left.history] == [["digital"], ["digital"]]  # what was judged stays known
    assert b"zyzzyva" not in repr(left).encode().lower()
    database.close()
    if database.is_sqlite:
        content = b"".join(path.read_bytes() for path in tmp_path.glob("topicdesk.db*")).lower()
        assert b"qwertyfish" in content
        assert b"zyzzyva" not in content


def test_a_deleted_article_can_be_kept_again(database: Database, add: Add) -> None:
    add("text", id="x")
    with database.write() as connection:
        articles.delete(connection, "x")
    add("text", id="x")
    with database.read() as connection:
        assert listing.count(connection) == 1
        assert records.place(connection, "x") == 2


def test_only_its_owner_can_read_the_database(database: Database, add: Add, tmp_path: Path) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has its own access control")
    add("text")
    assert {oct(path.stat().st_mode & 0o777) for path in tmp_path.glob("topicdesk.db*")} == {"0o600"}
    with sqlite3.connect(tmp_path / "topicdesk.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_deleting_leaves_no_id_in_the_way(database: Database, add: Add) -> None:
    add("one", id="victim")
    add("two", id="deleted-1")
    with database.write() as connection:
        articles.delete(connection, "victim")
        articles.delete(connection, "deleted-1")
        assert listing.count(connection) == 0
    for odd in ("\x7fdeleted-1", "a\0b", "\n"):
        with pytest.raises(NotFoundError), database.read() as connection:
            records.place(connection, odd)


def test_a_purge_waits_for_who_reads_an_old_state(
    database: Database, add: Add, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has no log to empty")
    monkeypatch.setattr(purge, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr("service.store.database.BUSY_SECONDS", 0.1)
    add("The zyzzyvaworm", id="gone")
    database.close()
    with database.read() as reading:
        assert listing.count(reading) == 1
        with database.write() as connection:
            articles.delete(connection, "gone")
        with pytest.raises(DatabaseError, match="old state"):
            purge.purge(database, lambda _done, _total: None)
    purge.purge(database, lambda _done, _total: None)
    assert b"zyzzyva" not in b"".join(path.read_bytes() for path in tmp_path.glob("topicdesk.db*"))


def test_a_file_that_was_moved_is_not_written_to(database: Database, add: Add, tmp_path: Path) -> None:
    if not database.is_sqlite:
        pytest.skip("a file's fate")
    add("one")
    (tmp_path / "topicdesk.db").rename(tmp_path / "away.db")
    with pytest.raises(DatabaseError, match="moved or replaced"):
        add("two")


def test_dates_at_the_ends_of_the_calendar(postgresql: str, tmp_path: Path) -> None:
    engine = sa.create_engine(postgresql.format("postgres").replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE DATABASE zone")
        connection.exec_driver_sql("ALTER DATABASE zone SET timezone = 'America/New_York'")
    opened = Database(postgresql.format("zone"), tmp_path)
    for n, published in enumerate(("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")):
        article = Article(text=f"text {n}", published=published)
        with opened.write() as connection:
            made = New(article=article, content_hash=content_hash(None, article.text), decision=None, terms=None)
            articles.add(connection, [made])
    with opened.read() as connection:
        found = records.read(connection, [1, 2])
    assert [record.published.year for record in found if record.published] == [1, 9999]
    opened.close()
    engine.dispose()


def test_reading_sees_one_state(database: Database, database_url: str, add: Add, tmp_path: Path) -> None:
    other = Database(database_url, tmp_path)
    with other.read() as reading:
        before = listing.count(reading)
        add("meanwhile")
        assert listing.count(reading) == before
    other.close()
