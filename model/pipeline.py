"""The same model in scikit-learn: what training fits, the scorer is held to, and notebooks get."""

from collections.abc import Iterable

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import LabelBinarizer

from model import analysis, boilerplate
from model.article import Article
from model.parameters import Floats, Parameters

Passages = list[list[str]]


def passages(article: Article | str | Passages) -> Passages:
    """Return the terms of each passage of an article, or of a bare text; passages are returned as they are."""
    if isinstance(article, list):
        return article
    fields = ("", article) if isinstance(article, str) else (article.title or "", article.text)
    fields = (fields[0], boilerplate.trim(fields[1]))
    title, body = (analysis.content(analysis.words(text)) for text in fields)
    return analysis.passages(title, body)


def _same(terms: list[str]) -> list[str]:
    return terms


class PassageTfidf(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Articles to the mean of their passages' TF-IDF vectors, (N, V); see `Scorer`.

    `min_df` is the least number of articles a term must stand in; `vocabulary`, where given, fixes the columns.
    """

    def __init__(self, min_df: int = 1, vocabulary: dict[str, int] | None = None) -> None:
        self.min_df = min_df
        self.vocabulary = vocabulary

    def fit(self, articles: Iterable[Article | str | Passages], _labels: object = None) -> "PassageTfidf":
        """Learn terms and IDF from whole articles."""
        self.tfidf_ = self._new()
        self.tfidf_.fit([[term for terms in passages(article) for term in terms] for article in articles])
        return self

    def set_idf(self, idf: Floats) -> "PassageTfidf":
        """Take over an IDF (V,) that was learnt before."""
        self.tfidf_ = self._new()
        self.tfidf_.idf_ = idf
        return self

    def transform(self, articles: Iterable[Article | str | Passages]) -> sparse.csr_matrix:
        """Return the articles' vectors as a sparse (N, V) matrix."""
        split = [passages(article) for article in articles]
        counts = [len(parts) for parts in split]
        rows = np.repeat(np.arange(len(split)), counts)
        mean = sparse.csr_matrix((1.0 / np.repeat(counts, counts), (rows, np.arange(len(rows)))))
        return mean @ self.tfidf_.transform([terms for parts in split for terms in parts])

    def _new(self) -> TfidfVectorizer:
        return TfidfVectorizer(analyzer=_same, sublinear_tf=True, min_df=self.min_df, vocabulary=self.vocabulary)


def build(model: Parameters) -> Pipeline:
    """Return a fitted Pipeline of TF-IDF and one-vs-rest logistic heads; `predict_proba` gives (N, T) probabilities.

    Calibration is folded into the heads, so that the probabilities are those of `Scorer`.
    """
    tfidf = PassageTfidf(vocabulary={term: n for n, term in enumerate(model.terms)}).set_idf(model.idf)
    heads = OneVsRestClassifier(LogisticRegression())
    heads.estimators_ = [_head(coef, shift) for coef, shift in zip(*_calibrated(model), strict=True)]
    heads.label_binarizer_ = LabelBinarizer(sparse_output=True).fit(np.eye(len(model.taxonomy.ids), dtype=int))
    heads.classes_ = np.array(model.taxonomy.ids)
    heads.n_features_in_ = len(model.terms)
    return Pipeline([("tfidf", tfidf), ("heads", heads)])


def _calibrated(model: Parameters) -> tuple[Floats, Floats]:
    return model.coef * model.slope[:, None], model.slope * model.intercept + model.shift


def _head(coef: Floats, intercept: float) -> LogisticRegression:
    head = LogisticRegression()
    head.classes_ = np.array([0, 1])
    head.coef_, head.intercept_ = coef[None, :], np.array([intercept])
    head.n_features_in_ = len(coef)
    return head
