"""From probabilities to a decision an analyst can act on: assigned, for review, or out of scope."""

import enum
from collections.abc import Sequence

import msgspec

from model.evidence import Evidence
from model.operating import Thresholds, in_scope
from model.score import Score

MIN_WORDS = 5
MIN_KNOWN = 2
# Of 2,750 English news texts the least had 0.18 function words a word; other languages have up to 0.15.
MIN_STOP_WORD_SHARE = 0.16
WORDS_TO_TELL_LANGUAGE = 12
MAX_CODE = 0.04


class Status(enum.StrEnum):
    """What is done with an article."""

    ASSIGNED = "assigned"
    REVIEW = "review"
    OUT_OF_SCOPE = "out_of_scope"


class Reason(enum.StrEnum):
    """Why an article is left to a person: a reason stands with `review` and with nothing else."""

    TOO_SHORT = "too_short"
    NO_KNOWN_TERMS = "no_known_terms"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    LOW_CONFIDENCE = "low_confidence"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one article, in the order of fields of the public contract.

    `evidence` and `baseline` are there when asked for: of each topic shown, the weights of all evidence and the
    baseline sum to the log-odds of its score.
    """

    id: str | None
    status: Status
    reason: Reason | None
    topics: list[str]
    scores: dict[str, float]
    evidence: list[Evidence] | msgspec.UnsetType = msgspec.UNSET
    baseline: dict[str, float] | msgspec.UnsetType = msgspec.UNSET
    model: str


def abstain(score: Score) -> Reason | None:
    """Return why the text itself allows no decision, if so: too little of it, or not in the model's language."""
    if score.words < MIN_WORDS:
        return Reason.TOO_SHORT
    if score.code >= MAX_CODE:
        return Reason.UNSUPPORTED_LANGUAGE
    if score.words >= WORDS_TO_TELL_LANGUAGE and score.stop_words < MIN_STOP_WORD_SHARE * score.words:
        return Reason.UNSUPPORTED_LANGUAGE
    if score.known < MIN_KNOWN:
        return Reason.NO_KNOWN_TERMS
    return None


def decide(score: Score, topics: Sequence[str], thresholds: Thresholds) -> tuple[Status, Reason | None, list[str]]:
    """Apply thresholds: topics at or above theirs are assigned, best first."""
    if (reason := abstain(score)) is not None:
        return Status.REVIEW, reason, []
    sure = [
        (-probability, topic)
        for probability, topic, threshold in zip(score.probabilities, topics, thresholds.assign_at, strict=True)
        if probability >= threshold
    ]
    if sure:
        return Status.ASSIGNED, None, [topic for _, topic in sorted(sure)]
    if in_scope(score.probabilities) >= thresholds.review_at:
        return Status.REVIEW, Reason.LOW_CONFIDENCE, []
    return Status.OUT_OF_SCOPE, None, []
