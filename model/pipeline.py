"""The same model as a scikit-learn Pipeline: the reference the scorer is held to, and the export for notebooks."""

from typing import TYPE_CHECKING

import numpy as np

from model import analysis
from model.article import Article
from model.parameters import Floats, Parameters

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


def article_terms(article: Article | str) -> list[str]:
    """Return the terms of an article, or of a bare text: the `analyzer` of the vectoriser."""
    if isinstance(article, str):
        return analysis.terms(analysis.content(analysis.words(article)))
    fields = (article.title or "", article.text)
    return [term for text in fields for term in article_terms(text)]


def build(model: Parameters) -> "Pipeline":
    """Return a fitted Pipeline of TF-IDF and one-vs-rest logistic heads; `predict_proba` gives (N, T) probabilities.

    Calibration is folded into the heads, so that the probabilities are those of `Scorer`.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import LabelBinarizer

    tfidf = TfidfVectorizer(
        analyzer=article_terms, sublinear_tf=True, vocabulary={term: n for n, term in enumerate(model.terms)}
    )
    tfidf.idf_ = model.idf
    heads = OneVsRestClassifier(LogisticRegression())
    heads.estimators_ = [_head(coef, shift) for coef, shift in zip(*_calibrated(model), strict=True)]
    heads.label_binarizer_ = LabelBinarizer(sparse_output=True).fit(np.eye(len(model.taxonomy.ids), dtype=int))
    heads.classes_ = np.array(model.taxonomy.ids)
    heads.n_features_in_ = len(model.terms)
    return Pipeline([("tfidf", tfidf), ("heads", heads)])


def _calibrated(model: Parameters) -> tuple[Floats, Floats]:
    return model.coef * model.slope[:, None], model.slope * model.intercept + model.shift


def _head(coef: Floats, intercept: float) -> object:
    from sklearn.linear_model import LogisticRegression

    head = LogisticRegression()
    head.classes_ = np.array([0, 1])
    head.coef_, head.intercept_ = coef[None, :], np.array([intercept])
    head.n_features_in_ = len(coef)
    return head
