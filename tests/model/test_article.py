import pytest

from model.article import Article
from model.errors import InvalidInputError


def test_other_columns_are_left_alone() -> None:
    assert Article.from_row({"text": "x", "id": 7, "page": 3, "url": None, "published": ""}) == Article(
        id="7", text="x"
    )


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({}, "`text`"),
        ({"text": None}, "`text`"),
        ({"text": 5}, "`text`"),
        ({"text": "x", "title": ["y"]}, "`title`"),
        ({"text": "x", "labels": "digital_rights"}, "`labels`"),
        ({"text": "x", "published": "last week"}, "`published`"),
        ("a bare text", "bare value"),
    ],
)
def test_what_is_wrong_is_named_and_not_repeated(row: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidInputError, match=named) as caught:
        Article.from_row(row)
    assert "last week" not in str(caught.value)


@pytest.mark.parametrize("published", ["2026-11-24", "2026-11-24T10:15:00Z", "2026-11-24T10:15:00.5+02:00"])
def test_iso_dates(published: str) -> None:
    assert Article.from_row({"text": "x", "published": published}).published == published
