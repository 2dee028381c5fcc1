import json
import math
from pathlib import Path

import numpy as np
import pytest

from model.classifier import Classifier
from training import dataset, evaluate
from training.dataset import Dataset


def test_figures_by_hand() -> None:
    probability = np.array([[0.9, 0.1], [0.6, 0.2], [0.4, 0.8], [0.2, 0.3]])
    labels = np.array([[True, False], [False, False], [True, True], [False, False]])
    figures = evaluate.summarise(probability, labels)
    assert figures["macro_f1"] == pytest.approx((0.5 + 1) / 2)
    assert figures["mean_average_precision"] == pytest.approx(((1 + 2 / 3) / 2 + 1) / 2)
    assert figures["out_of_scope_auroc"] == 1.0


def test_calibration_error_by_hand() -> None:
    # two bins: 0.9 where 3 of 4 are true, 0.1 where none of 4 is
    probability = np.array([0.9] * 4 + [0.1] * 4)
    truth = np.array([True, True, True] + [False] * 5)
    assert evaluate.calibration_error(probability, truth) == pytest.approx((0.15 + 0.1) / 2)


def test_on_its_own_training_data_it_is_nearly_right(classifier: Classifier, starter: Dataset) -> None:
    figures = evaluate.measure(evaluate.judge(classifier, starter))
    assert figures.articles == len(starter.articles)
    assert figures.mean_average_precision > 0.98
    assert figures.assigned_precision > 0.95
    assert sum(figures.statuses.values()) == figures.articles


def test_what_the_data_cannot_tell_is_nan(classifier: Classifier, starter: Dataset) -> None:
    none = [n for n, labels in enumerate(starter.labels) if not labels.any()][:20]
    part = Dataset(starter.taxonomy, [starter.articles[n] for n in none], [str(n) for n in none])
    figures = evaluate.measure(evaluate.judge(classifier, part))
    assert math.isnan(figures.in_scope_recall)
    assert math.isnan(figures.out_of_scope_auroc)
    assert math.isnan(figures.mean_average_precision)


def test_real_news(classifier: Classifier, evaluation_data: Path, tmp_path: Path) -> None:
    """The figures the starter model is to reach on news whose labels are sure."""
    lines = (evaluation_data / "topics_dev.jsonl").read_text(encoding="utf-8").split("\n")
    sure = tmp_path / "sure.jsonl"
    sure.write_text("\n".join(line for line in lines if line and json.loads(line)["confidence"] == "high"))
    data = dataset.read([sure], classifier.parameters.taxonomy)
    figures = evaluate.measure(evaluate.judge(classifier, data))
    assert figures.articles > 700
    assert figures.mean_average_precision >= 0.95
    assert figures.macro_f1 >= 0.90
    assert figures.assigned_precision >= 0.95
    assert figures.in_scope_recall >= 0.85
    assert figures.out_of_scope_auroc >= 0.98
    assert figures.expected_calibration_error <= 0.03
