"""Rows with their decisions as bytes of the output's format."""

import gzip
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from model.decision import Decision
from service import outputs
from service.labelling.decisions import Refused
from service.labelling.layout import JSONL_TAKEN, Layout
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


def jsonl(rows: Sequence[tables.Row], outcomes: Outcomes, _layout: Layout) -> bytes:
    """Return rows as JSON lines."""
    taken = frozenset(JSONL_TAKEN)
    lines = []
    for (_, values, _), outcome in zip(rows, outcomes, strict=True):
        own = values if taken.isdisjoint(values) else outputs.own(values, JSONL_TAKEN)
        lines.append(own | _result(outcome))
    return msgspec.json.Encoder().encode_lines(lines)


def _result(outcome: Decision | Refused) -> dict[str, Any]:
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


def csv_lines(rows: Sequence[tables.Row], outcomes: Outcomes, layout: Layout) -> bytes:
    """Return rows as lines of CSV that no spreadsheet takes for formulas."""
    inert = outputs.inert
    own = [[inert(row.values.get(name)) for row in rows] for name in layout.own]
    decided = [[inert(cell) for cell in column] for column in flat(outcomes, layout.topics)]
    return _sheet(zip(*own, *decided, strict=True))


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
