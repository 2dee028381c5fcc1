"""Scoring: one TF-IDF pass over an article gives every topic's calibrated probability.

Each passage is weighted as scikit-learn's `TfidfTransformer(sublinear_tf=True)` does: (1 + ln tf) * idf, then the L2
norm; an article is the mean of its passages. Calibration is Platt's (1999): a logistic function of the raw score.
"""

import logging
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from model import boilerplate
from model.article import Article
from model.interpreted import Interpreted
from model.parameters import Parameters
from model.score import Engine, Place, Reading, Score
from model.stopwords import ENGLISH

log = logging.getLogger("topicdesk")


class Scorer:
    """Scores articles with one model; immutable, so safe to share between threads.

    The title and the text are read apart, so that no 2-gram joins them, and the text without the site's last words.
    """

    def __init__(self, parameters: Parameters, engine: Callable[[Parameters], Engine] | None = None) -> None:
        self.parameters = parameters
        self._engine = (engine or best())(parameters)

    def score(self, article: Article) -> Score:
        """Score one article. Raises `InvalidInputError` for a lone surrogate."""
        return Score._make(self._engine.score(article.title, article.text))

    def score_batch(self, articles: Sequence[Article]) -> list[Score]:
        """Score articles, in order; the compiled engine leaves the other threads alone meanwhile."""
        titles, texts = [article.title for article in articles], [article.text for article in articles]
        return list(map(Score._make, self._engine.score_batch(titles, texts)))

    def read(self, article: Article) -> Reading:
        """Score one article and tell, from the same pass, which terms stand where in it and what they are worth."""
        found, columns, values, places = self._engine.read(article.title, article.text)
        different, where = np.unique(columns, return_inverse=True)
        total = np.zeros(len(different))
        np.add.at(total, where, values)
        # by where they end, and of those that end in one place the word before the pair
        order = np.lexsort((-places[:, 1], places[:, 2], 1 - places[:, 3]))
        spans = [Place(column, start, end, bool(title)) for column, start, end, title in places[order].tolist()]
        return Reading(Score._make(found), different.astype(np.int64), total, spans)


def compiled(parameters: Parameters) -> Engine:
    """Return the compiled engine. Raises `ImportError` where it was not built."""
    from model.kernel.engine import Kernel

    bias = parameters.slope * parameters.intercept + parameters.shift
    return Kernel(
        parameters.terms, parameters.idf, parameters.coef, parameters.slope, bias, ENGLISH, boilerplate.SITE_WORDS
    )


@cache
def best() -> Callable[[Parameters], Engine]:
    """Return the fastest engine that is there; says so, once, where it is not the compiled one."""
    try:
        import model.kernel.engine  # noqa: F401
    except ImportError:
        log.warning("the compiled scorer is not installed (it takes a C compiler): scoring is many times slower")
        return Interpreted
    return compiled
