"""Labels: what people say articles are about. Their history is the database's own work."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from model.errors import NotFoundError
from service.store import records
from service.store.articles import JUDGED
from service.store.schema import article, article_text, article_topic, decision, label

CHUNK = 500


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """A label to give; `labels` is None with the verdict `unsure`."""

    verdict: str
    labels: list[str] | None
    by: str
    at: datetime
    note: str | None = None


def give(connection: sa.Connection, seq: int, judgement: Judgement) -> None:
    """Give an article a label, instead of the one it had, beside the decision that was shown."""
    values = msgspec.structs.asdict(judgement) | {"shown": _shown(connection, seq)}
    changed = connection.execute(label.update().where(label.c.article == seq).values(values)).rowcount
    if not changed:
        connection.execute(label.insert().values(article=seq, **values))
    _follow(connection, seq, judgement.verdict, judgement.labels)


def read(connection: sa.Connection, seqs: Sequence[int]) -> dict[int, Judgement]:
    """Return the labels that the articles at these places have."""
    names = Judgement.__struct_fields__
    rows = connection.execute(label.select().where(label.c.article.in_(seqs)))
    return {row.article: Judgement(**{name: row._mapping[name] for name in names}) for row in rows}


def take_back(connection: sa.Connection, seq: int) -> None:
    """Take an article's label away; its history keeps it. Raises `NotFoundError` where it has none."""
    if not connection.execute(label.delete().where(label.c.article == seq)).rowcount:
        raise NotFoundError("the article has no label")
    _follow(connection, seq, None, None)


def _follow(connection: sa.Connection, seq: int, verdict: str | None, labels: list[str] | None) -> None:
    """Let the article's topics be its label's, or its decision's where the label does not say."""
    connection.execute(article.update().where(article.c.seq == seq).values(verdict=verdict))
    if verdict not in JUDGED:
        labels = connection.scalar(_current(seq, decision.c.topics))
    connection.execute(article_topic.delete().where(article_topic.c.article == seq))
    if labels:
        connection.execute(article_topic.insert(), [{"topic": topic, "article": seq} for topic in labels])


def _current(seq: int, *columns: "sa.ColumnElement[Any]") -> "sa.Select[Any]":
    joined = article.join(decision, (decision.c.article == article.c.seq) & (decision.c.model == article.c.model))
    return sa.select(*columns).select_from(joined).where(article.c.seq == seq)


def _shown(connection: sa.Connection, seq: int) -> dict[str, Any] | None:
    names = ("model", "status", "reason", "topics", "scores")
    row = connection.execute(_current(seq, *(decision.c[name] for name in names))).one_or_none()
    return None if row is None else dict(row._mapping)


def waiting(connection: sa.Connection, status: str) -> int:
    """Return how many articles of a status nobody has judged yet."""
    query = sa.select(sa.func.count()).select_from(article)
    return connection.scalar(query.where(*_unjudged(status))) or 0


def most_doubtful(connection: sa.Connection, status: str, limit: int) -> list[tuple[int, float]]:
    """Return places and uncertainties of the articles of a status that nobody has judged, most uncertain first."""
    query = sa.select(article.c.seq, article.c.uncertainty).where(*_unjudged(status))
    query = query.order_by(article.c.uncertainty.desc(), article.c.seq.desc()).limit(limit)
    return [(row.seq, row.uncertainty or 0.0) for row in connection.execute(query)]


def _unjudged(status: str) -> tuple["sa.ColumnElement[bool]", ...]:
    return article.c.verdict.is_(None), article.c.deleted.is_(None), article.c.status == status


def labelled(connection: sa.Connection) -> Iterator[records.Whole]:
    """Yield the labelled articles in the order of receipt, a chunk at a time, deleted ones left out."""
    after = 0
    query = sa.select(label.c.article).join(article_text, article_text.c.article == label.c.article)
    while seqs := list(connection.scalars(query.where(label.c.article > after).order_by(label.c.article).limit(CHUNK))):
        yield from records.read_whole(connection, seqs)
        after = seqs[-1]
