"""Kept articles as lines of CSV or JSONL, for as long as somebody reads them."""

import csv
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec

from service import outputs
from service.handlers import articles
from service.store import inbox, records
from service.store.database import Database
from service.store.listing import Filter

Form = Literal["csv", "jsonl"]

FIELDS = ("id", "title", "url", "source", "published", "received", "story")
CHUNK = 200


def matching(database: Database, chosen: Filter, form: Form, topics: Sequence[str]) -> Iterator[bytes]:
    """Yield all articles that a filter finds, latest received first, some hundred at a time.

    Each chunk is read by itself: no transaction stays open while a slow reader takes its time, and what comes in
    meanwhile is not part of it. Raises `InvalidInputError` before the first chunk.
    """
    yield _head(form, topics)
    cursor: str | None = None
    while True:
        page = articles.page(database, chosen, cursor, CHUNK)
        yield _lines(page.articles, form, topics)
        if (cursor := page.next) is None:
            return


def chosen(database: Database, ids: Sequence[str], form: Form, topics: Sequence[str]) -> Iterator[bytes]:
    """Yield the articles of these ids that are kept, latest received first."""
    yield _head(form, topics)
    with database.read() as connection:
        seqs = inbox.present(connection, ids)
    for start in range(0, len(seqs), CHUNK):
        with database.read() as connection:
            found = records.read(connection, seqs[start : start + CHUNK])
        yield _lines(found, form, topics)


def columns(topics: Sequence[str]) -> list[str]:
    """Return the names of the columns of CSV: an article's own, its label's, and its decision's flat ones."""
    return [*FIELDS, "labels", *(name for name in outputs.flat_columns(topics) if name != "error")]


def _head(form: Form, topics: Sequence[str]) -> bytes:
    return _sheet([columns(topics)]) if form == "csv" else b""


def _lines(found: Sequence[records.Record], form: Form, topics: Sequence[str]) -> bytes:
    if form == "csv":
        return _sheet([[outputs.inert(cell) for cell in _flat(record, topics)] for record in found])
    return msgspec.json.Encoder().encode_lines([_row(record) for record in found])


def _sheet(rows: Sequence[Sequence[object]]) -> bytes:
    parts: list[bytes] = []
    csv.writer(outputs.Lines(parts.append)).writerows(rows)
    return b"".join(parts)


def _flat(record: records.Record, topics: Sequence[str]) -> list[object]:
    made = record.decision
    labels = None if record.label is None or record.label.labels is None else "|".join(record.label.labels)
    own = [*(getattr(record, name) for name in FIELDS), labels]
    if made is None:
        return [*own, *(None for _ in range(4 + len(topics)))]
    scores = [made.scores.get(topic) for topic in topics]
    return [*own, made.status.value, made.reason, "|".join(made.topics), *scores, made.model]


def _row(record: records.Record) -> dict[str, Any]:
    made = record.decision
    own = {name: getattr(record, name) for name in FIELDS}
    own["labels"] = None if record.label is None else record.label.labels
    names = ("status", "reason", "topics", "scores", "model")
    return own | {name: None if made is None else getattr(made, name) for name in names}
