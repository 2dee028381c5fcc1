import numpy as np
import pytest

from model.classifier import Classifier
from model.operating import PERCENT_CAUGHT, PERCENT_RIGHT, in_scope
from model.parameters import Parameters
from training import operating
from training.dataset import Dataset

PROBABILITY = np.array([0.9, 0.8, 0.7, 0.6, 0.1])
TRUTH = np.array([True, True, False, True, False])


def test_thresholds_by_hand() -> None:
    assert operating.threshold_for_precision(PROBABILITY, TRUTH, 1.0) == 0.8
    assert operating.threshold_for_precision(PROBABILITY, TRUTH, 0.75) == 0.6
    assert operating.threshold_for_precision(PROBABILITY, ~TRUTH, 0.9) == 1.0
    assert operating.threshold_for_recall(PROBABILITY, TRUTH, 1.0) == 0.6
    assert operating.threshold_for_recall(PROBABILITY, TRUTH, 0.6) == 0.8


def test_in_scope() -> None:
    assert in_scope(np.array([[0.5, 0.5], [0.0, 0.3], [1.0, 0.0]])) == pytest.approx([0.75, 0.3, 1.0])


def test_costs_by_hand() -> None:
    probability = np.array([[0.9], [0.6], [0.6], [0.1]])
    labels = np.array([[True], [True], [False], [False]])
    assign_at, review_at = np.full((4, 1), 0.8), np.full(4, 0.5)
    cost = operating.costs(probability, labels, assign_at, review_at)[0]
    assert (cost.precision, cost.assigned, cost.caught) == (1.0, 0.5, 1.0)
    # of 100 in scope a half is assigned and a half reviewed; of 900 others a half is reviewed
    assert (cost.assigned_per_1000, cost.review_per_1000) == (50.0, 500.0)


def test_points_keep_their_word_on_held_out_articles(parameters: Parameters) -> None:
    assert len(parameters.facts.costs) == len(PERCENT_RIGHT) * len(PERCENT_CAUGHT)
    for cost in parameters.facts.costs:
        assert cost.precision >= cost.right / 100 - 0.001
        assert cost.caught >= cost.catch / 100 - 0.001


def test_stricter_points_decide_less(parameters: Parameters, starter: Dataset) -> None:
    def assigned(right: int, catch: int) -> tuple[int, int]:
        classifier = Classifier(parameters, "x", right=right, catch=catch)
        statuses = [decision.status for decision in classifier.classify_all(list(starter.articles)[::7])]
        return statuses.count("assigned"), statuses.count("out_of_scope")  # type: ignore[arg-type]

    lax, strict = assigned(80, 80), assigned(98, 98)
    assert lax[0] > strict[0]
    assert lax[1] > strict[1]
