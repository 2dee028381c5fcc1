import msgspec
import numpy as np

from training import suspects
from training.dataset import Dataset
from training.train import fit


def test_planted_labels_are_found(starter: Dataset) -> None:
    """Of labels that were set wrong on purpose most are listed, and most of what is listed of them is wrong."""
    part = starter.part(range(0, len(starter.articles), 3))
    rng = np.random.default_rng(1)
    # articles that the labels as they are leave beyond doubt, as planting on doubtful ones would prove nothing
    sure = np.flatnonzero((np.abs(fit(part).probability - part.labels) < 0.3).all(axis=1))
    judged = rng.choice(sure, 200, replace=False)
    wrong = set(judged[:20].tolist())
    ids = part.taxonomy.ids
    articles = [
        msgspec.structs.replace(a, labels=[] if a.labels else [ids[int(rng.integers(3))]]) if n in wrong else a
        for n, a in enumerate(part.articles)
    ]
    planted = Dataset(part.taxonomy, articles, part.groups)
    listed = {row for row, _ in suspects.suspicious(fit(planted).probability, planted.labels)} & set(judged.tolist())
    assert len(listed & wrong) >= 15
    assert len(listed - wrong) <= 4


def test_the_least_believable_comes_first() -> None:
    probability = np.array([[0.9], [0.95], [0.02], [0.01], [0.96], [0.04]])
    labels = np.array([[True], [True], [False], [False], [False], [True]])
    assert suspects.suspicious(probability, labels) == [(4, 0), (5, 0)]
    assert suspects.suspicious(probability, np.ones((6, 1), bool)) == []


def test_contradictions_are_sets_of_alike_texts(starter: Dataset) -> None:
    rows = [int(np.flatnonzero(starter.labels[:, 0])[0]), *np.flatnonzero(starter.labels[:, 1])[:3].tolist()]
    found = suspects.contradictions(starter.part(rows), np.array([[0, 1], [1, 2], [2, 3]]))
    assert [each.tolist() for each in found] == [[0, 1]]
