import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from model.errors import DatabaseError, UsageError
from service.store import labels, listing, migrate, records
from service.store.columns import now
from service.store.database import Database
from service.store.schema import metadata
from tests.service.store.conftest import Add


def test_the_migrated_schema_is_the_one_queries_know(database: Database) -> None:
    def ours(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or not str(name).startswith(("article_search", "alembic_version"))

    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_down_and_up_with_data_in_it(database: Database, add: Add) -> None:
    for n in range(20):
        seq = add(f"text {n}", "border", title=f"Title {n}")
        judgement = labels.Judgement(verdict="correct", labels=["police"], by="ann", at=now(), note=f"note {n}")
        with database.write() as connection:
            labels.give(connection, seq, judgement)
    with database.read() as connection:
        before = [records.read_detail(connection, seq) for seq in range(1, 21)]
    migrate.downgrade(database.engine, "0001")
    assert migrate.version(database.engine) == "0001"
    assert not sa.inspect(database.engine).has_table("story")
    database.close()
    with database.read() as connection:  # opening migrates up
        after = [records.read_detail(connection, seq) for seq in range(1, 21)]
        assert listing.page(connection, listing.Filter(q="title 7"), None, 5) == ([8], None)
    assert after == before
    assert migrate.version(database.engine) == migrate.HEAD
    seq = add("one more", "border")
    with database.write() as connection:
        labels.give(connection, seq, judgement)
        assert len(records.read_detail(connection, seq).history) == 1


def test_all_the_way_down(database: Database, add: Add) -> None:
    add("text")
    migrate.downgrade(database.engine, "base")
    with database.engine.connect() as connection:
        assert set(sa.inspect(connection).get_table_names()) == {"alembic_version"}
    migrate.upgrade(database.engine)
    add("text")


def test_a_step_that_fails_leaves_everything_as_it_was(database: Database, add: Add) -> None:
    add("text", "border")
    migrate.downgrade(database.engine, "0001")
    with database.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE access_key (id integer)")  # in the way
    with pytest.raises(sa.exc.DBAPIError):
        migrate.upgrade(database.engine)
    assert migrate.version(database.engine) == "0001"
    assert not sa.inspect(database.engine).has_table("story")


def test_a_later_schema_is_refused(database_url: str, tmp_path: Path, database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    other = Database(database_url, tmp_path)
    with pytest.raises(DatabaseError, match="later version of topicdesk"), other.read():
        pass
    other.close()


def test_many_open_it_at_once(database_url: str, tmp_path: Path) -> None:
    opened = [Database(database_url, tmp_path) for _ in range(6)]
    failures: list[BaseException] = []

    def use(one: Database) -> None:
        try:
            with one.read() as connection:
                listing.count(connection)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=use, args=[one]) for one in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in opened:
        one.close()
    assert failures == []


@pytest.mark.parametrize(
    "url", ["", "x", "mysql://h/d", "sqlite://", "sqlite:///:memory:", "postgresql+psycopg2://h/d"]
)
def test_other_databases_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="TOPICDESK_DATABASE_URL"):
        Database(url, tmp_path)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database at all" * 100)
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", tmp_path)
    with pytest.raises(DatabaseError, match="not a database"), database.read():
        pass
    assert (tmp_path / "x.db").read_bytes().startswith(b"no database")


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    database = Database(f"postgresql://me:secret@/d?host={tmp_path}", tmp_path)
    with pytest.raises(DatabaseError, match="cannot be used") as raised, database.read():
        pass
    assert "secret" not in str(raised.value)
