from datetime import UTC, datetime

from service.desk.themes import LARGEST, MARGIN, MOST_DOTS, SIDE, SMALLEST, draw
from service.handlers.themes import Point, TopicThemes
from service.stories.theme import DrawnTheme

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def theme(number: int, x: float = 0.0) -> DrawnTheme:
    return DrawnTheme(
        id=f"border-t{number}", topic="border", label="", terms=[], articles=1, independent=1, stories=1, x=x, y=0.0,
        exemplars=[],
    )  # fmt: skip


def point(story: str | None, number: int, x: float | None, y: float | None) -> Point:
    return Point(id=f"{story}{x}", title=None, theme=f"border-t{number}", x=x, y=y, story=story)


def found(themes: list[DrawnTheme], points: list[Point]) -> TopicThemes:
    return TopicThemes(
        topic="border", since=NOW, until=NOW, articles=len(points), left_out=0, themes=themes, points=points
    )


def test_a_story_is_a_dot_in_the_middle_of_its_articles() -> None:
    points = [point("s1", 7, -1.0, 1.0), point("s1", 7, 1.0, 1.0), point("s2", 2, 0.0, 0.0), point(None, 2, 0.0, 0.0)]
    drawing = draw(found([theme(7), theme(2, 1.0)], [*points, point("s3", 2, None, None)]))
    assert [(dot.story, dot.theme, dot.colour, dot.x, dot.y) for dot in drawing.dots] == [
        ("s1", 1, 7, SIDE / 2, MARGIN), ("s2", 2, 2, SIDE / 2, SIDE / 2)
    ]  # fmt: skip
    assert SMALLEST == drawing.dots[1].radius < drawing.dots[0].radius <= LARGEST
    assert [middle.x for middle in drawing.middles] == [SIDE / 2, SIDE - MARGIN]
    assert drawing.left_out == 0


def test_of_many_stories_the_smallest_have_no_dot() -> None:
    points = [point(f"s{n}", 1, 0.0, 0.1) for n in range(MOST_DOTS + 5)] + [point("s1003", 1, 0.5, 0.0)]
    drawing = draw(found([theme(1)], points))
    assert (len(drawing.dots), drawing.left_out) == (MOST_DOTS, 5)
    assert drawing.dots[0].story == "s1003"


def test_nothing_is_an_empty_map() -> None:
    assert draw(found([], [])).dots == []
