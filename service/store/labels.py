"""Labels: what people say articles are about. Their history is the database's own work."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa

from model.decision import Status
from model.errors import NotFoundError
from service.store import audit, groups, records
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
    give_all(connection, {seq: judgement})


def give_all(connection: sa.Connection, given: Mapping[int, Judgement]) -> None:
    """Give articles labels by their places, instead of those they had."""
    for some in chunks(given):
        shown = _shown(connection, some)
        put(connection, {seq: msgspec.structs.asdict(given[seq]) | {"shown": shown.get(seq)} for seq in some})


def put(connection: sa.Connection, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Let labels be what these rows say, by the articles' places; an article's topics follow."""
    for some in chunks(rows):
        there = set(connection.scalars(sa.select(label.c.article).where(label.c.article.in_(some))))
        changed = [dict(rows[seq]) | {"place": seq} for seq in some if seq in there]
        added = [dict(rows[seq]) | {"article": seq} for seq in some if seq not in there]
        if changed:
            connection.execute(label.update().where(label.c.article == sa.bindparam("place")), changed)
        if added:
            connection.execute(label.insert(), added)
        _follow(connection, {seq: (rows[seq]["verdict"], rows[seq]["labels"]) for seq in some})
        audit.note_articles(connection, "label", some)


def read(connection: sa.Connection, seqs: Sequence[int]) -> dict[int, Judgement]:
    """Return the labels that the articles at these places have."""
    names = Judgement.__struct_fields__
    rows = [row for some in chunks(seqs) for row in connection.execute(label.select().where(label.c.article.in_(some)))]
    return {row.article: Judgement(**{name: row._mapping[name] for name in names}) for row in rows}


def take_back(connection: sa.Connection, seq: int) -> None:
    """Take an article's label away; its history keeps it. Raises `NotFoundError` where it has none."""
    if not remove(connection, [seq]):
        raise NotFoundError("the article has no label")


def remove(connection: sa.Connection, seqs: Sequence[int]) -> int:
    """Take the labels of articles away; return how many had one."""
    count = 0
    for some in chunks(seqs):
        there = list(connection.scalars(sa.select(label.c.article).where(label.c.article.in_(some))))
        connection.execute(label.delete().where(label.c.article.in_(there)))
        _follow(connection, dict.fromkeys(some, (None, None)))
        audit.note_articles(connection, "take label back", there)
        count += len(there)
    return count


def _follow(connection: sa.Connection, said: Mapping[int, tuple[str | None, list[str] | None]]) -> None:
    """Let articles' topics be their labels', or their decisions' where the label does not say."""
    verdicts = [{"place": seq, "said": verdict} for seq, (verdict, _) in said.items()]
    update = article.update().where(article.c.seq == sa.bindparam("place")).values(verdict=sa.bindparam("said"))
    connection.execute(update, verdicts)
    open_ = [seq for seq, (verdict, _) in said.items() if verdict not in JUDGED]
    topics = {seq: labels or [] for seq, (_, labels) in said.items()}
    topics |= {seq: [] for seq in open_} | dict(connection.execute(_current(open_, decision.c.topics)).all())
    connection.execute(article_topic.delete().where(article_topic.c.article.in_(list(said))))
    rows = [{"topic": topic, "article": seq} for seq, names in topics.items() for topic in names]
    if rows:
        connection.execute(article_topic.insert(), rows)


def decided(connection: sa.Connection, seqs: Sequence[int], topics: set[str]) -> set[int]:
    """Return which articles' decisions are just these topics, not left to a person."""
    rows = [
        row for some in chunks(seqs) for row in connection.execute(_current(some, decision.c.topics, decision.c.status))
    ]
    return {row.seq for row in rows if set(row.topics) == topics and row.status != Status.REVIEW}


def _current(seqs: Sequence[int], *columns: "sa.ColumnElement[Any]") -> "sa.Select[Any]":
    joined = article.join(decision, (decision.c.article == article.c.seq) & (decision.c.model == article.c.model))
    return sa.select(article.c.seq, *columns).select_from(joined).where(article.c.seq.in_(seqs))


def _shown(connection: sa.Connection, seqs: Sequence[int]) -> dict[int, dict[str, Any]]:
    names = ("model", "status", "reason", "topics", "scores")
    rows = connection.execute(_current(seqs, *(decision.c[name] for name in names)))
    return {row.seq: {name: row._mapping[name] for name in names} for row in rows}


def chunks(seqs: Iterable[int]) -> Iterator[list[int]]:
    """Yield places in portions that a query takes at once."""
    rest = iter(seqs)
    while some := list(islice(rest, CHUNK)):
        yield some


def waiting(connection: sa.Connection, status: str) -> int:
    """Return how many texts of a status nobody has judged yet: articles, but near duplicates for one."""
    query = sa.select(sa.func.count()).select_from(article).where(*groups.unjudged(article, status))
    return (connection.scalar(query) or 0) - groups.behind(connection, status)


def most_doubtful(connection: sa.Connection, status: str, limit: int) -> list[tuple[int, float]]:
    """Return places and uncertainties of the articles of a status that nobody has judged, most uncertain first.

    Of near duplicates there is one.
    """
    query = sa.select(article.c.seq, article.c.uncertainty)
    query = query.where(*groups.unjudged(article, status), groups.stands_first(status))
    query = query.order_by(article.c.uncertainty.desc(), article.c.seq.desc()).limit(limit)
    return [(row.seq, row.uncertainty or 0.0) for row in connection.execute(query)]


def labelled(connection: sa.Connection) -> Iterator[records.Whole]:
    """Yield the labelled articles in the order of receipt, a chunk at a time, deleted ones left out."""
    after = 0
    query = sa.select(label.c.article).join(article_text, article_text.c.article == label.c.article)
    while seqs := list(connection.scalars(query.where(label.c.article > after).order_by(label.c.article).limit(CHUNK))):
        yield from records.read_whole(connection, seqs)
        after = seqs[-1]
