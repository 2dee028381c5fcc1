"""Corpus and corrections to a candidate, and whether it may take the place of the model that serves.

Nothing is written here: whoever calls publishes the candidate and keeps the receipt, so an interruption changes
nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from model.classifier import Classifier
from model.parameters import Floats, Parameters
from training import gate, holdout, suspects, verdict
from training.comparison import Comparison, number
from training.dataset import Dataset
from training.evaluate import topic_figures
from training.gather import Gathered, LabelledArticle, gather
from training.lineage import trace
from training.receipt import Data, Part, Quality, Receipt, software
from training.train import Fitted, Progress, check, fit, silent

CORPUS_SUSPECTS = 20
SOME_LABELS, LEAST_NONE = 20, 0.1
CONTRADICTED, BRIDGING = "contradicted", "near duplicate of articles on both sides of the hold-out"


@dataclass(frozen=True)
class Outcome:
    """A candidate with its receipt; `accepted` is the receipt's word on whether to publish it."""

    candidate: Parameters
    receipt: Receipt

    @property
    def accepted(self) -> bool:
        """Whether the candidate is to be published."""
        return self.receipt.accepted


def retrain(
    base: Dataset,
    labels: Sequence[LabelledArticle] = (),
    current: Classifier | None = None,
    *,
    seed: int = 0,
    force: bool = False,
    renamed: Mapping[str, str] | None = None,
    removed: Collection[str] = (),
    right: int = 95,
    catch: int = 95,
    made: str | None = None,
    progress: Progress = silent,
) -> Outcome:
    """Train a candidate on the base and on labels, and hold it against the current model.

    The same base, labels (in any order) and seed give the same candidate. `renamed` (old: new) and `removed` say what
    became of topics of the current model; `right` and `catch` are the operating points that it serves at; `made` is
    the time to stand in the receipt.
    Raises `TaxonomyError` for a topic that is gone without a word, `UnknownTopicError` for a label of an unknown topic,
    `TrainingError` where a topic has too few articles.
    """
    lineage = trace(current.parameters.taxonomy, base.taxonomy, renamed, removed) if current is not None else None
    progress("gathering", 0, 1)
    gathered = gather(base, labels, lineage)
    check(gathered.data)
    sides = holdout.split(gathered.data, gathered.base, gathered.pairs, gathered.base_pairs)
    contradicting = suspects.contradictions(gathered.data, gathered.pairs)
    fit_on, held_on = _cleaned(gathered, sides, contradicting)
    progress("gathering", 1, 1)
    fit_part = gathered.data.part(fit_on)
    check(fit_part)
    fitted = fit(fit_part, seed, progress, sides.units[fit_on])
    candidate = Classifier(fitted.parameters, fitted.parameters.digest[:12], right=right, catch=catch)
    held = Dataset(base.taxonomy, gathered.data.part(held_on).articles, [str(sides.units[n]) for n in held_on])
    seen = _probabilities(candidate, held)
    comparison = None
    if current is not None and len(held_on):
        titles = [gathered.claim(row).title for row in held_on]
        comparison = gate.compare(
            candidate, current, held, renamed=renamed, removed=removed, titles=titles, seed=seed, progress=progress
        )
    cross_validated = _quality(fitted.probability, fit_part)
    reasons, notes = _decide(comparison, current, base, sides.why_not, fitted.parameters)
    notes += _one_sided(gathered, fit_on)
    if comparison is not None:
        reasons += verdict.floor({topic: cross_validated[topic] for topic in comparison.added})
    receipt = Receipt(
        made=made,
        digest=fitted.parameters.digest,
        current=current.model_id if current is not None else None,
        seed=seed,
        software=software(),
        data=_data(base, len(labels), gathered, (fit_on, held_on), sides.why_not),
        contradictions=[
            suspects.Contradiction(claims=[gathered.claim(int(row)) for row in rows]) for rows in contradicting
        ],
        suspects=_suspects(gathered, fit_on, fitted, held_on, seen),
        cross_validated=cross_validated,
        held_out=_quality(seen, held),
        comparison=comparison,
        accepted=force or not reasons,
        forced=force and bool(reasons),
        reasons=reasons,
        notes=notes,
    )
    return Outcome(fitted.parameters, receipt)


def _cleaned(
    gathered: Gathered, sides: holdout.Split, contradicting: list[NDArray[np.intp]]
) -> tuple[list[int], list[int]]:
    """Return the rows to train on and to hold out, without contradictions; those left out are put on record.

    Articles of the base stay in the hold-out whatever a label says of them: it must not change with the labels.
    """
    contested = {int(row) for rows in contradicting for row in rows}
    held = [n for n in sides.held.tolist() if n not in contested or n < gathered.base]
    for reason, rows in ((CONTRADICTED, contested - set(held)), (BRIDGING, set(sides.bridging.tolist()) - contested)):
        if rows:
            gathered.left_out[reason] = [gathered.data.articles[n].id for n in sorted(rows)]
    return [n for n in sides.fit.tolist() if n not in contested], held


def _probabilities(classifier: Classifier, data: Dataset) -> Floats:
    ids = data.taxonomy.ids
    rows = [[decision.scores[topic] for topic in ids] for decision in classifier.classify_batch(data.articles)]
    return np.array(rows, np.float64).reshape(len(rows), len(ids))


def _decide(
    comparison: Comparison | None, current: Classifier | None, base: Dataset, why_not: str | None, candidate: Parameters
) -> tuple[list[str], list[str]]:
    """Return what speaks against the candidate, and what else should be known."""
    if current is None:
        return [], ["there was no model to compare with"]
    if comparison is None:
        return [f"nothing to compare the models on: {why_not}"], []
    notes = list(comparison.notes)
    if current.parameters.digest == candidate.digest:
        notes.append("the candidate is the current model: nothing has changed")
    if current.parameters.facts.data_sha256 == base.sha256:
        notes.append("the current model was trained on the hold-out too, so the comparison flatters it")
    return list(comparison.reasons), notes


def _one_sided(gathered: Gathered, fit_on: list[int]) -> list[str]:
    """Return a warning where the labels trained on are nearly all in scope: their source looks like a topic then."""
    labelled = [gathered.data.articles[n] for n in fit_on if n >= gathered.base]
    none = sum(not article.labels for article in labelled)
    if len(labelled) < SOME_LABELS or none >= LEAST_NONE * len(labelled):
        return []
    return [
        f"of {len(labelled)} labels trained on {none} are of articles about none of the topics: label more of those, "
        "or the model will see topics in whatever comes from the same sources"
    ]


def _suspects(
    gathered: Gathered, fit_on: list[int], fitted: Fitted, held_on: list[int], seen: Floats
) -> list[suspects.Suspect]:
    """Return every label that looks wrong, and the few worst of the corpus."""
    rows = np.array([*fit_on, *held_on], np.intp)
    part, probability = gathered.data.part(rows), np.concatenate([fitted.probability, seen])
    found = suspects.suspicious(probability, part.labels)
    of_corpus = [each for each in found if rows[each[0]] < gathered.base][:CORPUS_SUSPECTS]
    shown = [each for each in found if rows[each[0]] >= gathered.base] + of_corpus
    return suspects.describe(shown, part, probability, lambda n: gathered.claim(int(rows[n])))


def _quality(probability: Floats, data: Dataset) -> dict[str, Quality]:
    found = {}
    for topic, p, y in zip(data.taxonomy.ids, probability.T, data.labels.T, strict=True) if len(probability) else ():
        figures = msgspec.structs.asdict(topic_figures(p, y))
        support = figures.pop("support")
        found[topic] = Quality(articles=support, **{name: number(value) for name, value in figures.items()})
    return found


def _data(
    base: Dataset, labels: int, gathered: Gathered, rows: tuple[list[int], list[int]], why_not: str | None
) -> Data:
    def part(rows: list[int]) -> Part:
        data = gathered.data.part(rows)
        truth = data.labels.reshape(len(rows), len(base.taxonomy.ids))
        return Part(
            articles=len(rows),
            labels=sum(n >= gathered.base for n in rows),
            per_topic=dict(zip(base.taxonomy.ids, truth.sum(axis=0).tolist(), strict=True)),
            none=int((~truth.any(axis=1)).sum()),
            sha256=data.sha256,
        )

    return Data(
        base=len(base.articles),
        base_sha256=base.sha256,
        labels=labels,
        left_out=gathered.left_out,
        trained_on=part(rows[0]),
        held_out=part(rows[1]),
        no_holdout=why_not,
    )
