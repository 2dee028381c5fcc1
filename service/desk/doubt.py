"""A decision and its doubt in words."""

from collections.abc import Mapping

from model.decision import Decision, Status
from model.taxonomy import Topic
from service.desk import formats

CLOSE = 0.15  # two scores as near as this are told as one against the other


def doubt(decision: Decision | None, topics: Mapping[str, Topic]) -> str:
    """Return in a sentence or two what the model thinks of an article, and how sure it is."""
    if decision is None:
        return "No model has looked at it yet."
    if not decision.scores:
        return formats.reason(decision.reason)
    ranked = sorted(decision.scores, key=lambda topic: -decision.scores[topic])
    names = [_name(topic, topics) for topic in ranked]
    shares = [formats.percent(decision.scores[topic]) for topic in ranked]
    if decision.status is Status.ASSIGNED:
        given = " and ".join(f"{_name(topic, topics)} ({formats.percent(decision.scores[topic])})"
                             for topic in decision.topics)  # fmt: skip
        return f"The model assigned {given}."
    if decision.status is Status.OUT_OF_SCOPE:
        return f"The model finds none of the topics in it; {names[0]} comes nearest with {shares[0]}."
    if decision.reason is not None and decision.reason != "low_confidence":
        return f"{formats.reason(decision.reason)} What it would guess: {names[0]}, {shares[0]}."
    if len(ranked) > 1 and decision.scores[ranked[0]] - decision.scores[ranked[1]] < CLOSE:
        return f"The model wavers between {names[0]} ({shares[0]}) and {names[1]} ({shares[1]})."
    if decision.scores[ranked[0]] < 0.5:
        return f"The model doubts that it is about any topic, but {names[0]} is not ruled out ({shares[0]})."
    return f"The model leans to {names[0]} ({shares[0]}), not surely enough to assign it."


def _name(topic: str, topics: Mapping[str, Topic]) -> str:
    return topics[topic].label if topic in topics else topic
