"""The demo set: loaded with one click, removed with one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import sqlalchemy as sa

from model.article import Article
from model.classifier import Classifier
from service.handlers import articles as handler
from service.settings import Settings
from service.store.columns import now
from service.store.database import Database
from service.store.schema import article
from service.stories.follower import Follower

FILE = Path(__file__).parent.parent / "demo" / "articles.jsonl"
PREFIX = "demo/"
AFTER = "demo0"  # the first text that is past all that begin with the prefix


class _Row(msgspec.Struct):
    """An article of the set; `days` is how long before now it was published."""

    days: float
    title: str
    text: str
    source: str
    url: str | None = None


def read(at: datetime) -> list[Article]:
    """Return the articles of the set as of a moment, oldest first."""
    rows = msgspec.json.decode(b"[" + b",".join(FILE.read_bytes().splitlines()) + b"]", type=list[_Row])
    rows.sort(key=lambda row: -row.days)
    return [
        Article(
            id=f"{PREFIX}{n:03}",
            title=row.title,
            text=row.text,
            source=row.source,
            url=row.url,
            published=(at - timedelta(row.days)).astimezone(UTC).isoformat(timespec="seconds"),
        )
        for n, row in enumerate(rows, 1)
    ]


def load(classifier: Classifier, stories: Follower, settings: Settings) -> int:
    """Keep the set as if it had come in up to now, and return how many articles were not there before."""
    kept = handler.keep(read(now()), classifier, stories, settings)
    return sum(isinstance(one, handler.Kept) and one.created for one in kept)


def is_loaded(database: Database) -> bool:
    """Return whether an article of the set is kept."""
    with database.read() as connection:
        return connection.scalar(_ids().limit(1)) is not None


def remove(database: Database) -> int:
    """Delete the set with all that was said of it, and return how many articles that were."""
    with database.read() as connection:
        ids = list(connection.scalars(_ids()))
    for one in ids:
        handler.delete(database, one)
    return len(ids)


def _ids() -> "sa.Select[str]":
    return sa.select(article.c.id).where(article.c.id >= PREFIX, article.c.id < AFTER, article.c.deleted.is_(None))
