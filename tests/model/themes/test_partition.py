"""Points into groups: as many as their number says, and near the former ones where those are nearly as good."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, homogeneity_score

from model.themes import partition
from model.themes.space import Points, unit


def clouds(number: int, each: int, width: float) -> tuple[Points, partition.Groups]:
    truth = np.repeat(np.arange(number), each)
    points = np.eye(6)[truth] + width * np.random.default_rng(0).standard_normal((len(truth), 6))
    return unit(points, 6), truth


def test_the_number_follows_that_of_the_points() -> None:
    assert [partition.number_of(points) for points in (0, 7, 15, 16, 24, 38, 60, 150, 600, 5000)] == [
        1, 1, 1, 2, 3, 4, 6, 7, 10, 10,
    ]  # fmt: skip
    numbers = [partition.number_of(points) for points in range(5001)]
    assert numbers == sorted(numbers)
    assert max(np.diff(numbers)) == 1


@pytest.mark.parametrize("number", [3, 5])
def test_no_group_mixes_what_is_apart(number: int) -> None:
    points, truth = clouds(number, 30, 0.1)
    found = partition.divide(points)
    assert found.number == partition.number_of(len(points)) == len(set(found.group.tolist()))
    assert homogeneity_score(truth, found.group) == pytest.approx(1)


def test_few_or_equal_points() -> None:
    assert partition.divide(np.zeros((0, 6))).number == 1
    assert partition.divide(np.ones((100, 6))).number == 1
    two = partition.divide(np.repeat(np.eye(6)[:2], 50, axis=0))
    assert (two.number, len(set(two.group[:50].tolist()))) == (2, 1)


def test_groups_that_are_nearly_as_good_stay() -> None:
    # on a ring it is chance where the borders are
    angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    points = unit(np.column_stack([np.cos(angle), np.sin(angle)]), 2)
    best = partition.divide(points)
    assert best.number == 6
    agreed = []
    for turned in range(0, 15, 3):
        former = (np.arange(90) + turned) % 90 // 15
        found = partition.divide(points, former=former)
        assert adjusted_rand_score(former, found.group) == pytest.approx(1)
        agreed.append(adjusted_rand_score(best.group, found.group))
        former[::10] = -1  # new ones
        assert adjusted_rand_score(found.group, partition.divide(points, former=former).group) > 0.8
    assert min(agreed) < 0.6


def test_bad_former_groups_are_left() -> None:
    points, truth = clouds(4, 20, 0.05)
    assert partition.number_of(len(points)) == 6
    # one cloud in four and two in one: k-means does not find out of that
    poor = np.choose(truth, [np.arange(80) % 4, np.full(80, 4), np.full(80, 4), np.full(80, 5)])
    assert homogeneity_score(truth, poor) < 0.9
    found = partition.divide(points, former=poor)
    assert homogeneity_score(truth, found.group) == pytest.approx(1)
