"""The job `cluster`: a file with its stories, or nothing where it is cancelled."""

import json
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app import create
from service.jobs import cluster, kinds
from service.jobs.ends import Interrupted, Stopped
from service.settings import Settings
from service.stories import grouping
from tests.conftest import Run
from tests.model.stories import texts

ENDED = ("done", "failed", "cancelled")


def lines() -> str:
    rows = [{"id": one.id, "title": one.title, "text": one.text} for one in texts.articles()]
    return "".join(json.dumps(row) + "\n" for row in rows)


def many() -> str:
    """Return so many articles with so much in common that drawing them takes a while."""
    rng = random.Random(4)
    words = [f"word{n}" for n in range(3000)]
    return "".join(json.dumps({"text": " ".join(rng.choices(words, k=200))}) + "\n" for _ in range(6000))


@pytest.fixture
def settings(own_home: Path) -> Settings:
    (own_home / "files").mkdir()
    (own_home / "files" / "in.jsonl").write_text(lines())
    return Settings(home=own_home)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create(settings), raise_server_exceptions=False) as client:
        yield client


def ended(client: TestClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/v1/jobs", json=body)
    assert answer.status_code == 202, answer.text
    deadline = time.monotonic() + 90
    while (job := client.get(answer.headers["location"]).json())["status"] not in ENDED:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return dict(job)


@pytest.mark.parametrize("online", [False, True])
def test_a_job_does_what_the_command_does(
    client: TestClient, settings: Settings, topicdesk: Run, tmp_path: Path, online: bool
) -> None:
    job = ended(client, {"kind": "cluster", "input": "in.jsonl", "output": "out.csv", "online": online})
    assert job["status"] == "done", job
    assert job["progress"] == {"done": 9, "total": 9}
    assert {name: job["result"][name] for name in ("stories", "seen", "articles", "failed")} == {
        "stories": 3, "seen": 9, "articles": 9, "failed": 0,
    }  # fmt: skip
    files = settings.home / "files"
    done = topicdesk("cluster", files / "in.jsonl", tmp_path / "same.csv", *(["--online"] if online else []))
    assert done.returncode == 0, done.stderr
    assert (files / "out.csv").read_bytes() == (tmp_path / "same.csv").read_bytes()
    again = client.post("/v1/jobs", json={"kind": "cluster", "input": "in.jsonl", "output": "out.csv"})
    assert again.status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        {"input": "../in.jsonl"}, {"input": "/etc/passwd"}, {"input": "none.jsonl"}, {"input": "link.jsonl"},
        {"input": ""}, {"input": None}, {"output": "../out.jsonl"}, {"output": ".out.jsonl"}, {"output": "out.txt"},
        {"output": "sub/out.jsonl"}, {"output": "x" * 151 + ".jsonl"}, {"online": "yes"}, {"workers": 2},
    ],
)  # fmt: skip
def test_other_files_are_refused(client: TestClient, settings: Settings, change: dict[str, Any]) -> None:
    (settings.home / "in.jsonl").write_text(lines())
    (settings.home / "files" / "link.jsonl").symlink_to(settings.home / "in.jsonl")
    body = {"kind": "cluster", "input": "in.jsonl", "output": "out.jsonl"} | change
    answer = client.post("/v1/jobs", json=body)
    assert answer.status_code == 422, answer.text


def test_without_a_file_there_is_no_job(client: TestClient) -> None:
    assert client.post("/v1/jobs", json={"kind": "cluster"}).status_code == 422
    assert client.post("/v1/jobs", json={"kind": "cluster", "input": "in.jsonl"}).status_code == 422


@pytest.mark.parametrize("ends", [Stopped, Interrupted])
def test_one_that_is_stopped_while_it_draws_leaves_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, ends: type[BaseException]
) -> None:
    """Drawing may take minutes, in which no row is read."""
    asked = 0

    def advance(_done: int, _total: int | None) -> None:
        nonlocal asked
        asked += 1
        if asked == 3:
            raise ends

    def draws(*_arguments: object) -> None:
        time.sleep(30)

    monkeypatch.setattr(grouping, "at_once", draws)
    monkeypatch.setattr(cluster, "LOOK_SECONDS", 0.05)
    (settings.home / "files" / ".out.jsonl.0123abcd.part").write_text("what a killed attempt left")
    began = time.monotonic()
    with pytest.raises(ends):
        cluster.run(kinds.Cluster(input="in.jsonl", output="out.jsonl"), settings, advance)
    assert time.monotonic() - began < 20
    assert [path.name for path in (settings.home / "files").iterdir()] == ["in.jsonl"]
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_cancelling_one_that_runs(client: TestClient, settings: Settings) -> None:
    (settings.home / "files" / "many.jsonl").write_text(many())
    body = {"kind": "cluster", "input": "many.jsonl", "output": "out.jsonl"}
    where = client.post("/v1/jobs", json=body).headers["location"]
    deadline = time.monotonic() + 90
    while not (job := client.get(where).json())["progress"]["done"] and job["status"] not in ENDED:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert job["status"] == "running", job
    assert client.delete(where).status_code == 202
    while (job := client.get(where).json())["status"] not in ENDED:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert job["status"] == "cancelled", job
    assert sorted(path.name for path in (settings.home / "files").iterdir()) == ["in.jsonl", "many.jsonl"]


def test_it_is_described(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert {"$ref": "#/components/schemas/ClusterJob"} in schemas["JobRequest"]["anyOf"]
    assert set(schemas["ClusterJob"]["required"]) == {"kind", "input", "output"}
