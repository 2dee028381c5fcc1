"""How good a model is on labelled articles that it has not seen."""

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from model.classifier import Classifier
from model.decision import Decision
from model.operating import in_scope_rows
from model.parameters import Floats
from training.dataset import Dataset

BINS = 15


class TopicFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One topic's figures; precision, recall and F1 at a probability of 0.5, `support` in articles."""

    precision: float
    recall: float
    f1: float
    average_precision: float
    support: int


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one model on one set of articles.

    - `macro_f1`: mean over topics of F1 at a calibrated probability of 0.5
    - `mean_average_precision`: mean over topics of average precision
    - `out_of_scope_auroc`: how well the probability of being in scope tells articles of some topic from those of none
    - `assigned_precision`: of the (article, topic) pairs assigned, the part that is right
    - `in_scope_recall`: of the true (article, topic) pairs, the part that is assigned
    - `expected_calibration_error`: over all (article, topic) probabilities, 15 bins of equal width (Guo et al. 2017)
    - `statuses`: articles per status
    """

    articles: int
    macro_f1: float
    mean_average_precision: float
    out_of_scope_auroc: float
    assigned_precision: float
    in_scope_recall: float
    expected_calibration_error: float
    per_topic: dict[str, TopicFigures]
    statuses: dict[str, int]
    model: str


@dataclass(frozen=True)
class Outcome:
    """What a model said of labelled articles: `decisions` (N), `probability` and `assigned` (N, T)."""

    data: Dataset
    decisions: list[Decision]
    probability: Floats
    assigned: NDArray[np.bool_]


def judge(classifier: Classifier, data: Dataset) -> Outcome:
    """Classify every article of a data set that was read with the model's own taxonomy."""
    decisions = classifier.classify_batch(data.articles)
    return Outcome(
        data,
        decisions,
        np.array([[d.scores[topic] for topic in data.taxonomy.ids] for d in decisions]),
        np.array([[topic in d.topics for topic in data.taxonomy.ids] for d in decisions]),
    )


def measure(outcome: Outcome) -> Evaluation:
    """Compare decisions with labels. A figure that the data cannot give is NaN."""
    labels, assigned, topics = outcome.data.labels, outcome.assigned, outcome.data.taxonomy.ids
    statuses = [decision.status.value for decision in outcome.decisions]
    return Evaluation(
        articles=len(statuses),
        **summarise(outcome.probability, labels),
        assigned_precision=_ratio((assigned & labels).sum(), assigned.sum()),
        in_scope_recall=_ratio((assigned & labels).sum(), labels.sum()),
        per_topic={topic: topic_figures(outcome.probability[:, n], labels[:, n]) for n, topic in enumerate(topics)},
        statuses={status: statuses.count(status) for status in sorted(set(statuses))},
        model=outcome.decisions[0].model,
    )


def summarise(probability: Floats, labels: NDArray[np.bool_]) -> dict[str, float]:
    """Return the figures that need only probabilities (N, T) and labels (N, T), by their names in `Evaluation`."""
    # a topic of which the data holds no article can have no recall
    held = [(p, y) for p, y in zip(probability.T, labels.T, strict=True) if y.any()]
    per_topic = [topic_figures(p, y) for p, y in held]
    return {
        "macro_f1": _mean([figures.f1 for figures in per_topic]),
        "mean_average_precision": _mean([figures.average_precision for figures in per_topic]),
        "out_of_scope_auroc": _auroc(in_scope_rows(probability), np.asarray(labels.any(axis=1))),
        "expected_calibration_error": calibration_error(probability.ravel(), labels.ravel()),
    }


def calibration_error(probability: Floats, truth: NDArray[np.bool_]) -> float:
    """Return the expected calibration error of probabilities (N,): Guo et al. 2017, for binary outcomes."""
    place = np.minimum((probability * BINS).astype(int), BINS - 1)
    gap = np.bincount(place, truth - probability, BINS)
    return float(np.abs(gap).sum() / len(probability))


def topic_figures(probability: Floats, truth: NDArray[np.bool_]) -> TopicFigures:
    """Return one topic's figures from probabilities and truth (N,); what the data cannot give is NaN."""
    from sklearn.metrics import average_precision_score

    said = probability >= 0.5
    both, support = (said & truth).sum(), int(truth.sum())
    return TopicFigures(
        precision=_ratio(both, said.sum()),
        recall=_ratio(both, support),
        f1=_ratio(2 * both, said.sum() + support),
        average_precision=float(average_precision_score(truth, probability)) if support else float("nan"),
        support=support,
    )


def _auroc(score: Floats, truth: NDArray[np.bool_]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, score)) if 0 < truth.sum() < len(truth) else float("nan")


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
