"""One person's judgement of an article that others may be judging too: nobody's label is overwritten unseen."""

from collections.abc import Sequence

import msgspec

from model.decision import Decision, Status
from model.errors import UnknownTopicError
from model.taxonomy import Taxonomy
from service.handlers import labels as handler
from service.store import groups, records, undo
from service.store.database import Database


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A label that was given, or was there already as wanted; `token` stands for it, `copies` others got it too."""

    token: str
    copies: int
    again: bool


class Meanwhile(msgspec.Struct, frozen=True, kw_only=True):
    """The label that an article was given while somebody looked at it; None where one was taken back."""

    label: records.Label | None


def token(label: records.Label | None) -> str:
    """Return what stands for the label that a person saw, empty where there was none."""
    return "" if label is None else label.at.isoformat()


def verdict(decision: Decision | None, topics: Sequence[str]) -> handler.Verdict:
    """Return which verdict a choice of topics is: one that confirms the decision, where there was one, or corrects."""
    if decision is None or decision.status is Status.REVIEW or set(decision.topics) != set(topics):
        return "correct"
    return "confirm"


def one(database: Database, article_id: str) -> handler.Waiting:
    """Return an article to judge, whether it waits for that or not. Raises `NotFoundError`."""
    with database.read() as connection:
        seq = records.place(connection, article_id)
        (record,) = records.read_whole(connection, [seq])
        return handler.Waiting(**msgspec.structs.asdict(record), copies=groups.copies(connection, [seq])[seq])


def give(database: Database, wanted: handler.LabelRequest, seen: str, taxonomy: Taxonomy) -> Saved | Meanwhile:
    """Give an article a label if it still has the one that was seen, by its token.

    The same label from the same person a second time changes nothing. Of the verdicts `confirm` and `correct` the one
    is taken that fits. Raises `NotFoundError`, `UnknownTopicError` or `InvalidInputError`.
    """
    if not set(wanted.labels or ()) <= set(taxonomy.ids):
        raise UnknownTopicError(f"`labels` holds what is no topic; the topics are {', '.join(taxonomy.ids)}")
    with database.write() as connection:
        seq = records.place(connection, wanted.article)
        (record,) = records.read(connection, [seq])
        if wanted.verdict != "unsure":
            wanted = msgspec.structs.replace(wanted, verdict=verdict(record.decision, wanted.labels or ()))
        if token(record.label) != seen:
            if record.label is not None and _same(record.label, wanted):
                return Saved(token=token(record.label), copies=0, again=True)
            return Meanwhile(label=record.label)
        given = handler.put(connection, seq, record.decision, wanted, taxonomy)
        return Saved(token=token(given), copies=given.count - 1, again=False)


def _same(one: records.Label, wanted: handler.LabelRequest) -> bool:
    ours = (one.verdict, one.by, set(one.labels or ()), one.note or None)
    return ours == (wanted.verdict, wanted.by, set(wanted.labels or ()), wanted.note or None)


def take_back(database: Database, article_id: str, given: str) -> bool:
    """Undo a label if it still is the one of a token: what it was given to has again what that had before.

    Return whether it was. Raises `NotFoundError` where the article is kept no longer.
    """
    with database.write() as connection:
        seq = records.place(connection, article_id)
        (record,) = records.read(connection, [seq])
        if record.label is None or token(record.label) != given:
            return False
        undo.undo(connection, seq)
        return True
