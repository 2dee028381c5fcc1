"""Who gets in where keys are asked for, and what they may do."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from service.access import session, token
from service.access.gate import Gate
from service.access.keyring import Keyring
from service.access.rate import Limiter
from service.app import create
from service.handlers import keys
from service.routes import ROUTES
from service.settings import Settings
from service.store import audit
from service.store import keys as store

ARTICLE = {"text": "Both armies let observers cross the disputed border under the ceasefire."}


@pytest.fixture
def settings(own_home: Path) -> Settings:
    return Settings(home=own_home, keys=True)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create(settings), follow_redirects=False) as one:
        yield one


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.access.keyring.FRESH_SECONDS", 0.0)


def make(settings: Settings, scope: str, days: int | None = None) -> dict[str, str]:
    return {"authorization": f"Bearer {keys.create(settings, settings.database(), scope, 'ann', days).token}"}


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Bearer td_0123456789ab_" + "x" * 43}, {"authorization": "Basic YTpi"}]
)
def test_nobody_gets_in_without_a_key(client: TestClient, headers: dict[str, str]) -> None:
    tried = 0
    for path, method, _, needs, _ in ROUTES:
        answer = client.request(method, path.replace("{id:path}", "x").replace("{id}", "x"), headers=headers)
        if needs is None:
            assert answer.status_code in {200, 503}, path
        else:
            tried += 1
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.headers["content-type"] == "application/problem+json"
    assert tried > 20


def test_a_key_allows_its_scope_and_those_below(client: TestClient, settings: Settings) -> None:
    asked = {
        "read": ("POST", "/v1/classify", ARTICLE),
        "label": ("POST", "/v1/articles", ARTICLE),
        "admin": ("POST", "/v1/models/rollback", None),
    }
    for rank, scope in enumerate(asked):
        headers = make(settings, scope)
        for needed, (method, path, body) in enumerate(asked.values()):
            status = client.request(method, path, json=body, headers=headers).status_code
            assert (status == 403) == (needed > rank), (scope, path, status)


def test_a_revoked_key_and_an_old_one_are_none(client: TestClient, settings: Settings) -> None:
    database = settings.database()
    headers = make(settings, "read")
    assert client.get("/v1/models", headers=headers).status_code == 200
    (key,) = keys.every(database)
    keys.revoke(database, key.id)
    assert client.get("/v1/models", headers=headers).status_code == 401
    headers = make(settings, "read", days=1)
    assert client.get("/v1/models", headers=headers).status_code == 200
    with database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE access_key SET expires = '2020-01-01T00:00:00.000000Z' WHERE revoked IS NULL"
        )
    assert client.get("/v1/models", headers=headers).status_code == 401


def test_a_key_is_kept_as_a_digest_alone_and_its_use_is_noted(client: TestClient, settings: Settings) -> None:
    headers = make(settings, "admin")
    secret = headers["authorization"].rpartition("_")[2]
    client.get("/v1/models", headers=headers)
    client.get("/v1/models", headers=headers)
    database = settings.database()
    (key,) = keys.every(database)
    assert key.used is not None
    with database.read() as connection:
        (stored,) = store.every(connection)
        assert len(stored.digest) == 32
        assert [entry.action for entry in audit.latest(connection, 10)] == ["create key"]
    assert secret.encode() not in (settings.home / "topicdesk.db").read_bytes()
    with pytest.raises(sa.exc.DBAPIError, match="cannot be changed"), database.write() as connection:
        connection.exec_driver_sql("DELETE FROM audit")


def test_what_is_done_is_written_with_the_key(client: TestClient, settings: Settings) -> None:
    headers = make(settings, "admin")
    client.post("/v1/articles", json=ARTICLE | {"id": "a secret name"}, headers=headers)
    given = client.post("/v1/labels", json={"article": "a secret name", "verdict": "unsure"}, headers=headers)
    assert given.json()["by"] == "ann"
    client.delete("/v1/labels/a secret name", headers=headers)
    client.delete("/v1/articles/a secret name", headers=headers)
    current = client.get("/v1/models/current", headers=headers).json()["id"]
    assert client.post(f"/v1/models/{current}/activate", headers=headers).status_code == 200
    with settings.database().read() as connection:
        entries = audit.latest(connection, 10)[::-1]
    assert [entry.action for entry in entries] == [
        "create key", "label", "take label back", "delete", "activate model"
    ]  # fmt: skip
    assert {entry.who for entry in entries[1:]} == {"ann"}
    assert len({entry.key for entry in entries[1:]} - {None}) == 1
    assert "secret" not in repr(entries)


def test_a_session_of_the_desk(client: TestClient, settings: Settings) -> None:
    answer = client.get("/desk/stories?q=dam")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/desk/login?to=%2Fstories%3Fq%3Ddam"
    where = answer.headers["location"]
    assert client.post(where, data={"key": "td_nonsense"}).status_code == 401
    text = make(settings, "read")["authorization"].removeprefix("Bearer ")
    answer = client.post(where, data={"key": f" {text} "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/stories?q=dam")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
    assert "Signed in as <strong>ann</strong>" in client.get("/desk/").text
    assert client.post("/desk/demo/load", data={"a": "b"}).status_code == 403  # the key allows to read
    client.post("/desk/logout")
    assert client.get("/desk/").status_code == 303


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(client: TestClient, settings: Settings, to: str) -> None:
    text = make(settings, "read")["authorization"].removeprefix("Bearer ")
    assert client.post("/desk/login", params={"to": to}, data={"key": text}).headers["location"] == "/desk/"


def test_a_session_is_not_forged(settings: Settings) -> None:
    pepper, now = b"p" * 32, time.time()
    cookie = session.make("0123456789ab", pepper, now)
    assert session.key_id(cookie, pepper, now) == "0123456789ab"
    assert session.key_id(cookie, pepper, now + session.SECONDS + 1) is None
    assert session.key_id(cookie, b"q" * 32, now) is None
    name, begun, signature = cookie.split(".")
    for other in (f"{name}.{int(begun) + 9}.{signature}", f"ffffffffffff.{begun}.{signature}", f"{name}.{begun}", ""):
        assert session.key_id(other, pepper, now) is None


def test_another_sites_page_changes_nothing(settings: Settings) -> None:
    with TestClient(create(Settings(home=settings.home))) as client:
        for path in ("/v1/models/rollback", "/desk/demo/load"):
            assert client.post(path, headers={"origin": "http://evil.example"}).status_code == 403
            assert client.post(path, headers={"sec-fetch-site": "cross-site"}).status_code == 403
        assert client.get("/v1/models", headers={"sec-fetch-site": "cross-site"}).status_code == 200  # a link to here
        assert client.get("/v1/models", headers={"host": "evil.example:8000"}).status_code == 403
        assert client.get("/v1/models", headers={"host": "localhost:8000"}).status_code == 200
        assert client.get("/v1/models", headers={"host": "[::1]:8000"}).status_code == 200
        assert client.get("/v1/models", headers={"host": "[::1]"}).status_code == 200
        assert client.get("/v1/models", headers={"host": "LOCALHOST"}).status_code == 200
        assert client.get("/v1/models", headers={"host": "127.0.0.1.evil.example"}).status_code == 403


def test_limits_hold_over_two_workers(tmp_path: Path) -> None:
    one, other = (Limiter(tmp_path / "rates", rate=0.01, burst=5) for _ in range(2))
    waits = [limiter.wait("ab" * 6) for _ in range(4) for limiter in (one, other)]
    assert [wait > 0 for wait in waits] == [False] * 5 + [True] * 3
    assert 0 < waits[-1] <= 100
    assert one.wait("cd" * 6) == 0


def test_who_asks_too_often_is_told_when_to_ask_again(settings: Settings) -> None:
    slow = settings.model_copy(update={"rate": 0.1, "burst": 2})
    headers = make(slow, "read")
    with TestClient(create(slow)) as client:
        answers = [client.get("/v1/models", headers=headers) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 10
        assert client.get("/livez").status_code == 200


def test_the_form_of_a_key() -> None:
    made = token.make()
    assert token.parse(str(made)) == made
    assert token.digest(made, b"a") != token.digest(made, b"b")
    assert token.parse(str(made) + "x") is None


def test_keys_are_known_anew_after_some_seconds(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.access.keyring.FRESH_SECONDS", 3.0)
    now = 100.0
    ring = Keyring(settings.database(), b"p", clock=lambda: now)
    assert not ring.is_fresh()
    ring.refresh()
    assert ring.is_fresh()
    now = 103.5
    assert not ring.is_fresh()


def test_a_key_made_a_moment_ago_opens_at_once(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.access.keyring.FRESH_SECONDS", 3600.0)
    assert client.get("/v1/models", headers=make(settings, "read")).status_code == 200
    monkeypatch.setattr("service.access.keyring.UNKNOWN_SECONDS", 0.0)
    assert client.get("/v1/models", headers=make(settings, "read")).status_code == 200
    text = make(settings, "read")["authorization"].removeprefix("Bearer ")
    assert client.post("/desk/login", data={"key": text}).status_code == 303


def test_a_database_that_is_away_fails_no_look_at_health(own_home: Path) -> None:
    away = Settings(home=own_home, keys=True, database_url=SecretStr("postgresql://nobody@127.0.0.1:9/none"))
    with TestClient(create(away)) as client:
        for path in ("/livez", "/readyz", "/v2/health/live", "/v2/health/ready"):
            assert client.get(path).status_code == 200
        answer = client.get("/v1/models", headers={"authorization": "Bearer td_0123456789ab_" + "x" * 43})
        assert answer.status_code == 503
        assert answer.json()["type"].endswith("database-error")


async def ask(address: str) -> int:
    """Ask a gate without keys as if its socket had an address; return the status."""
    statuses: list[int] = []

    async def passed(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def nothing() -> Message:
        return {"type": "http.request"}

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [(b"host", b"localhost")],
        "server": (address, 80),
    }
    await Gate(passed, None, None, ())(scope, nothing, sent)
    return statuses[0]


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 403), ("0.0.0.0", 403), ("2001:db8::1", 403)],
)
def test_without_keys_no_other_address_is_answered(address: str, status: int) -> None:
    assert asyncio.run(ask(address)) == status
