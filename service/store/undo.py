"""Taking a decision back with all that it labelled: each article gets back the label that it had before."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from model.errors import NotFoundError
from service.store import groups, labels
from service.store.schema import label, label_history

# by the moment, the person and what they said one decision is known, on whatever articles it was made
_SAME = ("at", "by", "labels")


def undo(connection: sa.Connection, seq: int) -> list[int]:
    """Take the decision back that gave an article its label, on its whole group; return the articles it had labelled.

    Labels that members have been given since, or had from somebody else, stay. Raises `NotFoundError` where the article
    has no label.
    """
    members = groups.members(connection, seq)
    given = labels.read(connection, members)
    if seq not in given:
        raise NotFoundError("the article has no label")
    undone = [one for one in members if one in given and _alike(given[one], given[seq])]
    before = {one: line for some in labels.chunks(undone) for one, line in _before(connection, some).items()}
    labels.put(connection, {one: line for one, line in before.items() if line is not None})
    labels.remove(connection, [one for one, line in before.items() if line is None])
    return undone


def _alike(one: Any, other: Any) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in _SAME)


def _before(connection: sa.Connection, seqs: Sequence[int]) -> dict[int, dict[str, Any] | None]:
    """Return what the labels of articles were before the decision that they are of now, None for none.

    A label that came back by an earlier undoing stands in the history twice; what was before it, before the first.
    """
    query = label_history.select().where(label_history.c.article.in_(seqs)).order_by(label_history.c.id)
    lines: dict[int, list[Any]] = {seq: [] for seq in seqs}
    for row in connection.execute(query):
        lines[row.article].append(row)
    return {seq: _first_before(rows) for seq, rows in lines.items()}


def _first_before(rows: Sequence[Any]) -> dict[str, Any] | None:
    first = next(n for n, row in enumerate(rows) if row.action != "taken back" and _alike(row, rows[-1]))
    if first == 0 or rows[first - 1].action == "taken back":
        return None
    names = [column.name for column in label.c if column.name != "article"]
    return {name: rows[first - 1]._mapping[name] for name in names}
