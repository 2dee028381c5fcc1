"""Kept articles, labels and review over REST."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from model.classifier import Classifier
from service.app import create
from service.handlers import retrain
from service.settings import Settings
from tests.service.test_rest import BAD_BODIES, JSON, SECRET

BORDER = {
    "id": "a1",
    "title": "Army shells border village",
    "text": "Troops of both countries fired across the border.",
    "url": "https://example.org/a1",
    "source": "The Courier",
    "published": "2026-11-01T10:00:00+01:00",
}
BAKERY = {"id": "a2", "text": "The bakery on the corner won first prize for its rye bread for the third year running."}


@pytest.fixture
def client(own_home: Path) -> Iterator[TestClient]:
    settings = Settings(home=own_home, max_text_chars=5000)
    with TestClient(create(settings), raise_server_exceptions=False) as client:
        yield client


def keep(client: TestClient, *articles: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post("/v1/articles", json={"articles": articles})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def listed(client: TestClient, **chosen: object) -> list[str]:
    answer = client.get("/v1/articles", params={name: str(value) for name, value in chosen.items()})
    assert answer.status_code == 200, answer.text
    return [article["id"] for article in answer.json()["articles"]]


def test_keep_one(client: TestClient, classifier: Classifier) -> None:
    answer = client.post("/v1/articles", json=BORDER)
    assert answer.status_code == 201
    kept = answer.json()
    assert kept["published"] == "2026-11-01T09:00:00Z"
    assert (kept["id"], kept["topics"], kept["label"], kept["story"]) == ("a1", ["border_conflict"], None, "s-1")
    classified = client.post("/v1/classify", json=BORDER).json()
    assert kept["decision"] == classified
    assert classified["model"] == classifier.model_id
    again = client.post("/v1/articles", json=BORDER | {"id": "another"})
    assert again.status_code == 200
    assert again.json() == kept | {"created": False}
    whole = client.get("/v1/articles/a1").json()
    assert whole["text"] == BORDER["text"]
    assert whole["decisions"] == [classified]


def test_keep_many_reports_each_failure(client: TestClient) -> None:
    results = keep(client, BORDER, BAKERY, BORDER, BORDER | {"text": "Another text."}, {"id": "x"}, {"text": " "}, 5)  # type: ignore[arg-type]
    assert [result["id"] for result in results] == ["a1", "a2", "a1", "a1", "x", None, None]
    assert [result.get("created") for result in results[:3]] == [True, True, False]
    assert [result["error"]["status"] for result in results[3:]] == [409, 422, 422, 422]
    assert listed(client) == ["a2", "a1"]
    assert keep(client) == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"text": "x" * 5001}, 413),
        ({"title": "x" * 5001}, 413),
        ({"id": "x" * 501}, 422),
        ({"source": "x" * 201}, 422),
        ({"url": "x" * 4001}, 422),
        ({"id": "a\0b"}, 422),
        ({"id": "a\nb"}, 422),
        ({"title": "x" * 2001}, 413),
        ({"published": "0001-01-01T00:00:00+10:00"}, 422),
        ({"published": "yesterday"}, 422),
        ({"text": "", "title": " "}, 422),
        ({"id": "", "source": "", "title": None}, 201),
        ({"text": "with \0 in it"}, 201),
        ({"published": "9999-12-31"}, 201),
        ({"published": "0001-01-01"}, 201),
    ],
)
def test_what_can_be_kept(client: TestClient, change: dict[str, Any], status: int) -> None:
    answer = client.post("/v1/articles", json=BORDER | change)
    assert answer.status_code == status, answer.text
    if status == 201:
        assert client.get(f"/v1/articles/{answer.json()['id']}").status_code == 200
        assert listed(client, q="border") != [] or "in it" in change.get("text", "")


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/labels", "/v1/jobs"])
@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: body[:24].decode(errors="replace"))
def test_a_bad_body_is_told_and_not_echoed(client: TestClient, path: str, body: bytes) -> None:
    answer = client.post(path, content=body, headers=JSON)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert SECRET not in answer.text
    assert listed(client) == []


@pytest.mark.parametrize("name", ["https://example.org/a/b?c=d#e", "../../etc/passwd", "a/related/b", "\u00fc \u00fc+"])
def test_an_id_may_be_an_address(client: TestClient, name: str) -> None:
    keep(client, BORDER | {"id": name})
    assert client.get(f"/v1/articles/{quote(name, safe='')}").json()["id"] == name
    assert client.delete(f"/v1/articles/{quote(name, safe='')}").status_code == 204


def test_filters_and_pages(client: TestClient) -> None:
    keep(client, BORDER, BAKERY)
    assert listed(client, topic="border_conflict") == ["a1"]
    assert listed(client, status="out_of_scope") == ["a2"]
    assert listed(client, source="The Courier", q="troops -bakery") == ["a1"]
    assert listed(client, labelled=False) == ["a2", "a1"]
    assert listed(client, since="2026-11-01T09:00:00Z", until="2026-11-01T09:00:01Z") == ["a1"]
    first = client.get("/v1/articles?limit=1").json()
    assert first["next"]
    second = client.get("/v1/articles", params={"limit": 1, "cursor": first["next"]}).json()
    assert [page["articles"][0]["id"] for page in (first, second)] == ["a2", "a1"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "query",
    [
        "status=swordfish", "limit=0", "limit=201", "limit=swordfish", "cursor=swordfish", "cursor=%00", "q=-swordfish",
        "since=swordfish", "since=0001-01-01T00:00:00%2B14:00",
        "until=9999-12-31T23:59:59-14:00", "labelled=swordfish", "topic=%00swordfish", "q=%00",
        "q=" + "swordfish+" * 200,
    ],
)  # fmt: skip
def test_a_bad_filter_is_told(client: TestClient, query: str) -> None:
    answer = client.get(f"/v1/articles?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert SECRET not in answer.text


def test_labels(client: TestClient) -> None:
    keep(client, BORDER, BAKERY)
    given = client.post("/v1/labels", json={"article": "a1", "verdict": "confirm", "labels": ["border_conflict"]})
    assert given.status_code == 201
    assert given.json()["by"] == "anonymous"
    body = {"article": "a2", "verdict": "correct", "labels": ["digital_rights"] * 2, "by": "ann", "note": "why"}
    assert client.post("/v1/labels", json=body).json()["labels"] == ["digital_rights"]
    assert listed(client, topic="digital_rights", labelled=True) == ["a2"]
    assert client.post("/v1/labels", json={"article": "a2", "verdict": "unsure"}).json()["labels"] is None
    assert listed(client, topic="digital_rights") == []
    history = client.get("/v1/articles/a2").json()["history"]
    assert [(line["action"], line["by"], line["note"]) for line in history] == [
        ("given", "ann", "why"),
        ("changed", "anonymous", None),
    ]
    assert client.delete("/v1/labels/a2").status_code == 204
    assert client.delete("/v1/labels/a2").status_code == 404
    assert listed(client, labelled=True) == ["a1"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"article": "none"}, 404),
        ({"labels": ["swordfish"]}, 422),
        ({"verdict": "swordfish"}, 422),
        ({"verdict": "unsure"}, 422),
        ({"verdict": "confirm", "labels": ["digital_rights"]}, 422),
        ({"verdict": "confirm", "labels": []}, 422),
        ({"labels": None}, 422),
        ({"labels": "border_conflict"}, 422),
        ({"note": "x" * 10_001}, 422),
        ({"by": " "}, 422),
        ({"by": "x" * 201}, 422),
        ({"verdict": "confirm", "labels": None}, 201),
        ({"note": "a\0b"}, 201),
    ],
)
def test_labels_that_do_not_fit(client: TestClient, change: dict[str, Any], status: int) -> None:
    keep(client, BORDER)
    body = {"article": "a1", "verdict": "correct", "labels": ["border_conflict"]}
    answer = client.post("/v1/labels", json=body | change)
    assert answer.status_code == status, answer.text
    assert (listed(client, labelled=True) == ["a1"]) is (status == 201)


def test_review_asks_for_what_teaches_most_once(client: TestClient) -> None:
    texts = [
        "Two countries share the lake, and their fishermen argue about where to put the nets.",
        "A court heard claims about a phone found near the frontier post.",
        "Two countries share the lake and their fishermen argue about where to put the nets!",
        "Troops of both countries fired across the border.",
    ]
    results = keep(client, *({"id": f"d{n}", "text": text} for n, text in enumerate(texts)))
    assert {result["decision"]["status"] for result in results} == {"assigned"}
    assert client.get("/v1/review").json() == {"articles": [], "waiting": 0}
    queue = client.get("/v1/review?status=assigned").json()
    assert queue["waiting"] == 3  # texts
    ids = [article["id"] for article in queue["articles"]]
    assert sorted(ids[:2]) == ["d0", "d1"]  # in doubt, unlike each other
    assert ids[2:] == ["d3"]  # the near duplicate is not asked for
    assert {article["id"]: article["copies"] for article in queue["articles"]} == {"d0": 1, "d1": 0, "d3": 0}
    assert queue["articles"][0]["text"] == texts[int(ids[0][1:])]
    client.post("/v1/labels", json={"article": ids[0], "verdict": "correct", "labels": []})
    left = client.get("/v1/review?status=assigned&limit=1").json()
    assert left["waiting"] == (3 if ids[0] == "d0" else 2)  # judged by itself, d0 leaves its copy waiting
    assert left["articles"][0]["id"] != ids[0]
    for bad in ("limit=0", "limit=1000", "status=swordfish"):
        assert client.get(f"/v1/review?{bad}").status_code == 422


WIRE = {"text": BAKERY["text"] + " So it was."}


def history(client: TestClient, name: str) -> list[tuple[str, str, list[str] | None]]:
    lines = client.get(f"/v1/articles/{name}").json()["history"]
    return [(line["action"], line["by"], line["labels"]) for line in lines]


def test_one_decision_labels_a_group(client: TestClient) -> None:
    results = keep(client, BORDER, BAKERY, *(WIRE | {"id": f"w{n}", "text": f"{WIRE['text']} {n}."} for n in range(3)))
    assert len({result["story"] for result in results}) == 2
    own = {"article": "w0", "verdict": "correct", "labels": ["digital_rights"], "by": "bob"}
    assert client.post("/v1/labels", json=own).json() | {"at": None} == own | {
        "at": None, "note": None, "labelled": ["w0"], "count": 1,
    }  # fmt: skip
    body = {"article": "w2", "verdict": "correct", "labels": ["policing_accountability"], "by": "ann", "group": True}
    given = client.post("/v1/labels", json=body).json()
    assert (given["article"], given["labelled"], given["count"]) == ("w2", ["w2", "a2", "w0", "w1"], 4)
    assert listed(client, topic="policing_accountability", labelled=True) == ["w2", "w1", "w0", "a2"]
    assert {one.text for one in retrain.kept(client.app.state.settings)} == {2}  # type: ignore[attr-defined]
    client.post("/v1/labels", json={"article": "w1", "verdict": "unsure", "by": "eve"})
    taken = client.delete("/v1/labels/a2?group=true")
    assert (taken.status_code, taken.json()) == (200, {"articles": ["a2", "w0", "w2"], "count": 3})
    assert listed(client, labelled=True) == listed(client, topic="digital_rights") == ["w0"]
    assert client.get("/v1/articles/w0").json()["label"]["by"] == "bob"
    assert client.get("/v1/articles/w1").json()["label"]["by"] == "eve"
    assert history(client, "w0") == [
        ("given", "bob", ["digital_rights"]),
        ("changed", "ann", ["policing_accountability"]),
        ("changed", "bob", ["digital_rights"]),
    ]
    assert client.delete("/v1/labels/a2?group=true").status_code == 404
    assert client.delete("/v1/labels/w0?group=true").json() == {"articles": ["w0"], "count": 1}
    assert listed(client, labelled=True) == []
    assert client.delete("/v1/labels/w0?group=x").status_code == 422


def test_a_confirmed_group_corrects_what_was_decided_otherwise(client: TestClient) -> None:
    results = keep(client, BORDER | {"id": "one"}, BORDER | {"id": "two", "text": BORDER["text"] + " It was so."})
    assert [result["decision"]["topics"] for result in results] == [["border_conflict"]] * 2
    keep(client, BAKERY | {"id": "three"})
    with client.app.state.database.write() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("UPDATE article SET original = 1 WHERE seq = 3")
    given = client.post("/v1/labels", json={"article": "two", "verdict": "confirm", "group": True}).json()
    assert (given["verdict"], given["labels"], given["count"]) == ("confirm", ["border_conflict"], 3)
    verdicts = {name: client.get(f"/v1/articles/{name}").json()["label"]["verdict"] for name in ("one", "two", "three")}
    assert verdicts == {"one": "confirm", "two": "confirm", "three": "correct"}
    assert listed(client, topic="border_conflict") == ["three", "two", "one"]
    wrong = {"article": "three", "verdict": "confirm", "labels": ["border_conflict"], "group": True}
    assert client.post("/v1/labels", json=wrong).status_code == 422


def test_delete(client: TestClient) -> None:
    keep(client, BORDER)
    assert client.delete("/v1/articles/a1").status_code == 204
    for answer in (client.get("/v1/articles/a1"), client.delete("/v1/articles/a1")):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert listed(client) == listed(client, q="troops") == []
    assert client.post("/v1/articles", json=BORDER).status_code == 201


def test_no_text_is_kept_where_none_should_be(own_home: Path) -> None:
    with TestClient(create(Settings(home=own_home, keep_text=False))) as client:
        (kept,) = keep(client, BORDER)
        assert keep(client, BORDER)[0]["created"] is False
        whole = client.get("/v1/articles/a1").json()
        assert listed(client, q="troops") == ["a1"]
        assert listed(client, q='"troops of"') == []
        client.get("/v1/review?status=assigned")
    assert kept["topics"] == ["border_conflict"]
    assert (whole["title"], whole["text"]) == (None, None)
    assert whole["terms"] == sorted(whole["terms"])
    assert {"troops", "border", "shells"} <= set(whole["terms"])
    stored = b"".join(path.read_bytes() for path in own_home.glob("topicdesk.db*"))
    for words in (b"Troops of both", b"shells border village"):
        assert words not in stored


def test_without_a_database_it_still_classifies(own_home: Path, caplog: pytest.LogCaptureFixture) -> None:
    (own_home / "topicdesk.db").mkdir()
    with TestClient(create(Settings(home=own_home))) as client:
        assert client.post("/v1/classify", json=BORDER).status_code == 200
        answer = client.post("/v1/articles", json=BORDER)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "database" in answer.json()["detail"]


def test_openapi_describes_every_route(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    for path in ("/v1/articles", "/v1/articles/{id}", "/v1/labels", "/v1/labels/{id}", "/v1/review", "/v1/jobs/{id}"):
        assert path in document["paths"]
    assert "HTTPValidationError" not in json.dumps(document)
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)


@pytest.mark.parametrize(
    "path", ["/v1/articles/%00", "/v1/articles/a%0Ab", "/v1/articles/%7Fdeleted-1", "/v1/labels/a%00"]
)
def test_odd_ids_are_not_found(client: TestClient, path: str) -> None:
    if path.startswith("/v1/articles"):
        assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404


def test_errors_stay_small_and_echo_nothing(client: TestClient) -> None:
    keep(client, BORDER)
    topic = "\u56fd" * 3000
    answers = [
        client.post("/v1/labels", json={"article": "a1", "verdict": "correct", "labels": [topic]}),
        client.post("/v1/jobs", json={"kind": "label", SECRET + "\x01" * 5000: 1}),
        client.post("/v1/jobs", json={"kind": SECRET}),
        client.post("/v1/jobs", json={"kind": "label", "input": f"{SECRET}.csv", "output": "b.csv"}),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert len(answer.content) <= 4096
        assert SECRET not in answer.text
        assert "\u56fd" not in answer.text


def test_a_job_reads_and_writes_in_its_folder_only(client: TestClient, own_home: Path) -> None:
    files = own_home / "files"
    files.mkdir()
    (files / "in.jsonl").write_text('{"text": "A border."}')
    (files / "there.csv").write_text("precious")
    (files / "link.csv").symlink_to(own_home / "outside.csv")
    (files / "linked.jsonl").symlink_to(own_home / "secret.jsonl")
    for names, status in (
        (("in.jsonl", "there.csv"), 409),
        (("in.jsonl", "link.csv"), 409),
        (("in.jsonl", "in.jsonl"), 409),
        (("linked.jsonl", "out.csv"), 422),
        (("in.jsonl", "out.txt"), 422),
        (("in.jsonl", "../out.csv"), 422),
        (("in.jsonl", "/tmp/out.csv"), 422),
        (("in.jsonl", ".out.csv"), 422),
        (("in.jsonl", "\u00e9" * 100 + ".csv"), 422),
        (("in.jsonl", ""), 422),
        (("in.jsonl", None), 422),
        ((None, "out.csv"), 422),
    ):
        answer = client.post("/v1/jobs", json={"kind": "label", "input": names[0], "output": names[1]})
        assert answer.status_code == status, (names, answer.text)
