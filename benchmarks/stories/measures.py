"""How like two ways of clustering are."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, pair_confusion_matrix

Labels = NDArray[np.intp]


def bcubed(gold: Labels, found: Labels) -> float:
    """Return the F1 of BCubed precision and recall (Bagga and Baldwin, COLING 1998), each article counted once."""
    table = np.zeros((gold.max() + 1, found.max() + 1))
    np.add.at(table, (gold, found), 1)
    precision = (table**2 / table.sum(axis=0)).sum() / len(gold)
    recall = (table**2 / table.sum(axis=1, keepdims=True)).sum() / len(gold)
    return float(2 * precision * recall / (precision + recall))


def pairwise(gold: Labels, found: Labels) -> float:
    """Return the F1 over pairs of articles that share a story."""
    (_, false), (missed, true) = pair_confusion_matrix(gold, found)
    return float(2 * true / max(1, 2 * true + false + missed))


def ari(gold: Labels, found: Labels) -> float:
    return float(adjusted_rand_score(gold, found))


def nmi(gold: Labels, found: Labels) -> float:
    return float(normalized_mutual_info_score(gold, found))
