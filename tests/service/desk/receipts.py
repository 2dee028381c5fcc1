"""Receipts for tests of what is shown of them."""

import msgspec

from training.comparison import Comparison, Delta, Flip, TopicComparison
from training.receipt import Data, Part, Quality, Receipt
from training.suspects import Claim, Contradiction, Suspect


def delta(current: float, candidate: float, low: float | None = None, high: float | None = None) -> Delta:
    return Delta(current=current, candidate=candidate, delta=round(candidate - current, 6), low=low, high=high)


def flip(number: int, title: str | None, labels: list[str], before: list[str], after: list[str]) -> Flip:
    return Flip(id=f"f{number}", sha256="0" * 64, title=title, labels=labels, current=before, candidate=after)


def claim(number: int, title: str | None, labels: list[str]) -> Claim:
    return Claim(id=f"c{number}", sha256="1" * 64, title=title, origin="label", by="ann", labels=labels)


def comparison(flips: list[Flip], reasons: list[str]) -> Comparison:
    topic = TopicComparison(
        articles=46, groups=40, average_precision=delta(0.962, 0.968, -0.002, 0.013),
        f1=delta(0.83, 0.81, -0.03, -0.01), assigned_f1=delta(0.8, 0.8), assigned_precision=delta(1, 0.9),
        assigned_recall=delta(0.7, 0.75),
    )  # fmt: skip
    return Comparison(
        current="20261125T035745Z-ecd9072cf676", articles=327, groups=300, resamples=10, seed=0,
        topics={"border_conflict": topic}, added={}, removed=[], renamed={}, assigned_precision=delta(0.9, 0.91),
        in_scope_recall=delta(0.7, 0.72), brier=delta(0.03, 0.02), calibration_error=delta(0.01, 0.02),
        statuses={"current": {"assigned": 111, "review": 9}, "candidate": {"assigned": 112}}, flipped=flips,
        reasons=reasons,
    )  # fmt: skip


def receipt(
    flips: list[Flip] | None = None,
    reasons: list[str] | None = None,
    *,
    accepted: bool = True,
    forced: bool = False,
    suspects: list[Suspect] | None = None,
    contradictions: list[Contradiction] | None = None,
    compared: bool = True,
) -> bytes:
    quality = Quality(articles=46, average_precision=0.97, precision=0.9, recall=None, f1=0.8)
    part = Part(articles=1796, labels=160, per_topic={"border_conflict": 257}, none=1012, sha256="2" * 64)
    made = Receipt(
        made="2026-11-25T04:07:11+00:00", digest="3" * 64, current=None, seed=0, software={"python": "3.11"},
        data=Data(
            base=1963, base_sha256="", labels=200, left_out={"said already": ["a", None]}, trained_on=part,
            held_out=part, no_holdout=None,
        ),
        contradictions=contradictions or [], suspects=suspects or [], cross_validated={"border_conflict": quality},
        held_out={}, comparison=comparison(flips or [], reasons or []) if compared else None, accepted=accepted,
        forced=forced, reasons=reasons or [], notes=[],
    )  # fmt: skip
    return msgspec.json.encode(made)
