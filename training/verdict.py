"""Which differences between two models are harm: certain enough not to be chance, and large enough to matter.

A difference refuses a model when its whole 95 % interval is on the bad side and it is larger than the margin. The
margins were set by measuring, see docs/decisions.md.
"""

from collections.abc import Mapping

import msgspec

from training.comparison import Comparison, Delta
from training.holdout import LEAST_ARTICLES, LEAST_GROUPS
from training.receipt import Quality

AP_MARGIN = 0.02
F1_MARGIN = 0.05
ASSIGNED_F1_MARGIN = 0.25  # thresholds move with every few articles, so only a collapse tells
PRECISION_MARGIN = 0.05
BRIER_MARGIN = 0.004
CALIBRATION_MARGIN = 0.015
FLOOR = 0.5


def judge(found: Comparison) -> Comparison:
    """Return the comparison with its reasons and notes."""
    reasons, notes = [], []
    for topic, figures in found.topics.items():
        if figures.articles < LEAST_ARTICLES or figures.groups < LEAST_GROUPS:
            notes.append(
                f"{topic}: {figures.articles} articles of {figures.groups} groups in the hold-out are too few to tell"
            )
            continue
        reasons += _worse(f"{topic}: average precision", figures.average_precision, AP_MARGIN)
        reasons += _worse(f"{topic}: F1 at a probability of 0.5", figures.f1, F1_MARGIN)
        reasons += _worse(f"{topic}: F1 of what is assigned", figures.assigned_f1, ASSIGNED_F1_MARGIN)
    reasons += _worse("precision of what is assigned", found.assigned_precision, PRECISION_MARGIN)
    reasons += _worse("calibration: Brier score", found.brier, BRIER_MARGIN, rise=True)
    reasons += _worse("calibration: expected error", found.calibration_error, CALIBRATION_MARGIN, rise=True)
    for topic, new in found.added.items():
        if new.articles < LEAST_ARTICLES:
            notes.append(f"{topic} is new: {new.articles} articles in the hold-out are too few to tell how good it is")
        elif (figure := new.average_precision) is not None and figure < FLOOR:
            reasons.append(_not_learnt(topic, figure, f"{new.articles} articles of the hold-out"))
    return msgspec.structs.replace(found, reasons=reasons, notes=notes)


def floor(cross_validated: Mapping[str, Quality]) -> list[str]:
    """Return what speaks against new topics on the articles that they were learnt from, each while it was held out.

    A new topic has few articles in the hold-out, if any; this is what can be said of it.
    """
    return [
        _not_learnt(topic, quality.average_precision, f"{quality.articles} articles, cross-validated")
        for topic, quality in cross_validated.items()
        if quality.average_precision is not None and quality.average_precision < FLOOR
    ]


def _not_learnt(topic: str, figure: float, where: str) -> str:
    return f"{topic} is new and not yet learnt: average precision {figure:.3f} on {where}; it takes {FLOOR}"


def _worse(what: str, figure: Delta, margin: float, *, rise: bool = False) -> list[str]:
    if figure.delta is None or figure.low is None or figure.high is None:
        return []
    bad, surely = (figure.delta, figure.low) if rise else (-figure.delta, -figure.high)
    if not (bad > margin and surely > 0):
        return []
    return [
        f"{what} {'rises' if rise else 'falls'} from {figure.current:.3f} to {figure.candidate:.3f} "
        f"({figure.delta:+.3f}, 95 % interval {figure.low:+.3f} to {figure.high:+.3f})"
    ]
