"""Following the registry: what serves changes while requests go on."""

import dataclasses
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from model.parameters import Parameters
from model.registry import Registry
from service import engine
from service.app import create
from service.settings import Settings

ARTICLE = {"text": "Troops of both countries fired across the border."}


def another(parameters: Parameters, seed: int) -> Parameters:
    """Return a model of another version that answers alike."""
    return dataclasses.replace(parameters, facts=msgspec.structs.replace(parameters.facts, seed=seed))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "POLL_SECONDS", 0.02)


@pytest.fixture
def registry(tmp_path: Path, parameters: Parameters) -> Registry:
    registry = Registry(tmp_path / "models")
    registry.publish(parameters)
    return registry


def wait_for(happened: Callable[[], bool]) -> None:
    for _ in range(1000):
        if happened():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")


def test_a_published_model_serves_soon(registry: Registry, parameters: Parameters, tmp_path: Path) -> None:
    first = registry.current()
    with TestClient(create(Settings(home=tmp_path))) as client:
        assert client.post("/v1/classify", json=ARTICLE).json()["model"] == first
        second = registry.publish(another(parameters, 1))
        wait_for(lambda: client.get("/readyz").json()["model"] == second)
        registry.activate(first)
        wait_for(lambda: client.post("/v1/classify", json=ARTICLE).json()["model"] == first)


def test_the_first_model_is_found_without_a_restart(tmp_path: Path, parameters: Parameters) -> None:
    with TestClient(create(Settings(home=tmp_path))) as client:
        assert client.get("/readyz").status_code == 503
        Registry(tmp_path / "models").publish(parameters)
        wait_for(lambda: client.get("/readyz").status_code == 200)


def test_a_damaged_model_leaves_the_old_one_serving(registry: Registry, parameters: Parameters, tmp_path: Path) -> None:
    first = registry.current()
    with TestClient(create(Settings(home=tmp_path))) as client:
        assert client.get("/readyz").json() == {"status": "ok", "model": first, "fault": None}
        bad = registry.publish(another(parameters, 2))
        wait_for(lambda: client.get("/readyz").json()["model"] == bad)
        registry.activate(first)
        wait_for(lambda: client.get("/readyz").json()["model"] == first)
        path = registry.versions / bad / "model.joblib"
        path.write_bytes(path.read_bytes()[:-1])
        (registry.root / "CURRENT").write_text(f"{bad}\n")
        wait_for(lambda: client.get("/readyz").json()["fault"] is not None)
        ready = client.get("/readyz").json()
        assert (ready["status"], ready["model"]) == ("ok", first)
        assert bad in ready["fault"]
        metrics = client.get("/metrics").text
        assert f'topicdesk_model_info{{model="{first}",worker="{os.getpid()}"}} 1.0' in metrics
        assert f'topicdesk_model_fault{{worker="{os.getpid()}"}} 1.0' in metrics
        assert client.post("/v1/classify", json=ARTICLE).json()["model"] == first
        registry.activate(first)
        wait_for(lambda: client.get("/readyz").json()["fault"] is None)


def test_no_request_is_dropped_or_torn_while_models_change(
    registry: Registry, parameters: Parameters, tmp_path: Path
) -> None:
    published = {registry.current()}
    answers: list[tuple[int, set[str]]] = []
    stop = threading.Event()
    with TestClient(create(Settings(home=tmp_path))) as client:

        def ask() -> None:
            while not stop.is_set():
                answer = client.post("/v1/classify/batch", json={"articles": [ARTICLE] * 20})
                answers.append((answer.status_code, {result["model"] for result in answer.json()["results"]}))

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for seed in range(1, 9):
            model_id = registry.publish(another(parameters, seed))
            published.add(model_id)
            wait_for(lambda wanted=model_id: client.get("/readyz").json()["model"] == wanted)  # type: ignore[misc]
        stop.set()
        for thread in threads:
            thread.join()
    assert {status for status, _ in answers} == {200}
    assert all(len(models) == 1 for _, models in answers)
    assert len(set().union(*(models for _, models in answers))) > 3
    assert set().union(*(models for _, models in answers)) <= published


def test_models_over_rest(registry: Registry, parameters: Parameters, tmp_path: Path) -> None:
    first = registry.current()
    second = registry.publish(another(parameters, 1))
    with TestClient(create(Settings(home=tmp_path))) as client:
        listed = client.get("/v1/models").json()
        assert [(one["id"], one["current"]) for one in listed["models"]] == [(first, False), (second, True)]
        assert (listed["current"], listed["unusable"]) == (second, [])
        assert client.get("/v1/models/current").json() == listed["models"][1]
        assert client.post("/v1/models/rollback").json()["id"] == first
        assert client.post("/v1/classify", json=ARTICLE).json()["model"] == first  # at once
        assert client.post("/v1/models/rollback").status_code == 404
        assert client.post(f"/v1/models/{second}/activate").json()["current"] is True
        assert client.post("/v1/classify", json=ARTICLE).json()["model"] == second
        for name in ("nonsense", "20000101T000000Z-0123456789ab", "..%2f..%2fetc"):
            answer = client.post(f"/v1/models/{name}/activate")
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "application/problem+json"
        (registry.versions / first / "model.joblib").write_bytes(b"x")
        answer = client.post(f"/v1/models/{first}/activate")
        assert answer.status_code == 503
        assert client.post("/v1/classify", json=ARTICLE).json()["model"] == second


def test_models_over_rest_before_the_first(tmp_path: Path) -> None:
    with TestClient(create(Settings(home=tmp_path))) as client:
        assert client.get("/v1/models").json() == {"models": [], "current": None, "unusable": []}
        assert client.get("/v1/models/current").status_code == 503
        assert client.post("/v1/models/rollback").status_code == 404
