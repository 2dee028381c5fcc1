"""Articles that a version without stories kept get theirs: oldest first, a portion at a time."""

from datetime import timedelta
from itertools import takewhile

from model.article import Article
from service.engine import Engine
from service.jobs import claims
from service.store import unplaced
from service.store.articles import New
from service.store.database import Database
from service.store.unplaced import Unplaced
from service.stories import naming
from service.stories.follower import Follower

PORTION, SPAN = 200, timedelta(days=1)  # for longer no story should stay open that was closed
CLAIM = "0"  # no job has this number


class Backlog:
    """Places what is left, in one process at a time. All it knows is in the database, so it may end at any moment."""

    def __init__(self, stories: Follower, engine: Engine, database: Database, days: float) -> None:
        self._stories, self._engine, self._database, self._days = stories, engine, database, days

    def place(self) -> int:
        """Place a portion, as if it came in when it did; return how many there were, 0 where another process does."""
        if not self._left():
            return 0
        with claims.claim(self._database, CLAIM) as held:
            rows = self._left() if held else []
            if rows:
                self._place(rows)
            return len(rows)

    def _left(self) -> list[Unplaced]:
        with self._database.read() as connection:
            rows = unplaced.oldest(connection, PORTION)
        return list(takewhile(lambda row: row.received - rows[0].received <= SPAN, rows))

    def _place(self, rows: list[Unplaced]) -> None:
        news = {row.seq: _new(row) for row in rows}  # here, where nobody waits for the writer's turn
        with self._stories.write(self._engine.classifier.parameters) as writing:
            connection = writing.connection
            unplaced.reopen(connection, rows, self._days)
            writing.follow()
            if quiet := unplaced.quiet(connection, rows[0], self._days):
                writing.tidy()  # what is closed cannot be mended any more
                unplaced.close(connection, quiet)
                writing.follow()
            left = unplaced.still(connection, [*news])
            writing.place([(seq, new) for seq, new in news.items() if seq in left])
            if left:
                unplaced.settle(connection, sorted(left))


def _new(row: Unplaced) -> New:
    terms = None if row.terms is None else row.terms.split()
    article = Article(id=row.id, title=row.title, text=row.text or "", published=naming.iso(row.published))
    stems = naming.analysed(row.title, row.text, terms)
    return New(article=article, content_hash="", decision=None, terms=terms, stems=stems)
