"""Retraining by command and by job: what is published, what is refused, and what stays as it was."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from model.registry import Registry
from service.app import create
from service.settings import Settings
from tests.conftest import Run
from tests.faults.servers import wait_for
from training import dataset

PRESS_FREEDOM = Path(__file__).parents[1] / "fixtures" / "press_freedom.jsonl"
TOPIC = """
[[topics]]
id = "press_freedom"
label = "Press freedom"
definition = "Whether journalists and media can work unhindered."
"""


@pytest.fixture
def corrected(topicdesk: Run, own_home: Path, tmp_path: Path) -> Path:
    """A home with 200 corrections in it."""
    told = []
    for path in sorted((Path(__file__).parents[1] / "behaviour").glob("*.jsonl")):
        labels = [] if path.stem == "none" else [path.stem]
        texts = [json.loads(line)["text"] for line in path.read_text().splitlines()]
        told += [(text, labels) for text in texts if path.stem != "not_assigned"]
    rows = [
        {"id": f"{part}-{n}", "text": f"{text} This is report {part} of it.", "labels": labels}
        for part in (1, 2)
        for n, (text, labels) in enumerate(told)
    ][:200]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = topicdesk("labels", "import", "rows.jsonl", "--by", "ann", home=own_home)
    assert "200 labels added" in done.stderr, done.stderr
    return own_home


def current(home: Path) -> str:
    return Registry(home / "models").current()


def state(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in (home / "models").rglob("*") if path.name != "LOCK"}


def test_corrections_make_a_better_model_that_serves(topicdesk: Run, corrected: Path) -> None:
    before = current(corrected)
    began = time.monotonic()
    done = topicdesk("retrain", "--json", home=corrected)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < 60
    told = json.loads(done.stdout)
    assert told["model"] == current(corrected) != before
    receipt = json.loads(Path(corrected, told["path"]).read_text())
    assert receipt == told["receipt"]
    assert Path(told["path"]).parent.name == told["model"]
    assert (receipt["current"], receipt["accepted"], receipt["forced"]) == (before, True, False)
    assert receipt["data"]["labels"] == 200
    assert receipt["data"]["trained_on"]["labels"] > 0
    assert receipt["comparison"]["topics"].keys() == {"digital_rights", "border_conflict", "policing_accountability"}
    again = topicdesk("retrain", home=corrected)
    assert again.returncode == 0, again.stderr
    assert current(corrected) == told["model"]  # the same data and seed give the same model
    assert "nothing has changed" in again.stdout
    assert max(map(len, again.stdout.splitlines())) <= 80
    assert topicdesk("models", "rollback", home=corrected).stdout.strip() == before


def test_harm_is_refused_unless_forced(topicdesk: Run, own_home: Path, tmp_path: Path) -> None:
    before = current(own_home)
    harmful = []
    for path in sorted(dataset.STARTER.rglob("*.jsonl")):
        for n, line in enumerate(path.read_text().splitlines()):
            row: dict[str, Any] = json.loads(line)
            if row["labels"] == ["border_conflict"] and n % 2:
                row["labels"] = []
            harmful.append(row)
    (tmp_path / "harmful.jsonl").write_text("".join(json.dumps(row) + "\n" for row in harmful))
    done = topicdesk("retrain", "--data", "harmful.jsonl", home=own_home)
    assert done.returncode == 1, done.stdout
    assert "refused" in done.stdout
    assert "border_conflict" in done.stdout
    assert current(own_home) == before
    assert len(Registry(own_home / "models").list()) == 1
    (receipt,) = (own_home / "models" / "receipts").glob("*.json")
    assert json.loads(receipt.read_text())["reasons"]
    done = topicdesk("retrain", "--data", "harmful.jsonl", "--force", "--json", home=own_home)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["receipt"]["accepted"], told["receipt"]["forced"]) == (True, True)
    assert told["receipt"]["reasons"]
    assert current(own_home) == told["model"] != before


def test_an_interruption_leaves_everything_as_it_was(corrected: Path) -> None:
    before, served = state(corrected), current(corrected)
    command = [str(Path(sys.executable).parent / "topicdesk"), "retrain"]
    for library, seconds in (("numpy", 0.0), ("sklearn", 1.5)):
        with subprocess.Popen(
            command,
            env=os.environ | {"TOPICDESK_HOME": str(corrected)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            # not sooner: Python itself answers for what interrupts it before the command begins
            maps = Path(f"/proc/{process.pid}/maps")
            wait_for(lambda: library in maps.read_text(), f"{library} to be loaded")  # noqa: B023
            time.sleep(seconds)
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=60)[1]
            assert process.returncode != 0
            assert "Traceback" not in said
        assert (state(corrected), current(corrected)) == (before, served)


def test_a_topic_of_the_users_own(topicdesk: Run, own_home: Path, tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_text(dataset.TOPICS.read_text() + TOPIC)
    data = ("--topics", "topics.toml", "--data", "starter", "--data", str(PRESS_FREEDOM))
    done = topicdesk("retrain", *data, home=own_home)
    assert done.returncode == 0, done.stdout
    assert "press_freedom" in done.stdout
    text = (
        "Reporters wore gags in front of the courthouse on Friday after an editor was jailed for publishing a leaked "
        "budget. The union of journalists said that eleven of its members are now in prison."
    )
    with TestClient(create(Settings(home=own_home))) as client:
        decision = client.post("/v1/classify", json={"text": text}).json()
        assert max(decision["scores"], key=decision["scores"].get) == "press_freedom"
        client.post("/v1/articles", json={"id": "a", "text": text})
        label = {"article": "a", "verdict": "correct", "labels": ["press_freedom"]}
        assert client.post("/v1/labels", json=label).status_code == 201
    evaluated = topicdesk("evaluate", str(PRESS_FREEDOM), "--json", home=own_home)
    assert json.loads(evaluated.stdout)["per_topic"]["press_freedom"]["support"] == 30
    done = topicdesk("retrain", home=own_home)  # a label of a topic that the file has no more
    assert done.returncode == 1
    assert "press_freedom" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.fixture
def client(corrected: Path) -> Iterator[TestClient]:
    with TestClient(create(Settings(home=corrected))) as client:
        yield client


def test_by_job(client: TestClient, corrected: Path) -> None:
    before = current(corrected)
    assert client.get("/readyz").json()["model"] == before
    job = client.post("/v1/jobs", json={"kind": "retrain"}).json()
    deadline = time.monotonic() + 120
    while (job := client.get(f"/v1/jobs/{job['id']}").json())["status"] in ("queued", "running"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert job["status"] == "done", job
    assert job["result"]["accepted"] is True
    assert job["result"]["model"] == current(corrected) != before
    while client.get("/readyz").json()["model"] == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert client.post("/v1/jobs", json={"kind": "retrain", "force": "yes"}).status_code == 422
