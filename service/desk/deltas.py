"""A comparison of two models in words: what is better, what is worse, and what may be chance."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from model.decision import Status
from model.taxonomy import Topic
from service.desk import formats

if TYPE_CHECKING:
    from training.comparison import Comparison, Delta, Flip

MAYBE = "may be chance"
NOTHING = 0.0005  # less than shows in three decimals

Topics = Mapping[str, Topic]


class Line(NamedTuple):
    """A figure before and after; `kind` is better, worse or same, `chance` says what its interval lets one think."""

    name: str
    before: float | None
    after: float | None
    kind: str
    words: str
    chance: str

    @property
    def shown(self) -> str:
        """How it is shown: in no colour where it may be chance."""
        return "unsure" if self.chance == MAYBE else self.kind


class Part(NamedTuple):
    """The figures of one topic, or of all."""

    title: str
    articles: int
    lines: list[Line]


class Turned(NamedTuple):
    """An article that is decided otherwise, in words; `kind` is better, worse or same by what it is labelled."""

    id: str | None
    title: str
    labels: str
    before: str
    after: str
    kind: str


def parts(found: "Comparison", topics: Topics) -> list[Part]:
    """Return all figures: topic by topic, then of all topics together."""
    made = []
    for topic, figures in found.topics.items():
        named = {
            "Average precision": figures.average_precision,
            "F1 at a probability of 0.5": figures.f1,
            "Precision of what is assigned": figures.assigned_precision,
            "Recall of what is assigned": figures.assigned_recall,
            "F1 of what is assigned": figures.assigned_f1,
        }
        lines = [line(name, delta) for name, delta in named.items()]
        made.append(Part(title(topic, topics), figures.articles, lines))
    together = [
        line("Precision of what is assigned", found.assigned_precision),
        line("Recall of what is assigned", found.in_scope_recall),
        line("Calibration: Brier score (less is better)", found.brier, less=True),
        line("Calibration: expected error (less is better)", found.calibration_error, less=True),
    ]
    return [*made, Part("All topics", found.articles, together)]


def line(name: str, delta: "Delta", *, less: bool = False) -> Line:
    """Return a difference in words; `less` where a smaller figure is the better one."""
    if delta.delta is None:
        return Line(name, delta.current, delta.candidate, "same", "cannot be told", "")
    gain = -delta.delta if less else delta.delta
    if abs(gain) < NOTHING:
        kind, words = "same", "as before"
    else:
        kind = "better" if gain > 0 else "worse"
        words = f"{kind} by {abs(gain):.3f}"
    chance = ""
    if delta.low is not None and delta.high is not None and kind != "same":
        chance = MAYBE if delta.low <= 0 <= delta.high else "more than chance"
    return Line(name, delta.current, delta.candidate, kind, words, chance)


def summary(found: "Comparison", topics: Topics) -> list[str]:
    """Return a sentence for each topic: "Border conflict: 0.962 → 0.968, better by 0.006"."""
    told = []
    for topic, figures in found.topics.items():
        one = line("", figures.average_precision)
        if one.before is not None and one.after is not None:
            told.append(f"{title(topic, topics)}: {one.before:.3f} → {one.after:.3f}, {one.words}")
    return told


def turned(flips: Sequence["Flip"], titles: Mapping[str, str | None], topics: Topics) -> list[Turned]:
    """Return the articles that are decided otherwise, those that became worse first; `titles` are of kept ones."""
    made = []
    for flip in flips:
        before, after = (_right(side, flip.labels) for side in (flip.current, flip.candidate))
        kind = "same" if before == after else "better" if after > before else "worse"
        name = flip.title or titles.get(flip.id or "") or flip.id or flip.sha256[:12]
        labels = names(flip.labels, topics) if flip.labels else "none of the topics"
        made.append(Turned(flip.id, name, labels, names(flip.current, topics), names(flip.candidate, topics), kind))
    return sorted(made, key=lambda one: ("worse", "better", "same").index(one.kind))


def _right(decided: Sequence[str], labels: Sequence[str]) -> int:
    """Return -1 for a wrong decision, 0 where a person is asked, 1 for a right one."""
    if list(decided) == [Status.REVIEW]:
        return 0
    said = set(decided) - {Status.OUT_OF_SCOPE}
    return 1 if said == set(labels) else -1


def names(decided: Sequence[str], topics: Topics) -> str:
    """Return topics, or a status, in words."""
    return ", ".join(
        formats.STATUS[Status(one)].lower() if one in set(Status) and one not in topics else title(one, topics)
        for one in decided
    )


def title(topic: str, topics: Topics) -> str:
    """Return what a topic is called."""
    return topics[topic].label if topic in topics else topic


def reason(said: str, topics: Topics) -> str:
    """Return a reason of the gate with its topic called by its name."""
    topic, colon, rest = said.partition(":")
    return title(topic, topics) + colon + rest if colon else said
