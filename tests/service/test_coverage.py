"""What is counted of articles that come in over REST and from files of labels."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from service.app import create
from service.handlers import coverage, exchange
from service.settings import Settings
from service.store.columns import now


@pytest.fixture
def settings(own_home: Path) -> Settings:
    return Settings(home=own_home, max_text_chars=5000)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create(settings), raise_server_exceptions=False) as client:
        yield client


def seen(settings: Settings) -> dict[str, tuple[int, int, int, dict[str, int]]]:
    database = settings.database()
    rows = coverage.look(database, now() - timedelta(days=1), now()).rows
    database.close()
    return {row.source: (row.seen, row.kept, row.known, row.failed) for row in rows}


def test_batches_and_single_articles(client: TestClient, settings: Settings) -> None:
    text = {"text": "Troops of both countries fired across the border.", "source": "A"}
    batch = [text, text, {"source": "A", "text": "x" * 6000}, {"source": "B"}, 5]
    assert client.post("/v1/articles", json={"articles": batch}).status_code == 200
    assert client.post("/v1/articles", json=text).status_code == 200
    assert client.post("/v1/articles", json={"source": "B", "text": " "}).status_code == 422
    json_type = {"content-type": "application/json"}
    assert client.post("/v1/articles", content=b'{"text": "x', headers=json_type).status_code == 422
    assert seen(settings) == {
        "A": (4, 1, 2, {"too-large": 1}),
        "B": (2, 0, 0, {"invalid-input": 2}),
        "": (1, 0, 0, {"invalid-input": 1}),
    }


def test_files_of_labels(settings: Settings, tmp_path: Path) -> None:
    rows = [
        {"text": "A ferry ran aground.", "source": "A", "labels": []},
        {"text": "", "source": "A", "labels": []},
        {"text": "A tram stopped.", "source": "B", "labels": ["no such topic"]},
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    exchange.read(tmp_path / "rows.jsonl", "ann", settings, lambda _done: None)
    assert seen(settings) == {"A": (2, 1, 0, {"invalid-input": 1}), "B": (1, 0, 0, {"unknown-topic": 1})}
