"""A batch of articles into stories: copies collapsed, then average linkage over what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.article import Article
from model.neighbours import Copies
from model.stories import features, similarity
from model.stories.frequencies import Frequencies
from model.stories.linkage import agglomerate

THRESHOLD = 0.24


@dataclass(frozen=True)
class Clusters:
    """Stories of N articles: `story` (N,) their numbers from 0 in the order of the first article of each.

    `original` (N,) is the place of the article of which this one is a copy, its own place where it is none. `vectors`
    holds a vector for each.
    """

    story: NDArray[np.intp]
    original: NDArray[np.intp]
    vectors: list[features.Vector]


def cluster(
    articles: Sequence[Article], frequencies: Frequencies | None = None, threshold: float = THRESHOLD
) -> Clusters:
    """Put every article into a story; one that is like no other is a story of its own.

    `frequencies` is the background, which learns the batch's own words; without one, only the batch counts.
    """
    frequencies = frequencies or Frequencies()
    stems = [features.stems(article) for article in articles]
    copies: Copies[int] = Copies()
    original = np.array([copies.add(n, article) for n, article in enumerate(stems)], np.intp)
    first = np.flatnonzero(original == np.arange(len(original)))
    for n in first:  # a text that a hundred papers print does not make its words common
        frequencies.see(stems[n].distinct())
    for article in stems:
        for term in article.distinct():
            frequencies.register(term)
    vectors = [features.vector(article, frequencies) for article in stems]
    days = np.array([similarity.day(article.published) for article in articles], float)
    groups = agglomerate(
        similarity.matrix([vectors[n] for n in first], len(frequencies.terms)),
        np.ones(len(first)),
        similarity.span(days[first]),
        threshold,
    )
    story = np.zeros(len(articles), np.intp)
    story[first] = groups
    return Clusters(_in_order(story[original]), original, vectors)


def _in_order(story: NDArray[np.intp]) -> NDArray[np.intp]:
    """Renumber stories by the order in which they turn up."""
    number: dict[int, int] = {}
    return np.array([number.setdefault(n, len(number)) for n in story.tolist()], np.intp)
