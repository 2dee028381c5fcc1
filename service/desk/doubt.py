"""A decision and its doubt in words."""

from collections.abc import Mapping

from model.decision import Decision, Reason, Status
from model.taxonomy import Topic
from service.desk import formats

CLOSE, HIGH = 0.15, 0.3  # two scores as near as this, and not low, are told as one against the other


def doubt(decision: Decision | None, topics: Mapping[str, Topic]) -> str:
    """Return in a sentence or two what the model thinks of an article, and how sure it is."""
    if decision is None:
        return "No model has looked at it yet."
    ranked = sorted(decision.scores, key=lambda topic: -decision.scores[topic])
    told = {topic: f"{_name(topic, topics)} ({formats.percent(decision.scores[topic])})" for topic in ranked}
    if decision.status is Status.ASSIGNED:
        return f"The model assigned {' and '.join(told.get(topic, topic) for topic in decision.topics)}."
    if decision.status is Status.OUT_OF_SCOPE:
        return f"The model finds none of the topics in it; {told[ranked[0]]} comes nearest."
    if decision.reason is not Reason.LOW_CONFIDENCE:
        return f"{formats.reason(decision.reason)} What it would guess: {told[ranked[0]]}."
    return _torn(ranked, decision.scores, told)


def _torn(ranked: list[str], scores: Mapping[str, float], told: Mapping[str, str]) -> str:
    first = ranked[0]
    if len(ranked) > 1 and scores[first] - scores[ranked[1]] < CLOSE and scores[first] >= HIGH:
        return f"The model wavers between {told[first]} and {told[ranked[1]]}."
    if scores[first] < 0.5:
        return f"The model doubts that it is about any topic, but {told[first]} is not ruled out."
    return f"The model leans to {told[first]}, not surely enough to assign it."


def _name(topic: str, topics: Mapping[str, Topic]) -> str:
    return topics[topic].label if topic in topics else topic
