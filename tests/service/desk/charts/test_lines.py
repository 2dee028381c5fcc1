from service.desk.charts import frame, lines, shares
from service.desk.charts.lines import Series


def write(value: float) -> str:
    return f"{value:g}"


def test_a_line_breaks_where_a_value_misses() -> None:
    (line,) = lines.draw([Series("a", "k", [1, 2, None, 3, 4])], list("vwxyz"), write).lines
    assert [path.count("L") for path in line.paths] == [1, 1]
    assert [dot.title for dot in line.dots] == ["a, v: 1", "a, w: 2", "a, y: 3", "a, z: 4"]
    assert line.open == ""


def test_values_stand_where_the_ticks_say() -> None:
    chart = lines.draw([Series("a", "k", [0, 2, 4])], list("xyz"), write)
    (line,) = chart.lines
    ticks = {tick.text: tick.y for tick in chart.frame.ticks}
    assert [dot.y for dot in line.dots] == [ticks["0"], ticks["2"], ticks["4"]]
    assert [dot.x for dot in line.dots] == [frame.LEFT, (frame.LEFT + frame.WIDTH - frame.RIGHT) / 2, 406]


def test_a_time_that_is_not_over_is_drawn_apart() -> None:
    (line,) = lines.draw([Series("a", "k", [1, 2, 3])], list("xyz"), write, last_open=True).lines
    assert [path.count("L") for path in line.paths] == [1]
    assert line.open.startswith(f"M{line.dots[1].x:g},{line.dots[1].y:g}L406,")
    (line,) = lines.draw([Series("a", "k", [1, None, 3])], list("xyz"), write, last_open=True).lines
    assert (line.paths, line.open, len(line.dots)) == ([], "", 2)


def test_no_values_at_all() -> None:
    assert lines.draw([Series("a", "k", [None])], ["x"], write).lines[0].dots == []
    assert lines.draw([], [], write).lines == []


def test_shares_are_stacked_without_a_gap() -> None:
    series = [Series("a", "a", [0.25, None]), Series("b", "b", [0.5, None]), Series("c", "c", [0.25, None])]
    chart = shares.draw(series, ["x", "y"], write)
    assert [piece.kind for piece in chart.pieces] == ["a", "b", "c"]  # none of the week without decisions
    one, two, three = chart.pieces
    assert one.y + one.height == frame.HEIGHT - frame.BOTTOM
    assert abs(two.y + two.height - one.y) < 0.02
    assert abs(three.y - frame.TOP) < 0.02
    assert abs(two.height - 2 * one.height) < 0.05
    assert one.title == "a, x: 0.25"
