"""A map: articles on a plane, alike ones near each other, that moves little when articles come in.

The plane of most variance between the stories (principal components). t-SNE shows neighbourhoods better, but a tenth of
new articles throws its picture about, as it does those of eigenmaps and of metric scaling (docs/themes.md).
"""

import numpy as np
from numpy.typing import NDArray

from model.themes.space import AXES, TINY, Points

DIMENSIONS = 2


def weights(stories: Points) -> NDArray[np.float64]:
    """Return how much each axis (d,) counts, given stories (U, d or more) on all axes there are.

    Singular values are lowered by that of the first axis left out. Axes whose values are close change places, and with
    the last one what is left out, when articles come in; so lowered they hardly count where that happens.
    """
    length = np.linalg.norm(stories, axis=0)
    left_out = length[AXES] if len(length) > AXES else 0.0
    length = length[:AXES]
    found = 1 - left_out / np.maximum(length, TINY)
    return found if found.max(initial=0) > TINY else np.ones(len(length))


def lay_out(stories: Points, articles: Points) -> tuple[Points, Points]:
    """Return places (U, 2) and (N, 2) around the middle of the stories, scaled so that none is further out than 1.

    `stories` (U, d) and `articles` (N, d) are on the same axes; only the stories choose the plane.
    """
    places, others = np.zeros((len(stories), DIMENSIONS)), np.zeros((len(articles), DIMENSIONS))
    if len(stories) and stories.shape[1]:
        middle = stories.mean(axis=0)
        centred = stories - middle
        axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :DIMENSIONS]
        # which way round a plane is drawn is chance, so it is settled: by the side on which stories lie further out
        third = ((centred @ axes) ** 3).sum(axis=0)
        axes = axes * np.where(third < 0, -1, 1)
        places[:, : axes.shape[1]] = centred @ axes
        others[:, : axes.shape[1]] = (articles - middle) @ axes
    widest = max(np.linalg.norm(one, axis=1).max(initial=0) for one in (places, others))
    return (places / widest, others / widest) if widest > 0 else (places, others)
