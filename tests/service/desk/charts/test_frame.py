from itertools import pairwise

import pytest

from service.desk.charts import frame


def write(value: float) -> str:
    return f"{value:g}"


@pytest.mark.parametrize(
    ("most", "top", "texts"),
    [
        (650, 800, ["0", "200", "400", "600", "800"]),
        (0.093, 0.1, ["0", "0.025", "0.05", "0.075", "0.1"]),
        (1.0, 1.0, ["0", "0.25", "0.5", "0.75", "1"]),
        (0, 1, ["0", "1"]),
        (3, 3, ["0", "1", "2", "3"]),
    ],
)
def test_ticks_are_round_and_hold_the_most(most: float, top: float, texts: list[str]) -> None:
    made = frame.make(most, [], [], write)
    assert made.most == pytest.approx(top)
    assert [tick.text for tick in made.ticks] == texts
    assert made.ticks[0].y == frame.HEIGHT - frame.BOTTOM
    assert made.ticks[-1].y == frame.TOP


def test_names_never_overlap_and_the_last_is_there() -> None:
    places = [46 + 360 * n / 52 for n in range(53)]
    made = frame.make(1, places, [f"week {n}" for n in range(53)], write)
    assert made.names[-1].text == "week 52"
    assert made.names[-1].anchor == "end"
    spans = [one.x for one in made.names]
    assert all(later - earlier >= frame.LEAST_APART for earlier, later in pairwise(spans))
    assert 4 <= len(made.names) <= 6
