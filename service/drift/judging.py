"""How decisions fared with the people who judged them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from service.drift import calibration
from service.drift.figures import Judgements, Month

Judged = tuple[datetime, list[str], dict[str, Any]]
"""When a judged article is dated, what it is about, and the decision that was shown."""


def judge(judged: Sequence[Judged]) -> Judgements:
    """Return how decisions fared, by the articles' months, which are in UTC."""
    months: defaultdict[str, list[bool]] = defaultdict(list)
    dismissed: list[bool] = []
    scores: list[float] = []
    truth: list[bool] = []
    for dated, about, shown in judged:
        labels = set(about)
        if shown["status"] == "assigned":
            months[f"{dated:%Y-%m}"].append(labels.issuperset(shown["topics"]))
        elif shown["status"] == "out_of_scope":
            dismissed.append(labels.isdisjoint(shown["scores"]))
        scores += shown["scores"].values()
        truth += [topic in labels for topic in shown["scores"]]
    assigned = [right for month in months.values() for right in month]
    return Judgements(
        articles=len(judged),
        assigned=calibration.share(sum(assigned), len(assigned)),
        dismissed=calibration.share(sum(dismissed), len(dismissed)),
        calibration=calibration.calibration(scores, truth),
        months=[
            Month(month=month, assigned=calibration.share(sum(right), len(right)))
            for month, right in sorted(months.items())
        ],
    )
