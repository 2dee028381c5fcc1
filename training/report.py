"""An evaluation as one self-contained HTML page."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from model.article import Article
from model.classifier import Classifier
from model.decision import Status
from model.evidence import contributions
from training import charts
from training.evaluate import Evaluation, Outcome

TEMPLATE = Path(__file__).with_name("report.html.j2")
WORST, TERMS, EVIDENCE, LEAD = 12, 25, 8, 240


class Error(NamedTuple):
    """An article whose labels and scores disagree most, and the terms that spoke for the wrong answer."""

    topic: str
    labelled: bool
    score: float
    title: str
    terms: list[tuple[str, float]]


def render(outcome: Outcome, figures: Evaluation, classifier: Classifier, source: str) -> str:
    """Return the page; `source` names the data."""
    import jinja2
    import matplotlib as mpl

    mpl.rcParams["svg.hashsalt"] = "topicdesk"
    labels, names = outcome.data.labels, [topic.label for topic in outcome.data.taxonomy.topics]
    wrong = (outcome.probability >= 0.5) != labels
    confidence = np.abs(outcome.probability - 0.5).min(axis=1)
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        figures=figures,
        source=source,
        facts=classifier.parameters.facts,
        labels=dict(zip(outcome.data.taxonomy.ids, names, strict=True)),
        thresholds=dict(zip(outcome.data.taxonomy.ids, classifier.thresholds.assign_at, strict=True)),
        out_of_scope=int((~labels.any(axis=1)).sum()),
        confusion=_confusion(outcome),
        errors=_worst(outcome, classifier),
        leanings=_leanings(classifier),
        precision_recall=charts.precision_recall(outcome.probability, labels, names),
        risk_coverage=charts.risk_coverage(confidence, wrong.any(axis=1)),
        reliability=charts.reliability(outcome.probability, labels, names),
    )


def _confusion(outcome: Outcome) -> list[tuple[str, list[int]]]:
    """Return, for each topic and for none, how many articles were assigned each topic, left for review, dismissed."""
    topics = outcome.data.taxonomy.ids
    review = np.array([decision.status is Status.REVIEW for decision in outcome.decisions])
    out = np.array([decision.status is Status.OUT_OF_SCOPE for decision in outcome.decisions])
    answers = [*outcome.assigned.T, review, out]
    truths = [*outcome.data.labels.T, ~outcome.data.labels.any(axis=1)]
    return [
        (name, [int((truth & answer).sum()) for answer in answers])
        for name, truth in zip((*topics, "none of them"), truths, strict=True)
    ]


def _worst(outcome: Outcome, classifier: Classifier) -> list[Error]:
    gap = np.abs(outcome.probability - outcome.data.labels)
    found = []
    for place in np.argsort(-gap, axis=None, kind="stable")[:WORST].tolist():
        row, column = divmod(place, gap.shape[1])
        topic, article = outcome.data.taxonomy.ids[column], outcome.data.articles[row]
        labelled = bool(outcome.data.labels[row, column])
        found.append(
            Error(
                topic=topic,
                labelled=labelled,
                score=float(outcome.probability[row, column]),
                title=article.title or article.text[:LEAD],
                terms=_reasons(article, column, labelled, classifier),
            )
        )
    return found


def _reasons(article: Article, column: int, labelled: bool, classifier: Classifier) -> list[tuple[str, float]]:
    """Return the terms that weighed most for the wrong answer."""
    model, reading = classifier.parameters, classifier.scorer.read(article)
    weights = contributions(model, reading, column)
    order = np.argsort(weights if labelled else -weights, kind="stable")[:EVIDENCE]
    return [(model.terms[reading.columns[n]], float(weights[n])) for n in order]


def _leanings(classifier: Classifier) -> dict[str, dict[str, list[str]]]:
    """Return the terms that speak most for and against each topic."""
    model = classifier.parameters
    leanings: dict[str, dict[str, Any]] = {}
    for topic, weights in zip(model.taxonomy.ids, model.coef * model.idf, strict=True):
        order = np.argsort(weights)
        leanings[topic] = {
            "for": [model.terms[n] for n in order[::-1][:TERMS]],
            "against": [model.terms[n] for n in order[:TERMS]],
        }
    return leanings
