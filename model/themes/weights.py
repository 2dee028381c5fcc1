"""What sets a theme apart: log-odds of terms with an informative Dirichlet prior.

After Monroe, Colaresi and Quinn, Fightin' Words: lexical feature selection and evaluation for identifying the content
of political conflict (Political Analysis 2008). What is counted are not words but the tf-idf of stories, each of the
same length, so that neither a long article nor a large story brings its own words forward; counted plainly, themes of
long articles are known by "two" and "hours".
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.themes.partition import Groups

PRIOR = 10.0  # stories, like all of them together, that are counted with each theme
TINY = 1e-9
LEAST = 2  # stories of a theme that must hold a term, where it has so many


def log_odds(stories: sparse.csr_matrix, group: Groups) -> NDArray[np.float64]:
    """Return the z-score (G, V) of each term in each theme against all others.

    `stories` (U, V) is what each story gives each term, `group` (U,) the theme of each, from 0 on. A term that fewer
    than `LEAST` stories of a theme hold gets -inf there.
    """
    number = int(group.max()) + 1
    member = sparse.csr_matrix((np.ones(len(group)), (group, np.arange(len(group)))), (number, len(group)))
    inside = np.asarray((member @ stories).todense())
    whole = inside.sum(axis=0)
    outside = whole - inside
    prior = np.maximum(whole * PRIOR / len(group), TINY)
    change = _odds(inside + prior) - _odds(outside + prior)
    z = change / np.sqrt(1 / (inside + prior) + 1 / (outside + prior))
    holders = np.asarray((member @ (stories > 0)).todense())
    least = np.minimum(LEAST, np.bincount(group, minlength=number))[:, None]
    return np.where(holders >= least, z, -np.inf)


def _odds(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log(counts) - np.log(np.maximum(counts.sum(axis=1, keepdims=True) - counts, TINY)))
