"""Kept articles as they are given out, and reading them by their place."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from model.decision import Decision, Reason, Status
from model.errors import NotFoundError
from service.store.schema import article, article_text, article_topic, decision, label, label_history, story


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said an article is about; `labels` is None where they were unsure."""

    verdict: str
    labels: list[str] | None
    by: str
    at: datetime
    note: str | None


class Change(Label, frozen=True, kw_only=True):
    """One line of a label's history: `action` is given, changed or taken back; `shown` the decision they saw."""

    action: str
    recorded: datetime
    shown: dict[str, Any] | None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A kept article: `topics` are its label's where it has one, else its decision's."""

    id: str
    title: str | None
    url: str | None
    source: str | None
    published: datetime | None
    received: datetime
    topics: list[str]
    decision: Decision | None
    label: Label | None
    story: str | None


class Whole(Record, frozen=True, kw_only=True):
    """A kept article with its text, or only its terms where no text is kept."""

    text: str | None
    terms: list[str] | None


class Detail(Whole, frozen=True, kw_only=True):
    """A kept article with every decision and judgement there ever was, oldest first."""

    decisions: list[Decision]
    history: list[Change]


_COLUMNS = (
    sa.select(
        article.c.seq,
        article.c.id,
        article.c.url,
        article.c.source,
        article.c.published,
        article.c.received,
        article_text.c.title,
        story.c.id.label("story"),
        *(decision.c[name].label(f"decision_{name}") for name in ("model", "status", "reason", "topics", "scores")),
        *(label.c[name].label(f"label_{name}") for name in Label.__struct_fields__),
    )
    .join_from(article, article_text, isouter=True)
    .join(decision, (decision.c.article == article.c.seq) & (decision.c.model == article.c.model), isouter=True)
    .join(label, label.c.article == article.c.seq, isouter=True)
    .join(story, story.c.seq == article.c.story, isouter=True)
)


def place(connection: sa.Connection, article_id: str) -> int:
    """Return an article's place. Raises `NotFoundError`."""
    query = sa.select(article.c.seq).where(article.c.id == article_id, article.c.deleted.is_(None))
    seq: int | None = connection.scalar(query) if article_id.isprintable() else None
    if seq is None:
        raise NotFoundError("no article of this id is kept")
    return seq


def read(connection: sa.Connection, seqs: Sequence[int]) -> list[Record]:
    """Return the articles at these places, in their order, without their texts."""
    return [Record(**fields) for fields in _read(connection, seqs, _COLUMNS)]


def read_whole(connection: sa.Connection, seqs: Sequence[int]) -> list[Whole]:
    """Return the articles at these places, in their order, with their texts."""
    return [Whole(**fields) for fields in _read(connection, seqs, _WHOLE)]


_WHOLE = _COLUMNS.add_columns(article_text.c.text, article_text.c.terms)


def read_detail(connection: sa.Connection, seq: int) -> Detail:
    """Return all there is about one article."""
    (fields,) = _read(connection, [seq], _WHOLE)
    made = connection.execute(decision.select().where(decision.c.article == seq).order_by(decision.c.decided))
    changes = connection.execute(
        label_history.select().where(label_history.c.article == seq).order_by(label_history.c.id)
    )
    return Detail(
        **fields,
        decisions=[_decision(fields["id"], row._mapping) for row in made],
        history=[Change(**{name: row._mapping[name] for name in Change.__struct_fields__}) for row in changes],
    )


def _read(connection: sa.Connection, seqs: Sequence[int], columns: "sa.Select[Any]") -> list[dict[str, Any]]:
    if not seqs:
        return []
    topics: defaultdict[int, list[str]] = defaultdict(list)
    for row in connection.execute(article_topic.select().where(article_topic.c.article.in_(seqs))):
        topics[row.article].append(row.topic)
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(columns.where(article.c.seq.in_(seqs))):
        fields = dict(row._mapping)
        made = _split(fields, "decision_")
        given = _split(fields, "label_")
        decided = _decision(fields["id"], made) if made["status"] else None
        order = {} if decided is None else decided.scores
        ranked = sorted(topics[row.seq], key=lambda topic: -order.get(topic, 0.0))
        fields |= {"decision": decided, "label": Label(**given) if given["verdict"] else None, "topics": ranked}
        if "terms" in fields:
            fields["terms"] = None if fields["terms"] is None else fields["terms"].split(" ")
        found[fields.pop("seq")] = fields
    return [found[seq] for seq in seqs if seq in found]


def _split(fields: dict[str, Any], prefix: str) -> dict[str, Any]:
    names = [name for name in fields if name.startswith(prefix)]
    return {name.removeprefix(prefix): fields.pop(name) for name in names}


def _decision(article_id: str, row: Any) -> Decision:
    return Decision(
        id=article_id,
        status=Status(row["status"]),
        reason=Reason(row["reason"]) if row["reason"] else None,
        topics=row["topics"],
        scores=row["scores"],
        model=row["model"],
    )
