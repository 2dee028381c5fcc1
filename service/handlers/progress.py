"""How far it is to the next retraining: the judged articles that the model which serves has not learned from."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec
import sqlalchemy as sa

from model.errors import ModelError
from service.settings import Settings
from service.store.articles import JUDGED
from service.store.database import Database
from service.store.schema import article, label, label_history

# A seventh of the labels is held out to check the candidate (training.holdout): of 25 some four check and twenty teach,
# beside a corpus of a thousand. A rule of thumb: what fewer would change is seldom worth a new version.
ENOUGH = 25


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """`fresh` texts were judged, near duplicates counted once, since the model's labels were gathered at `since`.

    `learned` is how many labels it was trained with; both are None, and all labels are fresh, where it has learned from
    none. `enough` are worth a retraining.
    """

    model: str
    since: datetime | None
    learned: int
    fresh: int
    enough: int


class _Data(msgspec.Struct):
    labels: int


class _Receipt(msgspec.Struct):
    made: datetime | None
    data: _Data


def look(database: Database, settings: Settings, model_id: str) -> Progress:
    """Count the articles judged since a model learned from labels. Raises `DatabaseError`."""
    try:
        path = settings.registry.receipt(model_id)
    except ModelError:  # it serves on after it was removed
        path = None
    since, learned = (None, 0) if path is None else _learned(path)
    with database.read() as connection:
        fresh = count(connection, since)
    return Progress(model=model_id, since=since, learned=learned, fresh=fresh, enough=ENOUGH)


@lru_cache(maxsize=8)
def _learned(path: Path) -> tuple[datetime | None, int]:
    """Return when the labels were gathered that a model learned from, and how many; a version never changes."""
    try:
        receipt = msgspec.json.decode(path.read_bytes(), type=_Receipt)
    except (OSError, msgspec.MsgspecError):
        return None, 0
    return receipt.made, receipt.data.labels


def count(connection: sa.Connection, since: datetime | None) -> int:
    """Return how many texts somebody has judged since a moment, near duplicates counted once."""
    original = sa.func.coalesce(article.c.original, article.c.seq)
    joined = label.join(article, article.c.seq == label.c.article)
    judged = sa.select(sa.func.count(original.distinct())).select_from(joined)
    judged = judged.where(label.c.verdict.in_(JUDGED), article.c.deleted.is_(None))
    if since is not None:  # by when it was recorded: a label that is imported may be dated long before
        recorded = sa.select(label_history.c.article).where(label_history.c.recorded > since)
        judged = judged.where(label.c.article.in_(recorded))
    return connection.scalar(judged) or 0
