import numpy as np
import pytest

from model.classifier import Classifier
from model.operating import PERCENT_CAUGHT, PERCENT_RIGHT, in_scope_rows
from model.parameters import Parameters
from training import operating

PROBABILITY = np.array([0.9, 0.8, 0.7, 0.6, 0.1])
TRUTH = np.array([True, True, False, True, False])


def test_thresholds_by_hand() -> None:
    assert operating.threshold_for_precision(PROBABILITY, TRUTH, 1.0) == 0.8
    assert operating.threshold_for_precision(PROBABILITY, TRUTH, 0.75) == 0.6
    assert operating.threshold_for_precision(PROBABILITY, ~TRUTH, 0.9) == 1.0
    assert operating.threshold_for_recall(PROBABILITY, TRUTH, 1.0) == 0.6
    assert operating.threshold_for_recall(PROBABILITY, TRUTH, 0.6) == 0.8


def test_in_scope_rows() -> None:
    assert in_scope_rows(np.array([[0.5, 0.5], [0.0, 0.3], [1.0, 0.0]])) == pytest.approx([0.75, 0.3, 1.0])


def test_costs_by_hand() -> None:
    probability = np.array([[0.9], [0.6], [0.6], [0.1]])
    labels = np.array([[True], [True], [False], [False]])
    assign_at, review_at = np.full((4, 1), 0.8), np.full(4, 0.5)
    cost = operating.costs(probability, labels, assign_at, review_at)[0]
    assert (cost.precision, cost.assigned, cost.caught) == (1.0, 0.5, 1.0)
    assert (cost.assigned_per_1000, cost.review_per_1000) == (250.0, 500.0)


def test_equal_probabilities_stand_together() -> None:
    tied, truth = np.array([0.9, 0.8, 0.8, 0.8]), np.array([True, True, False, False])
    assert operating.threshold_for_precision(tied, truth, 1.0) == 0.9
    assert operating.threshold_for_precision(tied, truth, 0.5) == 0.8


def test_points_keep_their_word_on_held_out_articles(parameters: Parameters) -> None:
    assert len(parameters.facts.costs) == len(PERCENT_RIGHT) * len(PERCENT_CAUGHT)
    for cost in parameters.facts.costs:
        assert cost.precision >= cost.right / 100 - 0.001
        assert cost.caught >= cost.catch / 100 - 0.001


def test_stricter_points_decide_less(parameters: Parameters) -> None:
    assert (np.diff(parameters.assign_at, axis=0) >= 0).all()
    assert (parameters.assign_at[-1] > parameters.assign_at[0]).all()
    assert (np.diff(parameters.review_at) < 0).all()
    chosen = Classifier(parameters, "x", right=98, catch=80).thresholds
    assert chosen.assign_at == tuple(parameters.assign_at[-1])
    assert chosen.review_at == parameters.review_at[0]
