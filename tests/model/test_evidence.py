import math

import numpy as np
import pytest

from model import analysis
from model.article import Article
from model.classifier import MOST_EVIDENCE, Classifier
from model.evidence import explain
from training.dataset import Dataset


def test_evidence_sums_to_the_log_odds(classifier: Classifier, starter: Dataset) -> None:
    model = classifier.parameters
    for article in list(starter.articles)[::20]:
        score = classifier.scorer.score(article)
        pieces = explain(article, classifier.scorer, score)
        for n, topic in enumerate(model.taxonomy.ids):
            total = math.fsum(piece.weight for piece in pieces if piece.topic == topic)
            total += float(model.slope[n] * model.intercept[n] + model.shift[n])
            assert 1 / (1 + math.exp(-total)) == pytest.approx(float(score.probabilities[n]), abs=1e-9)


def test_offsets_point_at_the_words_as_received(classifier: Classifier) -> None:
    article = Article(title="Naïve POLICE", text="“Police,” said the officer’s lawyer: the police officer shot him")
    score = classifier.scorer.score(article)
    pieces = explain(article, classifier.scorer, score)
    assert {piece.field for piece in pieces} == {"title", "text"}
    for piece in pieces:
        place = ((article.title or "") if piece.field == "title" else article.text)[piece.start : piece.end]
        assert analysis.terms(analysis.content(analysis.words(place)))[-1] == piece.term
    assert sum(piece.term == "police" for piece in pieces) == 3 * len(classifier.parameters.taxonomy.ids)


def test_a_decision_shows_the_weightiest(classifier: Classifier, starter: Dataset) -> None:
    article = next(a for a in starter.articles if a.labels == ["digital_rights"])
    decision = classifier.classify(article, evidence=True)
    assert isinstance(decision.evidence, list)
    assert len(decision.evidence) == MOST_EVIDENCE
    weights = np.abs([piece.weight for piece in decision.evidence])
    assert (np.diff(weights) <= 0).all()
    assert {piece.topic for piece in decision.evidence} == {"digital_rights"}
