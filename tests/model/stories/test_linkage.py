import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from model.stories.linkage import agglomerate


def _points(seed: int, count: int = 60) -> sparse.csr_matrix:
    rows = sparse.random_array((count, 25), density=0.2, rng=np.random.default_rng(seed)).tocsr()
    return sparse.csr_matrix(sparse.diags(1 / np.maximum(sparse.linalg.norm(rows, axis=1), 1e-9)) @ rows)


def _groups(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == n).tolist()) for n in labels}


def test_it_is_scipys_average_linkage() -> None:
    for seed in range(20):
        rows = _points(seed)
        near = (rows @ rows.T).toarray()
        distance = squareform(1 - (near + near.T) / 2, checks=False)
        for threshold in (0.1, 0.25, 0.5):
            ours = agglomerate(rows, np.ones(60), np.full((60, 2), np.nan), threshold)
            assert _groups(ours) == _groups(fcluster(linkage(distance, "average"), 1 - threshold, "distance"))


def test_rows_kept_apart_never_meet() -> None:
    rows = sparse.csr_matrix(np.ones((6, 1)))
    group = agglomerate(rows, np.ones(6), np.full((6, 2), np.nan), 0.5, np.array([[0, 1], [1, 5]]))
    assert group[0] != group[1] != group[5]
    assert len(set(group)) == 2
