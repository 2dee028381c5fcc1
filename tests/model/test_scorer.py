import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import pipeline
from model.article import Article
from model.classifier import Classifier
from model.scorer import Scorer
from training.dataset import Dataset


@pytest.fixture(scope="module")
def reference(classifier: Classifier) -> object:
    return pipeline.build(classifier.parameters)


def worst(scorer: Scorer, reference: object, articles: list[Article]) -> float:
    expected = reference.predict_proba(articles)  # type: ignore[attr-defined]
    return float(np.abs(np.array([scorer.score(article).probabilities for article in articles]) - expected).max())


def test_equals_scikit_learn_on_the_corpus(classifier: Classifier, reference: object, starter: Dataset) -> None:
    assert worst(classifier.scorer, reference, list(starter.articles)) < 1e-9


@given(st.data())
def test_equals_scikit_learn_on_any_text(classifier: Classifier, reference: object, data: st.DataObject) -> None:
    # half known terms, half anything: texts of noise alone would hit no weight
    known = st.sampled_from(classifier.parameters.terms).map(str.upper)
    text = st.lists(st.one_of(known, st.text(max_size=8)), max_size=40).map(" ".join)
    article = Article(title=data.draw(st.none() | text), text=data.draw(text))
    assert worst(classifier.scorer, reference, [article]) < 1e-9


def test_the_comparison_has_power(classifier: Classifier, reference: object, starter: Dataset) -> None:
    broken = dataclasses.replace(classifier.parameters, idf=classifier.parameters.idf * np.float64(1.0).item())
    broken.idf[: len(broken.idf) // 2] *= 1.0001
    assert worst(Scorer(broken), reference, list(starter.articles)[:50]) > 1e-7


def test_a_text_without_known_terms_scores_the_intercept(classifier: Classifier) -> None:
    score = classifier.scorer.score(Article(text="zzzz qqqq"))
    assert len(score.columns) == 0
    assert score.words == 2
    assert score.known == 0
