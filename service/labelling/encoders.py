"""Rows with their decisions as bytes of the output's format."""

import gzip
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from model.decision import Decision
from service import outputs
from service.labelling.decisions import Refused
from service.labelling.layout import Layout
from training import tables

GZIP_LEVEL = 6

Outcomes = Sequence[Decision | Refused]


def head(layout: Layout) -> bytes:
    """Return what stands before the first row."""
    if layout.kind == ".csv":
        return pack(_sheet([[outputs.inert(name) for name in layout.names]]), layout)
    return pack(b"", layout)


def pack(data: bytes, layout: Layout) -> bytes:
    """Return bytes as a gzip member, where the output is packed: members one after another are a gzip file."""
    # no name and no time in the header: the same rows give the same bytes
    return gzip.compress(data, GZIP_LEVEL, mtime=0) if layout.packed else data


def jsonl(rows: Sequence[tables.Row], results: Iterable[dict[str, Any]], taken: Sequence[str]) -> bytes:
    """Return rows, each with what it got, as JSON lines; `taken` are the names that results may have."""
    names = frozenset(taken)
    lines = []
    for (_, values, _), result in zip(rows, results, strict=True):
        own = values if names.isdisjoint(values) else outputs.own(values, taken)
        lines.append(own | result)
    return msgspec.json.Encoder().encode_lines(lines)


def result(outcome: Decision | Refused) -> dict[str, Any]:
    """Return what a row gets in JSONL; its names are `JSONL_TAKEN`."""
    if isinstance(outcome, Refused):
        return {"id": outcome.id, "status": "error", "error": outcome.error}
    return {
        "id": outcome.id,
        "status": outcome.status,
        "reason": outcome.reason,
        "topics": outcome.topics,
        "scores": outcome.scores,
        "model": outcome.model,
    }


def flat(outcomes: Outcomes, topics: Sequence[str]) -> list[list[Any]]:
    """Return outcomes as the columns that `outputs.flat_columns` names."""
    good = [outcome if isinstance(outcome, Decision) else None for outcome in outcomes]
    return [
        [str(one.status) if one else "error" for one in good],
        [str(one.reason) if one and one.reason else None for one in good],
        ["|".join(one.topics) if one else None for one in good],
        *([one.scores[topic] if one else None for one in good] for topic in topics),
        [one.model if one else None for one in good],
        [outcome.error if isinstance(outcome, Refused) else None for outcome in outcomes],
    ]


def csv_lines(rows: Sequence[tables.Row], added: Sequence[Sequence[object]], layout: Layout) -> bytes:
    """Return rows, with the columns that are added, as lines of CSV that no spreadsheet takes for formulas."""
    inert = outputs.inert
    own = [[inert(row.values.get(name)) for row in rows] for name in layout.own]
    new = [[inert(cell) for cell in column] for column in added]
    return _sheet(zip(*own, *new, strict=True))


def _sheet(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as the csv module writes them, which takes long over long texts as it looks at every character."""
    return "".join([",".join(map(_cell, row)) + "\r\n" for row in rows]).encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    if '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return f'"{text}"' if "," in text or "\n" in text or "\r" in text else text
