"""Scoring: one TF-IDF pass over an article gives every topic's calibrated probability.

The weighting is scikit-learn's `TfidfTransformer(sublinear_tf=True)`: (1 + ln tf) * idf, then the L2 norm. Calibration
is Platt's (1999): a logistic function of the head's raw score.
"""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model import analysis
from model.article import Article
from model.parameters import Floats, Parameters


@dataclass(frozen=True, slots=True)
class Score:
    """What one pass over an article found.

    `probabilities` (T,) is calibrated; `columns` and `values` (K,) are the article's TF-IDF vector. `words` counts its
    tokens, `stop_words` those that are English function words, `known` the other tokens that the model knows.
    """

    probabilities: Floats
    columns: NDArray[np.int64]
    values: Floats
    words: int
    stop_words: int
    known: int


class Scorer:
    """Scores articles with one model; immutable, so safe to share between threads."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.column = {term: n for n, term in enumerate(parameters.terms)}
        # one row a term, so that the few terms of an article are read together
        self._weights = np.ascontiguousarray(parameters.coef.T)

    def score(self, article: Article) -> Score:
        """Score one article; its title and text are analysed apart, so no 2-gram joins the two."""
        fields = [analysis.words(article.title or ""), analysis.words(article.text)]
        contents = [analysis.content(words) for words in fields]
        words, content = (sum(map(len, lists)) for lists in (fields, contents))
        counts: Counter[int | None] = Counter()
        for tokens in contents:
            counts.update(map(self.column.get, analysis.terms(tokens)))
        counts.pop(None, None)
        columns = np.fromiter(sorted(counts), np.int64, len(counts))  # type: ignore[type-var]
        values = np.fromiter((1.0 + math.log(counts[n]) for n in columns.tolist()), np.float64, len(columns))
        values *= self.parameters.idf[columns]
        norm = math.sqrt(float(values @ values))
        if norm > 0:
            values /= norm
        known = sum(token in self.column for tokens in contents for token in tokens)
        return Score(self._calibrate(values @ self._weights[columns]), columns, values, words, words - content, known)

    def _calibrate(self, raw: Floats) -> Floats:
        """Turn the heads' products (T,) into probabilities (T,)."""
        model = self.parameters
        log_odds = model.slope * (raw + model.intercept) + model.shift
        return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -700, 700)))
