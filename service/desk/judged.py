"""The form that gives a label: what is ticked in it, as a label, and what became of that, in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from starlette.datastructures import FormData

from model.decision import Status
from model.errors import InvalidInputError
from model.taxonomy import Topic
from service.desk import formats, requests
from service.handlers.labels import LabelRequest
from service.store import records


class Choice(NamedTuple):
    """What is ticked: topics, or that it is about none of them; and the note."""

    topics: list[str]
    none: bool = False
    note: str = ""


def at_first(record: records.Record) -> Choice:
    """Return what is ticked before a person ticks anything: the label it has, else a decision that can be confirmed."""
    label, made = record.label, record.decision
    if label is not None and label.labels is not None:
        return Choice(label.labels, not label.labels, label.note or "")
    if label is None and made is not None and made.status is not Status.REVIEW:
        return Choice(made.topics, not made.topics)
    return Choice([], note=(label and label.note) or "")


def read(data: FormData) -> Choice:
    """Return what is ticked in a form that was sent."""
    topics = [value for value in data.getlist("topic") if isinstance(value, str)]
    return Choice(topics, bool(data.get("none")), requests.field(data, "note").strip())


def label(article_id: str, choice: Choice, by: str, *, unsure: bool) -> LabelRequest:
    """Return the label that a choice means. Raises `InvalidInputError` where it means none."""
    note = choice.note or None
    if unsure:
        return LabelRequest(article=article_id, verdict="unsure", note=note, by=by, group=True)
    if not choice.topics and not choice.none:
        raise InvalidInputError("nothing was chosen: choose one topic or several, “none of them”, or “unsure”")
    if choice.topics and choice.none:
        raise InvalidInputError("“none of them” goes with no topic: choose either")
    return LabelRequest(
        article=article_id, verdict="correct", labels=choice.topics, note=note, by=by, group=True
    )  # fmt: skip


def said(labels: Sequence[str] | None, topics: Mapping[str, Topic]) -> str:
    """Return a label in words."""
    if labels is None:
        return "unsure"
    return ", ".join(topics[one].label if one in topics else one for one in labels) or "none of the topics"


def saved(labels: Sequence[str] | None, copies: int, topics: Mapping[str, Topic]) -> str:
    """Return what was saved in words."""
    too = f", also for {formats.plural(copies, 'copy', 'copies')}" if copies else ""
    return f"Saved: {said(labels, topics)}{too}."


def meanwhile(label: records.Label | None, topics: Mapping[str, Topic]) -> str:
    """Return what somebody else did while a person looked."""
    if label is None:
        return "The label that this article had was taken back while you looked."
    return f"{label.by} labelled this while you looked: {said(label.labels, topics)}."
