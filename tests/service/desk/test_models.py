"""The pages of the model's versions over HTTP."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from model.registry import Registry
from service.app import create
from service.settings import Settings
from tests.service.desk.receipts import claim, flip, receipt
from tests.small import small
from training.suspects import Contradiction, Suspect

EVIL = '"><img src=x onerror=alert(1)><script>alert(1)</script>{{ 7 * 7 }}'


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    app = create(Settings(home=tmp_path))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_without_a_model_the_page_says_what_to_do(client: TestClient) -> None:
    shown = client.get("/desk/models")
    assert shown.status_code == 200
    assert "No model yet" in shown.text
    assert "Go back to the version before" not in shown.text


def test_versions_are_listed_newest_first_with_what_is_known_of_each(client: TestClient, registry: Registry) -> None:
    first = registry.publish(small(1))
    second = registry.publish(small(2), receipt=receipt())
    damaged = registry.publish(small(3))
    (registry.versions / damaged / "manifest.json").write_bytes(b"{}")
    registry.activate(second)
    text = client.get("/desk/models").text
    rows = re.findall(r'<th scope="row"><a href="/desk/models/([^"]+)">', text)
    assert rows == [second, first]
    assert 'class="figure">160</td>' in text
    assert re.search(rf"{damaged}</a>: model {damaged} cannot be used: ", text)
    assert text.count('<span class="status assigned">Serves</span>') == 1


def test_activate_and_roll_back(client: TestClient, registry: Registry) -> None:
    first, second = registry.publish(small(1)), registry.publish(small(2))
    page = client.get(f"/desk/models/{first}").text
    assert "What will change" in page
    assert "What will change" not in client.get(f"/desk/models/{second}").text
    done = client.post(f"/desk/models/{first}/activate")
    assert (done.status_code, done.url.path) == (200, "/desk/models")
    assert f"Version {first} serves now." in done.text
    assert registry.current() == first
    assert f"Version {second} serves again." in client.post("/desk/models/rollback").text
    assert registry.current() == second
    assert client.post("/desk/models/20200101T000000Z-000000000000/activate").status_code == 404


def test_nothing_to_go_back_to(client: TestClient, registry: Registry) -> None:
    registry.publish(small(1))
    done = client.post("/desk/models/rollback")
    assert done.status_code == 409
    assert "no version before the current one" in done.text


def test_another_sites_form_changes_nothing(client: TestClient, registry: Registry) -> None:
    first, second = registry.publish(small(1)), registry.publish(small(2))
    foreign = {"sec-fetch-site": "cross-site"}
    for path in (f"{first}/activate", "rollback", "jobs", "jobs/cancel"):
        assert client.post(f"/desk/models/{path}", headers=foreign, data={"kind": "retrain"}).status_code == 403
    assert registry.current() == second
    assert client.get("/v1/jobs").json()["jobs"] == []


def test_a_damaged_version_says_so(client: TestClient, registry: Registry) -> None:
    registry.publish(small(1))
    damaged = registry.publish(small(2), receipt=receipt())
    (registry.versions / damaged / "manifest.json").write_bytes(b"{}")
    shown = client.get(f"/desk/models/{damaged}")
    assert shown.status_code == 200
    assert "cannot be used" in shown.text
    assert "1,796 articles" in shown.text  # its receipt still can be read
    assert client.get("/desk/models/nonsense").status_code == 404


def test_a_receipt_is_shown_whole_and_escaped(client: TestClient, registry: Registry) -> None:
    flips = [flip(n, f"Flip {n} {EVIL}", ["border_conflict"], ["review"], ["border_conflict"]) for n in range(12)]
    suspects = [
        Suspect(claim=claim(n, f"Suspect {n} {EVIL}", []), topic="border_conflict", labelled=False, probability=0.94)
        for n in range(12)
    ]
    contradictions = [Contradiction(claims=[claim(1, EVIL, ["border_conflict"]), claim(2, None, [])])]
    data = receipt(flips, [f"border_conflict: {EVIL}"], forced=True, suspects=suspects, contradictions=contradictions)
    model_id = registry.publish(small(1), receipt=data)
    text = client.get(f"/desk/models/{model_id}").text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "{{ 7 * 7 }}" in text
    assert "border_conflict: 0.962 → 0.968, better by 0.006" in text
    assert "Published all the same, because it was forced" in text
    assert "Flip 9" in text
    assert "Flip 10" not in text
    whole = client.get(f"/desk/models/{model_id}?all=flips").text
    assert "Flip 11" in whole
    assert "Suspect 11" not in whole
    assert "Suspect 11" in client.get(f"/desk/models/{model_id}?all=suspects").text


def test_receipts_of_other_times(client: TestClient, registry: Registry) -> None:
    none = registry.publish(small(1))
    first = registry.publish(small(2), receipt=receipt(compared=False))
    older = registry.publish(small(3), receipt=b'{"made": "<script>alert(1)</script>"}')
    later = registry.publish(small(4), receipt=receipt().replace(b'"format":1', b'"format":2'))
    assert "trained from the start" in client.get(f"/desk/models/{none}").text
    text = client.get(f"/desk/models/{first}").text
    assert "nothing to hold it against" in text
    assert "How good it is" in text
    text = client.get(f"/desk/models/{older}").text
    assert "The receipt cannot be shown" in text
    assert "<script>alert" not in text
    assert "it is of another form (2;" in client.get(f"/desk/models/{later}").text
    assert client.get("/desk/models").status_code == 200


def test_refused_candidates_are_listed_with_why(client: TestClient, registry: Registry) -> None:
    registry.publish(small(1))
    folder = registry.root / "receipts"
    folder.mkdir()
    name = "20261125T041131Z-cfe61bacac7e"
    (folder / f"{name}.json").write_bytes(receipt(reasons=["border_conflict: F1 falls"], accepted=False))
    (folder / "20261124T041131Z-cfe61bacac7e.json").write_bytes(b"damaged")
    (folder / "notes.json").write_bytes(b"not one")
    text = client.get("/desk/models").text
    assert "Refused: border_conflict: F1 falls" in text
    assert "it is damaged or of another version" in text
    assert "notes" not in re.findall(r"receipts/(\w+)", text)
    text = client.get(f"/desk/models/receipts/{name}").text
    assert "Publish it all the same?" in text
    assert "look at them" not in text  # it has no suspects
    assert client.get("/desk/models/receipts/notes").status_code == 404
    assert client.get("/desk/models/receipts/..%2F..%2Fmodel").status_code == 404


def test_one_retraining_is_enough(client: TestClient, registry: Registry) -> None:
    registry.publish(small(1))
    done = client.post("/desk/models/jobs", data={"kind": "retrain"})
    assert done.url.path == "/desk/models"
    assert 'hx-trigger="every 1s"' in done.text
    again = client.post("/desk/models/jobs", data={"kind": "retrain", "force": "yes"})
    assert "The retraining is under way already." in again.text
    (job,) = client.get("/v1/jobs").json()["jobs"]
    assert job["params"] == {"force": False}
    client.post("/desk/models/jobs/cancel", data={"job": job["id"]})
    assert client.post("/desk/models/jobs", data={"kind": "purge"}).status_code == 422
    assert client.post("/desk/models/jobs/cancel", data={"job": "999"}).status_code == 404
