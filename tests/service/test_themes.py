"""Themes of a file and of kept articles: the command's part, the route, and what is remembered."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from model.classifier import Classifier
from model.errors import NoModelError, UnknownTopicError
from model.stories.frequencies import Frequencies
from model.themes.theme import Former
from service.app import create
from service.handlers import themes as handler
from service.settings import Settings
from service.stories import files
from service.stories.division import Division, Remembered
from service.stories.theming import Theming
from tests.conftest import Run
from tests.model.themes import texts
from tests.service.test_articles import keep
from tests.service.test_batch import load, make
from training.dataset import Dataset

MADE = texts.articles(10)
ROWS: list[dict[str, Any]] = [
    {"id": one.id, "title": one.title, "text": one.text, "labels": ["boats"] if n < 20 else ["stages", "boats"]}
    for n, one in enumerate(MADE)
]
COLUMNS = {"theme", "theme_label", "map_x", "map_y"}


def no_model() -> Classifier:
    raise NoModelError("none")


def divided(rows: list[dict[str, Any]], folder: Path, target: str = "b.jsonl", **chosen: Any) -> list[dict[str, Any]]:
    theming = Theming(Frequencies(), chosen.pop("load", no_model), chosen.pop("topic", None))
    files.cluster(make(folder / "a.jsonl", rows), folder / target, Frequencies(), themes=theming, **chosen)
    return load(folder / target)


@pytest.mark.parametrize("online", [False, True])
@pytest.mark.parametrize("target", ["b.jsonl", "b.csv", "b.parquet"])
def test_every_row_gets_theme_and_place(tmp_path: Path, target: str, online: bool) -> None:
    plain = [{name: row[name] for name in ("id", "title", "text")} for row in ROWS]
    rows = divided([*plain, {"id": "x", "title": "no text"}, {"text": ""}], tmp_path, target, online=online)
    assert [str(row["title"] or "") for row in rows[:40]] == [row["title"] for row in ROWS]
    assert {str(row["theme"]).split("-")[0] for row in rows[:40]} <= {f"t{n}" for n in range(1, 6)}
    assert len({row["theme"] for row in rows[:40]}) >= 3
    assert all(row["theme_label"] for row in rows[:40])
    assert all(-1 <= float(row[name]) <= 1 for row in rows[:40] for name in ("map_x", "map_y"))
    assert any(float(row["map_x"]) < 0 for row in rows[:40])
    assert not any(row.get(name) for row in rows[40:] for name in COLUMNS)
    assert "text" in rows[40]["error"]
    assert rows[0]["story"]


def test_themes_are_inside_the_topics_of_labels(tmp_path: Path) -> None:
    rows = divided(ROWS, tmp_path)
    assert {row["theme"].split("-")[0] for row in rows[:20]} == {"boats"}
    assert {row["theme"].split("-")[0] for row in rows[20:]} == {"stages"}
    only = divided(ROWS, tmp_path, topic="stages")
    assert [row["theme"] for row in only[:20]] == [None] * 20
    assert [row["theme"] for row in only[20:]] == [row["theme"] for row in rows[20:]]
    with pytest.raises(UnknownTopicError, match="boats, stages"):
        divided(ROWS, tmp_path, topic="trains")
    with pytest.raises(UnknownTopicError, match="no topics"):
        divided([{"text": "some words of an article"}], tmp_path, topic="trains")
    none = divided([ROWS[0] | {"labels": []}, ROWS[1]], tmp_path)
    assert none[0]["theme"] is None


def test_else_of_the_model(tmp_path: Path, classifier: Classifier, starter: Dataset) -> None:
    kept = [one for one in starter.articles if one.labels == ["border_conflict"]][:30]
    rows = [{"title": one.title, "text": one.text} for one in kept]
    found = divided([*rows, {"text": "A bakery won a prize for its bread."}], tmp_path, load=lambda: classifier)
    decided = [next(iter(classifier.classify(one).topics), None) for one in kept]
    assert decided.count("border_conflict") > 20
    assert [row["theme"] and row["theme"].split("-")[0] for row in found[:30]] == decided
    assert found[30]["theme"] is None
    # labels that are not in every row do not count
    assert divided([ROWS[0], *rows], tmp_path, load=lambda: classifier)[0]["theme"] is None


def test_the_command(topicdesk: Run, tmp_path: Path) -> None:
    make(tmp_path / "a.jsonl", ROWS)
    done = topicdesk("cluster", "a.jsonl", "b.csv", "--themes", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told) == {"stories", "themes"}
    assert sum(theme["articles"] for theme in told["themes"] if theme["topic"] == "boats") == 20
    first = told["themes"][0]
    assert set(first) == {
        "id", "topic", "label", "terms", "articles", "independent", "stories", "x", "y", "exemplars",
    }  # fmt: skip
    assert first["label"].startswith(first["terms"][0]["term"])
    assert topicdesk("cluster", "a.jsonl", "b.csv", "--topic", "boats").returncode == 2
    done = topicdesk("cluster", "a.jsonl", "c.csv", "--themes", "--topic", "trains")
    assert (done.returncode, (tmp_path / "c.csv").exists()) == (1, False)


@pytest.fixture(params=[True, False])
def client(own_home: Path, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    settings = Settings(home=own_home, keep_text=request.param)
    with TestClient(create(settings), raise_server_exceptions=False) as client:
        yield client


def asked(client: TestClient, **chosen: str) -> dict[str, Any]:
    answer = client.get("/v1/themes", params={"topic": "border_conflict"} | chosen)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_kept_articles(client: TestClient, starter: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = asked(client)
    assert (empty["articles"], empty["themes"], empty["points"]) == (0, [], [])
    kept = [one for one in starter.articles if one.labels == ["border_conflict"]][:40]
    rows = [{"id": f"a{n}", "title": one.title, "text": one.text} for n, one in enumerate(kept)]
    old = rows[0] | {"id": "old", "text": f"{kept[0].text} Long ago.", "published": "2001-02-03"}
    results = keep(client, *rows, old)
    topical = [one["id"] for one in results if "border_conflict" in one["topics"]]
    found = asked(client)
    assert sorted(point["id"] for point in found["points"]) == sorted(one for one in topical if one != "old")
    assert found["left_out"] == 0
    assert len(found["themes"]) >= 3
    assert {point["theme"] for point in found["points"]} == {theme["id"] for theme in found["themes"]}
    assert all(-1 <= point[name] <= 1 for point in found["points"] for name in ("x", "y"))
    assert {point["story"] for point in found["points"]} <= {one["story"] for one in results}
    assert "old" in [point["id"] for point in asked(client, since="2001-01-01")["points"]]
    # nothing is drawn twice, and nothing old is told
    drawn: list[Division] = []
    divide = handler._divide

    def counted(*given: Any) -> Division:
        drawn.append(divide(*given))
        return drawn[-1]

    monkeypatch.setattr(handler, "_divide", counted)
    assert asked(client)["themes"] == found["themes"]
    assert not drawn
    assert client.delete(f"/v1/articles/{topical[0]}").status_code == 204
    assert topical[0] not in [point["id"] for point in asked(client)["points"]]
    assert len(drawn) == 1
    monkeypatch.setattr(handler, "MOST_ARTICLES", 10)
    few = asked(client)
    assert (few["articles"], len(few["points"]), few["left_out"]) == (10, 10, found["articles"] - 1 - 10)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(own_home: Path, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    settings = Settings(home=own_home)
    if request.param == "postgresql":
        server: str = request.getfixturevalue("postgresql")
        with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE themes")
        settings = Settings(home=own_home, database_url=SecretStr(server.format("themes")))
    with TestClient(create(settings), raise_server_exceptions=False) as client:
        yield client


def test_ids_and_places_stay_when_articles_come_in(
    either: TestClient, starter: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "_REMEMBERED", remembered := Remembered())
    kept = [one for one in starter.articles if one.labels == ["border_conflict"]]
    # in the order of the corpus the next beat comes in at once, which the themes may well follow
    kept = random.Random(0).sample(kept, 84)
    rows = [{"id": f"a{n}", "title": one.title, "text": one.text} for n, one in enumerate(kept)]
    keep(either, *rows[:80])
    first = {point["id"]: point for point in asked(either)["points"]}
    # as if what was told last had had other names, on a map that stood on its head
    (key,) = remembered._kept
    last = remembered._kept[key]
    number = len(last.themes)
    names = {f"t{n + 1}": f"t{number - n + 3}" for n in range(number)}
    before = {
        seq: Former(names.get(one.theme or ""), one.y, None if one.x is None else -one.x)
        for seq, one in last.former.items()
    }
    remembered.put(key, last._replace(former=before))
    keep(either, *rows[80:])
    second = {point["id"]: point for point in asked(either)["points"]}
    assert len(second) > len(first)
    ids = {one: point["theme"].rsplit("-", 1)[-1] for one, point in second.items()}
    same = [ids[one] == names[point["theme"].rsplit("-", 1)[-1]] for one, point in first.items()]
    assert sum(same) > 0.7 * len(same)
    moved = [abs(second[one]["x"] - was["y"]) + abs(second[one]["y"] + was["x"]) for one, was in first.items()]
    assert sum(moved) < 0.4 * len(moved)
    # a time in which few of them are, is another
    assert remembered.former(last.scope, list(before)[: len(before) // 3]) == {}
    assert remembered.former((last.scope[0], "digital_rights"), list(before)) == {}
    assert remembered.former(last.scope, list(before)) == before


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("topic=", 422),
        ("topic=gardening", 422),
        ("topic=a%00b", 422),
        ("topic=digital_rights&since=yesterday", 422),
        ("topic=digital_rights&since=2026-02-01&until=2026-01-01", 422),
        ("topic=digital_rights&until=0001-01-02", 422),
        ("topic=digital_rights&since=0001-01-01&until=9999-12-31", 200),
    ],
)
def test_bad_requests(client: TestClient, query: str, status: int) -> None:
    answer = client.get(f"/v1/themes?{query}")
    assert answer.status_code == status, answer.text
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"
