"""Scoring: one TF-IDF pass over an article gives every topic's calibrated probability.

Each passage is weighted as scikit-learn's `TfidfTransformer(sublinear_tf=True)` does: (1 + ln tf) * idf, then the L2
norm; an article is the mean of its passages. Calibration is Platt's (1999): a logistic function of the raw score.
"""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import analysis, boilerplate
from model.article import Article
from model.parameters import Floats, Parameters

CODE = "{}[]=;<>_|\\"


@dataclass(frozen=True, slots=True)
class Score:
    """What one pass over an article found.

    `probabilities` (T,) is calibrated; `columns` and `values` (K,) are the article's vector. `words` counts its
    tokens, `stop_words` those that are English function words, `known` the other tokens that the model knows. `code` is
    the share of characters that programs are made of and news is not.
    """

    probabilities: Floats
    columns: NDArray[np.int64]
    values: Floats
    words: int
    stop_words: int
    known: int
    code: float

    @property
    def known_share(self) -> float | None:
        """Which part of the tokens that are no function words the model knows, 0 to 1; None where there are none."""
        content = self.words - self.stop_words
        return self.known / content if content else None


class Scorer:
    """Scores articles with one model; immutable, so safe to share between threads."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.column = {term: n for n, term in enumerate(parameters.terms)}
        # one row a term, so that the few terms of an article are read together
        self._weights = np.ascontiguousarray(parameters.coef.T)
        self._idf: list[float] = parameters.idf.tolist()

    def score(self, article: Article) -> Score:
        """Score one article: title and text apart, so that no 2-gram joins them, without the site's last words."""
        text = boilerplate.trim(article.text)
        fields = [analysis.words(article.title or ""), analysis.words(text)]
        title, body = (analysis.content(words) for words in fields)
        words, content = sum(map(len, fields)), len(title) + len(body)
        weights = self._mean_tfidf(analysis.passages(title, body))
        columns = np.fromiter(weights, np.int64, len(weights))
        values = np.fromiter(weights.values(), np.float64, len(weights))
        known = sum(map(self.column.__contains__, title)) + sum(map(self.column.__contains__, body))
        return Score(
            probabilities=self._calibrate(values @ self._weights[columns]),
            columns=columns,
            values=values,
            words=words,
            stop_words=words - content,
            known=known,
            code=sum(map(text.count, CODE)) / max(1, len(text)),
        )

    def _mean_tfidf(self, passages: list[list[str]]) -> dict[int, float]:
        """Return the mean of the passages' TF-IDF vectors, by column."""
        total: dict[int, float] = {}
        idf, found = self._idf, self.column.get
        for terms in passages:
            counts = Counter(map(found, terms))
            counts.pop(None, None)
            # most terms stand once, and the logarithm of that is 0
            weights = {
                n: idf[n] if k == 1 else (1.0 + math.log(k)) * idf[n] for n, k in counts.items() if n is not None
            }
            norm = math.hypot(*weights.values()) * len(passages)
            for n, weight in weights.items():
                total[n] = total.get(n, 0.0) + weight / norm
        return total

    def _calibrate(self, raw: Floats) -> Floats:
        """Turn the heads' products (T,) into probabilities (T,)."""
        model = self.parameters
        log_odds = model.slope * (raw + model.intercept) + model.shift
        return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -700, 700)))
