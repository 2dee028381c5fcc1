import math

import numpy as np
import pytest

from model import analysis
from model.article import Article
from model.classifier import Classifier
from model.evidence import baseline, explain
from training.dataset import Dataset


def test_evidence_sums_to_the_log_odds(classifier: Classifier, starter: Dataset) -> None:
    model = classifier.parameters
    for article in list(starter.articles)[::20]:
        reading = classifier.scorer.read(article)
        pieces = explain(model, reading, list(model.taxonomy.ids))
        for n, topic in enumerate(model.taxonomy.ids):
            total = baseline(model, topic) + math.fsum(piece.weight for piece in pieces if piece.topic == topic)
            assert 1 / (1 + math.exp(-total)) == pytest.approx(reading.score.probabilities[n], abs=1e-9)


def test_offsets_point_at_the_words_as_received(classifier: Classifier) -> None:
    article = Article(title="Naïve POLICE", text="“Police,” said the officer’s lawyer: the police officer shot him")
    pieces = explain(classifier.parameters, classifier.scorer.read(article), ["policing_accountability"])
    assert {piece.field for piece in pieces} == {"title", "text"}
    for piece in pieces:
        place = ((article.title or "") if piece.field == "title" else article.text)[piece.start : piece.end]
        assert analysis.terms(analysis.content(analysis.words(place)))[-1] == piece.term
    assert sum(piece.term == "police" for piece in pieces) == 3


def test_a_decision_says_why(classifier: Classifier, starter: Dataset) -> None:
    article = next(a for a in starter.articles if a.labels == ["digital_rights"])
    decision = classifier.classify(article, evidence=True)
    assert isinstance(decision.evidence, list)
    assert isinstance(decision.baseline, dict)
    weights = np.array([piece.weight for piece in decision.evidence])
    assert (np.diff(np.abs(weights)) <= 0).all()
    assert weights.min() < 0 < weights.max()
    assert {piece.topic for piece in decision.evidence} == set(decision.baseline) == {"digital_rights"}
    log_odds = math.log(decision.scores["digital_rights"] / (1 - decision.scores["digital_rights"]))
    assert decision.baseline["digital_rights"] + weights.sum() == pytest.approx(log_odds, abs=0.01)
