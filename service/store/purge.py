"""Overwriting what deleted articles left behind: words in old parts of the search index, pages in the log.

Deleting a row marks its words in SQLite's full-text index as gone; they leave the file when the parts of the index
are merged. That takes a while on a large index, so it goes in short steps between which others write.
"""

from collections.abc import Callable

from service.store.database import Database

PAGES = 2000
MERGE = "INSERT INTO article_search (article_search, rank) VALUES ('merge', ?)"


def purge(database: Database, advance: Callable[[int, int | None], None]) -> int:
    """Merge the search index into one part and empty the log; returns the number of steps. SQLite only.

    PostgreSQL does its own: what is deleted goes with the next vacuum.
    """
    if not database.is_sqlite:
        return 0
    steps, pages = 0, -PAGES
    while True:
        with database.write() as connection:
            before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
            connection.exec_driver_sql(
                "INSERT INTO article_search (article_search, rank) VALUES ('merge', ?)", (pages,)
            )
            after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        steps, pages = steps + 1, PAGES
        advance(steps, None)
        if after - before < 2:  # what FTS5 says when nothing was left to merge
            break
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return steps
