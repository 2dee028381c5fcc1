from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app import create
from service.settings import Settings
from tests.model.stories import texts

NINE: list[dict[str, Any]] = [
    {"id": f"n{article.id}", "title": article.title, "text": article.text} for article in texts.articles()
]
SECRET = "swordfish"


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    settings = Settings(home=home, max_body_bytes=1_000_000, max_text_chars=5000)
    with TestClient(create(settings), raise_server_exceptions=False) as client:
        yield client


def stories(client: TestClient, articles: list[Any]) -> list[dict[str, Any]]:
    answer = client.post("/v1/cluster", json={"articles": articles})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["stories"]
    return found


def test_stories_with_copies_and_days(client: TestClient) -> None:
    dated = [row | {"published": f"2026-03-0{n // 3 + 1}"} for n, row in enumerate(NINE)]
    dam, vote, ferry = stories(client, [*dated, dated[0] | {"id": "wire", "published": "2026-03-02"}])
    assert list(dam)[:3] == ["id", "label", "articles"]
    assert [dam["articles"], vote["articles"], ferry["articles"]] == [
        ["n0", "n3", "n6", "wire"],
        ["n1", "n4", "n7"],
        ["n2", "n5", "n8"],
    ]
    assert [dam["id"], vote["id"], ferry["id"]] == ["s1", "s2", "s3"]
    assert {"Orvane", "dam"} <= set(dam["terms"])
    assert dam["label"] == ", ".join(dam["terms"])
    assert dam["lead"] in {"n0", "n3", "n6"}
    assert (dam["independent"], dam["duplicates"]) == (3, {"wire": "n0"})
    assert (vote["independent"], vote["duplicates"]) == (3, {})
    assert (dam["first"], dam["last"]) == ("2026-03-01", "2026-03-03")
    assert dam["timeline"] == [
        {"date": "2026-03-01", "articles": 1, "independent": 1},
        {"date": "2026-03-02", "articles": 2, "independent": 1},
        {"date": "2026-03-03", "articles": 1, "independent": 1},
    ]


def test_nothing_is_kept(client: TestClient) -> None:
    assert stories(client, NINE) == stories(client, NINE)
    assert stories(client, []) == []
    assert client.get("/v1/articles").json()["articles"] == []


def test_an_article_without_an_id_is_known_by_its_place(client: TestClient) -> None:
    found = stories(client, [{"text": row["text"]} for row in NINE[:2]] + [{"id": "", "text": NINE[0]["text"]}])
    assert [story["articles"] for story in found] == [["0", "2"], ["1"]]
    assert found[0]["duplicates"] == {"2": "0"}


def test_a_thousand_copies_are_one_text(client: TestClient) -> None:
    (story,) = stories(client, [{"text": NINE[0]["text"]}] * 1000)
    assert (len(story["articles"]), story["independent"], len(story["duplicates"])) == (1000, 1, 999)


def test_odd_articles(client: TestClient) -> None:
    ids = ["", " ", "\u0000", "a/b?c#d", "\u4e16\U0001f30a", "x" * 1000]
    rows: list[dict[str, Any]] = [{"id": name, "text": ""} for name in ids]
    dates = ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "2199-01-01T00:00:00Z"]
    rows += [{"text": NINE[n]["text"], "published": date} for n, date in enumerate(dates)]
    found = stories(client, rows)
    assert [story["articles"] for story in found] == [[name] for name in ["0", *ids[1:], "6", "7", "8"]]
    assert [story["first"] for story in found[-3:]] == ["0001-01-01", "9999-12-31", "2199-01-01"]
    assert (found[0]["label"], found[0]["terms"]) == ("", [])


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        ({"id": SECRET}, 422),
        ({"text": 5, "title": SECRET}, 422),
        ({"text": "", "published": SECRET}, 422),
        (SECRET, 422),
        ({"text": SECRET * 1000}, 413),
        ({"text": "", "title": SECRET * 1000}, 413),
        ({"id": "n1", "text": SECRET}, 422),
    ],
)
def test_a_bad_article_is_named_by_its_place_and_not_echoed(client: TestClient, bad: object, status: int) -> None:
    answer = client.post("/v1/cluster", json={"articles": [*NINE[:3], bad]})
    assert answer.status_code == status, answer.text
    assert "articles[3]" in answer.json()["detail"]
    assert SECRET not in answer.text


def test_two_articles_of_one_id(client: TestClient) -> None:
    for second in ({"id": "1", "text": ""}, {"id": "x", "text": ""}):
        rows = [{"id": "x", "text": ""}, {"text": ""}, second]
        answer = client.post("/v1/cluster", json={"articles": rows})
        assert answer.status_code == 422
        first = 1 if second["id"] == "1" else 0
        assert f"`articles[{first}]` and `articles[2]` have the same id" in answer.json()["detail"]


def test_without_a_model(tmp_path: Path) -> None:
    with TestClient(create(Settings(home=tmp_path))) as client:
        assert [story["articles"] for story in stories(client, NINE)] == [
            ["n0", "n3", "n6"],
            ["n1", "n4", "n7"],
            ["n2", "n5", "n8"],
        ]
