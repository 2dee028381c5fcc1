"""The scorer in plain Python, for where the compiled one could not be built: the same answers, many times slower."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model import analysis, boilerplate
from model.errors import InvalidInputError
from model.parameters import Floats, Parameters

Found = tuple[tuple[float, ...], int, int, int, float]


class Interpreted:
    """Scores articles with one model; see `model.score.Engine`."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._column = {term: n for n, term in enumerate(parameters.terms)}
        # one row a term, so that the few terms of an article are read together
        self._weights = np.ascontiguousarray(parameters.coef.T)
        self._idf: list[float] = parameters.idf.tolist()

    def score(self, title: str | None, text: str) -> Found:
        """Score one article."""
        return self._score(title, text)[0]

    def score_batch(self, titles: Sequence[str | None], texts: Sequence[str]) -> list[Found]:
        """Score articles, one after another."""
        return list(map(self.score, titles, texts))

    def read(self, title: str | None, text: str) -> tuple[Found, NDArray[np.int32], Floats, NDArray[np.int32]]:
        """Score one article and tell what was read."""
        found, weights = self._score(title, text)
        places = [
            (self._column[token.term], token.start, token.end, in_title)
            for in_title, field in ((True, title or ""), (False, boilerplate.trim(text)))
            for token in analysis.locate(field, cut=not in_title)
            if token.term in self._column
        ]
        columns, values = np.array(list(weights), np.int32), np.array(list(weights.values()), np.float64)
        return found, columns, values, np.array(places, np.int32).reshape(-1, 4)

    def _score(self, title: str | None, text: str) -> tuple[Found, dict[int, float]]:
        _refuse_surrogates(title or "", text)
        text = boilerplate.trim(text)
        fields = [analysis.words(title or ""), analysis.words(text)]
        first, body = (analysis.content(words) for words in fields)
        words, content = sum(map(len, fields)), len(first) + len(body)
        weights = self._mean_tfidf(analysis.passages(first, body))
        values = np.fromiter(weights.values(), np.float64, len(weights))
        raw = values @ self._weights[np.fromiter(weights, np.int64, len(weights))]
        known = sum(map(self._column.__contains__, first)) + sum(map(self._column.__contains__, body))
        code = sum(map(text.count, analysis.CODE)) / max(1, len(text))
        return (self._calibrate(raw), words, words - content, known, code), weights

    def _mean_tfidf(self, passages: list[list[str]]) -> dict[int, float]:
        """Return the mean of the passages' TF-IDF vectors, by column."""
        total: dict[int, float] = {}
        idf, found = self._idf, self._column.get
        for terms in passages:
            counts: Counter[Any] = Counter(map(found, terms))
            counts.pop(None, None)
            # most terms stand once, and the logarithm of that is 0
            weights = {n: idf[n] if k == 1 else (1.0 + math.log(k)) * idf[n] for n, k in counts.items()}
            norm = math.hypot(*weights.values()) * len(passages)
            for n, weight in weights.items():
                total[n] = total.get(n, 0.0) + (weight / norm if norm else 0.0)
        return total

    def _calibrate(self, raw: Floats) -> tuple[float, ...]:
        """Turn the heads' products (T,) into probabilities (T,)."""
        model = self._parameters
        log_odds = model.slope * (raw + model.intercept) + model.shift
        return tuple((1.0 / (1.0 + np.exp(-np.clip(log_odds, -700, 700)))).tolist())


def _refuse_surrogates(*texts: str) -> None:
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidInputError("a lone surrogate stands in the text, which is no character") from None
