"""A map: articles on a plane, alike ones near each other, that moves little when articles come in.

The plane of most variance between the stories (principal components). t-SNE shows neighbourhoods better, but a tenth of
new articles throws its picture about, as it does those of eigenmaps and of metric scaling (docs/themes.md).
"""

import numpy as np

from model.themes.space import Points

DIMENSIONS = 2
AXES = 6  # of the space, of which the map is a plane


def lay_out(stories: Points, articles: Points) -> tuple[Points, Points]:
    """Return places (U, 2) and (N, 2), both coordinates divided by one number, so that all are from -1 to 1.

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
    widest = max(np.abs(places).max(initial=0), np.abs(others).max(initial=0))
    return (places / widest, others / widest) if widest > 0 else (places, others)
