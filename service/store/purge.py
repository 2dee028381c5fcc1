"""Overwriting what deleted articles left behind: words in old parts of the search index, pages in the log.

Deleting a row marks its words in SQLite's full-text index as gone; they leave the file when the parts of the index
are merged. That takes a while on a large index, so it goes in short steps between which others write. PostgreSQL keeps
the keys of its index until it is built anew.
"""

import time
from collections.abc import Callable

from model.errors import DatabaseError
from service.store.database import Database, told

PAGES = 2000
MERGE = "INSERT INTO article_search (article_search, rank) VALUES ('merge', ?)"
PATIENCE_SECONDS = 600.0

Advance = Callable[[int, int | None], None]


def purge(database: Database, advance: Advance) -> int:
    """Clear the search index and the log of what was deleted; returns the number of steps.

    Raises `DatabaseError` where somebody goes on reading a state in which it was still there.
    """
    return _sqlite(database, advance) if database.is_sqlite else _postgresql(database, advance)


def _sqlite(database: Database, advance: Advance) -> int:
    steps, pages = 0, -PAGES
    while True:
        with database.write() as connection:
            before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
            connection.exec_driver_sql(MERGE, (pages,))
            after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        steps, pages = steps + 1, PAGES
        advance(steps, None)
        if after - before < 2:  # what FTS5 says when nothing was left to merge
            break
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _emptied_log(database):
        if time.monotonic() > deadline:
            raise DatabaseError("somebody reads an old state of the database; what was deleted from it is not gone yet")
        steps += 1
        advance(steps, None)
        time.sleep(0.5)
    return steps


def _emptied_log(database: Database) -> bool:
    with told(), database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    return not busy


def _postgresql(database: Database, advance: Advance) -> int:
    statements = (
        "VACUUM article, article_text, article_search, article_topic, label, label_history",
        "REINDEX INDEX CONCURRENTLY ix_article_search_words",
    )
    with told(), database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for step, statement in enumerate(statements, 1):
            connection.exec_driver_sql(statement)
            advance(step, len(statements))
    return len(statements)
