import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import active


@pytest.mark.parametrize(("scores", "bits"), [((0.5,), 1), ((0.5, 0.5, 0.5), 3), ((0.0, 1.0), 0), ((0.25,), 0.8113)])
def test_uncertainty_is_entropy_in_bits(scores: tuple[float, ...], bits: float) -> None:
    assert math.isclose(active.uncertainty(scores), bits, abs_tol=1e-4)


def test_the_most_uncertain_comes_first_and_the_next_is_of_another_kind() -> None:
    vectors = [{1: 1.0}, {1: 1.0, 2: 0.9}, {3: 1.0}]
    assert active.choose([1.0, 0.95, 0.6], vectors, 2) == [0, 2]
    assert active.choose([1.0, 0.95, 0.6], vectors, 3) == [0, 2, 1]


def test_of_near_duplicates_one_is_chosen() -> None:
    vectors = [{1: 1.0, 2: 1.0}, {1: 2.0, 2: 2.0, 9: 0.1}, {3: 1.0}, {}]
    assert active.choose([0.5, 1.0, 0.1, 0.0], vectors, 4) == [1, 2, 3]


def test_nothing_to_choose_from() -> None:
    assert active.choose([], [], 5) == []
    assert active.choose([0.0, 0.0], [{}, {}], 1) == [0]


@given(
    st.lists(
        st.tuples(st.floats(0, 3), st.dictionaries(st.integers(0, 5), st.floats(0.1, 1), max_size=4)), max_size=12
    ),
    st.integers(0, 12),
)
def test_chosen_are_different_and_near_none_before(pool: list[tuple[float, dict[int, float]]], count: int) -> None:
    vectors = [vector for _, vector in pool]
    chosen = active.choose([doubt for doubt, _ in pool], vectors, count)
    assert len(set(chosen)) == len(chosen) <= count
    if chosen:
        assert pool[chosen[0]][0] == max(doubt for doubt, _ in pool)
    for place, n in enumerate(chosen):
        for before in chosen[:place]:
            assert _cosine(vectors[n], vectors[before]) < active.SAME


def _cosine(one: dict[int, float], other: dict[int, float]) -> float:
    lengths = [math.sqrt(sum(value * value for value in vector.values())) for vector in (one, other)]
    return sum(value * other.get(n, 0.0) for n, value in one.items()) / (lengths[0] * lengths[1] or 1.0)
