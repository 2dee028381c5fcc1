"""Models published and rolled back under load: no request fails, none is answered by two models."""

import dataclasses
import threading
from itertools import count
from pathlib import Path

import msgspec

from model.parameters import Parameters
from model.registry import Registry
from tests.faults.servers import Server, server, wait_for

PUBLISHES, ROLLBACKS, CLIENTS = 50, 10, 8
BATCH = {"articles": [{"text": f"Troops of both countries fired across the border, report {n}."} for n in range(20)]}


def another(parameters: Parameters, seed: int) -> Parameters:
    return dataclasses.replace(parameters, facts=msgspec.structs.replace(parameters.facts, seed=seed))


def serving(running: Server) -> str:
    with running.client() as client:
        answer: str = client.get("/readyz")["model"]
        return answer


def test_models_change_under_load(home: Path, tmp_path: Path, parameters: Parameters) -> None:
    answers: list[tuple[int, frozenset[str]]] = []
    stop = threading.Event()
    with server(home, tmp_path, workers=2) as running:
        registry = Registry(running.home / "models")
        versions = {registry.current()}

        def ask() -> None:
            while not stop.is_set():
                with running.client() as client:  # a connection each: both workers are asked
                    status, body = client.ask("POST", "/v1/classify/batch", BATCH)
                    answers.append((status, frozenset(result["model"] for result in body["results"])))

        threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            seeds = count(1000)
            for step in range(PUBLISHES + ROLLBACKS):
                if step % 6 == 5:
                    registry.rollback()
                else:
                    versions.add(registry.publish(another(parameters, next(seeds))))
                before = len(answers)
                wait_for(lambda seen=before: len(answers) > seen, "answers between two changes")  # type: ignore[misc]
            last = registry.current()
            for _ in range(20):  # whichever worker is asked
                wait_for(lambda: serving(running) == last, "the last model")
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    seen = frozenset[str]().union(*(models for _, models in answers))
    print(f"{PUBLISHES} publishes, {ROLLBACKS} rollbacks, {len(answers)} batches answered by {len(seen)} models")  # noqa: T201
    assert len(versions) == 1 + PUBLISHES
    assert {status for status, _ in answers} == {200}
    assert {len(models) for _, models in answers} == {1}
    assert seen <= versions
    assert len(seen) > 3
