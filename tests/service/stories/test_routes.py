"""Stories and related articles over REST."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from service.app import create
from service.settings import Settings
from service.store import placing
from service.store.schema import story
from tests.service.test_articles import BAKERY, BORDER, keep, listed

SECOND = BORDER | {
    "id": "a3",
    "title": "Army shells border village again",
    "text": "Border troops of both countries fired again on the village; the army denied shells were its own.",
    "source": "The Herald",
    "published": "2026-11-02",
}
COPY = BORDER | {"id": "copy", "text": BORDER["text"] + " It was so.", "source": "The Wire"}


@pytest.fixture(params=["sqlite", "postgresql"])
def client(request: pytest.FixtureRequest, own_home: Path) -> Iterator[TestClient]:
    url = None
    if request.param == "postgresql":
        server: str = request.getfixturevalue("postgresql")
        url = server.format("routes")
        admin = sa.create_engine(
            server.format("postgres").replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with admin.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE routes")
    app = create(Settings(home=own_home, database_url=url))  # type: ignore[arg-type]
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
    if url is not None:
        with admin.connect() as connection:
            connection.exec_driver_sql("DROP DATABASE routes WITH (FORCE)")
        admin.dispose()


def test_stories(client: TestClient) -> None:
    assert client.get("/v1/stories").json() == {"stories": [], "next": None}
    results = keep(client, BORDER, BAKERY, SECOND, COPY)
    assert [result["story"] for result in results] == ["s-1", "s-2", "s-1", "s-1"]
    first, second = client.get("/v1/stories").json()["stories"]
    assert (first["id"], first["articles"], first["independent"]) == ("s-1", 3, 2)
    assert (first["first"], first["last"]) == ("2026-11-01T09:00:00Z", "2026-11-02T00:00:00Z")
    assert first["topics"] == ["border_conflict"]
    assert first["sources"] == ["The Courier", "The Herald", "The Wire"]
    assert "border" in first["label"].lower()
    assert (second["id"], second["articles"], second["sources"]) == ("s-2", 1, [])
    whole = client.get("/v1/stories/s-1").json()
    assert {name: whole[name] for name in first} == first
    assert whole["lead"] in ("a1", "a3")
    assert [day["articles"] for day in whole["timeline"]] == [2, 1]
    assert [member["id"] for member in whole["members"]] == ["copy", "a3", "a1"]
    assert listed(client, story="s-1") == ["copy", "a3", "a1"]


def test_filters_and_pages(client: TestClient) -> None:
    keep(client, BORDER, BAKERY, SECOND)

    def ids(**chosen: object) -> list[str]:
        answer = client.get("/v1/stories", params={name: str(value) for name, value in chosen.items()})
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["stories"]]

    assert ids() == ["s-1", "s-2"]
    assert ids(topic="border_conflict") == ids(source="The Herald") == ids(q="troops") == ["s-1"]
    assert ids(topic="border_conflict", q="troops", source="The Courier") == ["s-1"]
    assert ids(q="bakery") == ids(since="2026-11-03") == ["s-2"]
    assert ids(until="2026-11-01T09:00:00Z") == ids(q="troops bakery") == []
    page = client.get("/v1/stories?limit=1").json()
    assert ids(cursor=page["next"]) == ["s-2"]
    for bad in ("limit=0", "limit=201", "cursor=x", "q=-x", "topic=%00", "since=x"):
        assert client.get(f"/v1/stories?{bad}").status_code == 422, bad
    for odd in ("s-9", "%00", "x"):
        assert client.get(f"/v1/stories/{odd}").status_code == 404


def test_a_deleted_article_leaves_its_story(client: TestClient) -> None:
    keep(client, BORDER, COPY, BAKERY)
    for name in ("a1", "a2"):
        assert client.delete(f"/v1/articles/{name}").status_code == 204
    (left,) = client.get("/v1/stories").json()["stories"]
    assert (left["id"], left["articles"], left["independent"]) == ("s-1", 1, 1)
    assert client.get("/v1/stories/s-2").status_code == 404
    assert client.get("/v1/stories/s-1").json()["lead"] == "copy"


def test_a_merged_story_leads_on(client: TestClient) -> None:
    keep(client, BORDER, BAKERY)
    with client.app.state.database.write() as connection:  # type: ignore[attr-defined]
        connection.execute(story.update().where(story.c.seq == 2).values(merged_into=1))
        placing.refresh(connection, [1, 2])
    answer = client.get("/v1/stories/s-2", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "s-1")
    assert client.get("/v1/stories/s-2").json()["id"] == "s-1"
    assert listed(client, story="s-2") == listed(client, story="s-1") == ["a1"]


def test_related(client: TestClient) -> None:
    other = SECOND | {"id": "a4", "title": "Border talks", "text": "Ministers met over the border ceasefire, far away."}
    keep(client, BORDER, BAKERY, COPY, SECOND, other)

    def ids(name: str, query: str = "") -> list[str]:
        answer = client.get(f"/v1/articles/{quote(name, safe='')}/related{query}")
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["articles"]]

    assert ids("a1")[0] == ids("copy")[0] == "a3"
    assert not {"a1", "copy", "a2"} & {*ids("a1"), *ids("copy")}
    assert ids("a3")[0] == "a1"
    assert "copy" not in ids("a3")
    assert len(ids("a3", "?limit=1")) == 1
    assert ids("a2") == []
    for path, status in (("none/related", 404), ("a1/related?limit=0", 422), ("a1/related?limit=51", 422)):
        assert client.get(f"/v1/articles/{path}").status_code == status


def test_an_id_may_end_in_related(client: TestClient) -> None:
    keep(client, BORDER, BAKERY | {"id": "a1/related"}, SECOND | {"id": "x/related"})
    assert client.get("/v1/articles/a1%2Frelated").json()["id"] == "a1/related"
    assert [one["id"] for one in client.get("/v1/articles/a1/related").json()["articles"]] == ["x/related"]
    assert client.get("/v1/articles/x/related").json()["id"] == "x/related"  # there is no x
    assert client.get("/v1/articles/x/related/related").json()["articles"][0]["id"] == "a1"
    assert client.delete("/v1/articles/a1/related").status_code == 204


def test_merge_and_split(client: TestClient) -> None:
    keep(client, BORDER, BAKERY, SECOND)
    merged = client.post("/v1/stories/s-2/merge", json={"with": "s-1"})
    assert (merged.status_code, merged.json()["id"], merged.json()["articles"]) == (200, "s-1", 3)
    assert client.get("/v1/stories/s-2").json()["id"] == "s-1"
    parted = client.post("/v1/stories/s-2/split", json={"articles": ["a2"]}).json()
    assert [member["id"] for member in parted["new"]["members"]] == ["a2"]
    assert [one["id"] for one in client.get("/v1/stories").json()["stories"]] == ["s-1", "s-3"]
    for path, body, status in (
        ("s-1/merge", {"with": "s-1"}, 409),
        ("s-1/merge", {"with": "s-9"}, 404),
        ("s-1/merge", {}, 422),
        ("s-1/merge", {"with": "s-3", "x": 1}, 422),
        ("s-1/split", {"articles": []}, 422),
        ("s-1/split", {"articles": ["a2"]}, 422),
        ("s-1/split", {"articles": ["none"]}, 404),
        ("s-1/split", {"articles": ["a1"] * 1001}, 422),
        ("s-%00/split", {"articles": ["a1"]}, 404),
    ):
        answer = client.post(f"/v1/stories/{path}", json=body)
        assert answer.status_code == status, (path, body, answer.text)
