import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from model.classifier import Classifier
from service.app import create
from service.settings import Settings

ARTICLE = {
    "id": "a1",
    "title": "Army shells border village",
    "text": "Troops of both countries fired across the border.",
}
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    settings = Settings(home=home, max_body_bytes=100_000, max_text_chars=5000)
    with TestClient(create(settings), raise_server_exceptions=False) as client:
        yield client


def test_classify(client: TestClient, classifier: Classifier) -> None:
    answer = client.post("/v1/classify", json=ARTICLE)
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == ["id", "status", "reason", "topics", "scores", "model"]
    assert (body["id"], body["model"]) == ("a1", classifier.model_id)
    assert max(body["scores"], key=body["scores"].get) == "border_conflict"


def test_evidence(client: TestClient) -> None:
    body = client.post("/v1/classify?evidence=true", json=ARTICLE).json()
    assert body["evidence"][0].keys() == {"topic", "term", "start", "end", "weight", "field"}


def test_batch_keeps_order_and_reports_each_failure(client: TestClient) -> None:
    articles = [ARTICLE, {"id": "bad"}, 5, {"id": "a2", "text": ""}, {"id": "long", "text": "x" * 6000}]
    answer = client.post("/v1/classify/batch", json={"articles": articles})
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [result["id"] for result in results] == ["a1", "bad", None, "a2", "long"]
    assert results[1]["error"]["status"] == 422
    assert results[3]["reason"] == "too_short"
    assert results[4]["error"]["status"] == 413


def test_batch_has_a_limit(client: TestClient) -> None:
    answer = client.post("/v1/classify/batch", json={"articles": [{"text": ""}] * 1001})
    assert answer.status_code == 413
    assert "the most is 1000" in answer.json()["detail"]
    assert client.post("/v1/classify/batch", json={"articles": []}).json() == {"results": []}


def test_extract(client: TestClient) -> None:
    page = "A headline of five words\n\n" + "This is the running text of the article in question. " * 3
    answer = client.post("/v1/extract", content=page, headers={"content-type": "text/plain; charset=utf-8"})
    (article,) = answer.json()["articles"]
    assert article["title"] == "A headline of five words"
    assert page[article["start"] : article["end"]].startswith("This is")


SECRET = "swordfish"
BAD_BODIES = [
    b"",
    b"{",
    b"null",
    b"5",
    b"[]",
    f'"{SECRET}"'.encode(),
    b"{}",
    b'{"text": null}',
    b'{"text": 5}',
    b'{"text": ["x"]}',
    b'{"text": NaN}',
    b'{"text": "\\ud800"}',
    b'{"text": "\xff\xfe"}',
    b'{"text": "x", "id": 5}',
    b'{"text": "x", "title": {}}',
    f'{{"text": "x", "published": "{SECRET}"}}'.encode(),
    f'{{"text": "x", "labels": "{SECRET}"}}'.encode(),
    b'{"text": "x", "labels": [1]}',
    f'{{"text": "{SECRET}}}'.encode(),
    b'{"text": "x"} trailing',
    b"[" * 50_000,
    b'{"a":' * 15_000,
    '{"text": "x"}'.encode("utf-16"),
]


@pytest.mark.parametrize("path", ["/v1/classify", "/v1/classify/batch", "/v1/cluster"])
@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: body[:24].decode(errors="replace"))
def test_a_bad_body_is_told_and_not_echoed(client: TestClient, path: str, body: bytes) -> None:
    if path.endswith("batch") and body.startswith(b'{"') and body.endswith(b"}"):
        whole = client.post(path, content=b'{"articles": [%b]}' % body, headers=JSON)
        if whole.status_code == 200:  # one bad article fails alone
            (result,) = whole.json()["results"]
            assert result["error"]["status"] == 422
            assert SECRET not in whole.text
            return
        answer = whole
    else:
        answer = client.post(path, content=body, headers=JSON)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().keys() == {"type", "title", "status", "detail"}
    assert SECRET not in answer.text
    assert len(answer.content) < 4096


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("POST", "/v1/classify", {"content-type": "text/plain"}, b"{}", 415),
        ("POST", "/v1/classify", {}, b"{}", 415),
        ("POST", "/v1/classify", JSON, b'{"text": "' + b"x" * 200_000 + b'"}', 413),
        ("POST", "/v1/classify", JSON, b'{"text": "' + b"x" * 6000 + b'"}', 413),
        ("POST", "/v1/classify?evidence=maybe", JSON, b'{"text": "x"}', 422),
        ("POST", "/v1/extract", {"content-type": "text/html"}, b"", 422),
        ("POST", "/v1/extract", {"content-type": "text/html"}, b"\xff", 422),
        ("POST", "/v1/cluster", {"content-type": "text/plain"}, b"{}", 415),
        ("POST", "/v1/cluster", {}, b"{}", 415),
        ("POST", "/v1/cluster", JSON, b'{"articles": [{"text": "' + b"x" * 200_000 + b'"}]}', 413),
        ("POST", "/v1/cluster", JSON, b'{"articles": [{"text": "' + b"x" * 6000 + b'"}]}', 413),
        ("POST", "/v1/cluster", JSON, b'{"articles": [' + b'{"text":""},' * 1000 + b'{"text":""}]}', 413),
        ("GET", "/v1/cluster", {}, b"", 405),
        ("GET", "/v1/classify", {}, b"", 405),
        ("GET", "/nothing", {}, b"", 404),
    ],
)
def test_refusals_are_problems(
    client: TestClient, method: str, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = client.request(method, path, content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert "maybe" not in answer.text


@pytest.mark.parametrize("body", [json.dumps(ARTICLE).encode(), b'{"text": 5}', b'{"text": "' + b"x" * 6000 + b'"}'])
@pytest.mark.parametrize("headers", [JSON, {"content-type": "text/plain"}])
def test_the_direct_way_answers_as_the_framework_s_does(
    client: TestClient, body: bytes, headers: dict[str, str]
) -> None:
    direct, solved = (client.post(f"/v1/classify{query}", content=body, headers=headers) for query in ("", "?x=y"))
    assert (direct.status_code, direct.content, direct.headers) == (solved.status_code, solved.content, solved.headers)


def test_without_a_model(tmp_path: Path) -> None:
    with TestClient(create(Settings(home=tmp_path))) as client:
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").status_code == 503
        answer = client.post("/v1/classify", json=ARTICLE)
        assert answer.status_code == 503
        assert "topicdesk train" in answer.json()["detail"]


def test_health(client: TestClient, classifier: Classifier) -> None:
    assert client.get("/livez").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "model": classifier.model_id, "fault": None}


def test_a_bug_tells_nobody_the_article(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = create(Settings(home=home))

    def broken(*_: object, **__: object) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr("service.handlers.classify.one", broken)
    with TestClient(app) as client:
        answer = client.post("/v1/classify", json=ARTICLE)
    assert SECRET not in caplog.text
    assert "KeyError" in caplog.text
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert SECRET not in answer.text


def test_openapi_names_every_schema_it_uses(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert {"/v1/classify", "/v1/classify/batch", "/v1/cluster", "/v1/extract", "/livez", "/readyz"} <= set(
        document["paths"]
    )
    text = client.get("/openapi.json").text
    for part in text.split('"#/components/schemas/')[1:]:
        assert part.partition('"')[0] in document["components"]["schemas"]
    assert document["components"]["schemas"]["Article"]["required"] == ["text"]
