"""What a theme is called: the terms that set it apart from the others, as its articles write them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model import analysis
from model.article import Article
from model.stories import engine
from model.stories.frequencies import Frequencies
from model.stories.label import label as written
from model.stories.stem import stem
from model.themes.partition import Groups
from model.themes.weights import log_odds

TERMS, IN_LABEL = 8, 4
CANDIDATES, READ = 40, 48  # terms that may be shown, articles in which they are looked up


class Namer:
    """The terms of themes. `stories` (U, V) is what each story gives each term, `group` (U,) its theme."""

    def __init__(
        self,
        articles: Sequence[Article],
        terms: Sequence[str],
        stories: sparse.csr_matrix,
        group: Groups,
    ) -> None:
        self._articles, self._terms = articles, terms
        self._scores = log_odds(stories, group)
        self._alone = len(self._scores) == 1
        self._held = np.asarray(stories.sum(axis=0)).ravel()
        # numbers of terms that are the columns
        self._numbers = Frequencies(dict.fromkeys(terms, 0))
        self._words = np.array([not term.isdigit() for term in terms], bool)

    def terms(self, theme: int, nearest: NDArray[np.intp]) -> list[tuple[str, float]]:
        """Return the terms of a theme with their z-scores, as the articles `nearest` to its centre write them."""
        # where there is nothing to be set apart from, what weighs most
        scores = np.where(self._held > 0, 0.0, -np.inf) if self._alone else self._scores[theme].round(6)
        scores = np.where(self._words, scores, -np.inf)
        order = np.lexsort((-self._held, -scores))[:CANDIDATES]
        order = order[np.isfinite(scores[order]) & ((scores[order] > 0) | self._alone)]
        ranked = np.zeros(len(scores))
        ranked[order] = np.arange(len(order), 0, -1)
        numbers = np.sort(order).astype(np.int32)
        values = ranked[numbers].astype(np.float32)
        vector = engine.best().vector(numbers, values, values)
        named = written([self._articles[n] for n in nearest[:READ]], [vector], self._numbers, TERMS)
        score = {self._terms[n]: float(scores[n]) for n in order}
        return [(form, score.get(stem(analysis.fold(form).strip()), 0.0)) for form in named.terms]


def label(terms: Sequence[tuple[str, float]]) -> str:
    """Return the first terms as a label."""
    return ", ".join(term for term, _ in terms[:IN_LABEL])
