"""What nobody should send: no server error, in time and memory that are bounded, and stories all the same."""

import random
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app import create
from service.settings import Settings

CPU_SECONDS, MEGABYTES = 40.0, 900
MILLION = 1_000_000


@pytest.fixture
def client(own_home: Path) -> Iterator[TestClient]:
    settings = Settings(home=own_home, max_body_bytes=25_000_000, max_text_chars=10 * MILLION)
    with TestClient(create(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """See that a test takes no more processor time and memory than it may, with what else the process has done."""
    began, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - began < CPU_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < MEGABYTES * 1024


def keep(client: TestClient, *articles: dict[str, Any], statuses: tuple[int, ...] = (200, 201)) -> list[dict[str, Any]]:
    """Keep articles, the first of them by itself and the others in a batch; see that each is answered."""
    answers = list[dict[str, Any]]()
    one = client.post("/v1/articles", json=articles[0])
    assert one.status_code in statuses, one.text
    answers.append(one.json())
    many = client.post("/v1/articles", json={"articles": articles[1:]})
    assert many.status_code in (*statuses, 200), many.text
    if many.status_code == 200:
        answers += many.json()["results"]
    return answers


def alive(client: TestClient, *names: str) -> None:
    """See that everything about stories can still be asked for."""
    assert client.get("/v1/stories").status_code == 200
    for name in names:
        whole = client.get(f"/v1/articles/{name}")
        assert whole.status_code == 200
        assert whole.json()["story"] is not None
        assert client.get(f"/v1/articles/{name}/related").status_code == 200
        assert client.get(f"/v1/stories/{whole.json()['story']}").status_code == 200
    for status in ("review", "assigned", "out_of_scope"):
        assert client.get(f"/v1/review?status={status}").status_code == 200
    assert client.get("/livez").status_code == 200


def test_a_thousand_copies(client: TestClient) -> None:
    text = " ".join(f"word{n}" for n in range(80))
    kept = keep(client, *({"id": f"c{n}", "text": f"{text} desk{n}"} for n in range(1001)))
    for n in range(100):  # one by one
        assert client.post("/v1/articles", json={"id": f"d{n}", "text": f"{text} wire{n}"}).status_code == 201
    assert {one["story"] for one in kept} == {"s-1"}
    (story,) = client.get("/v1/stories").json()["stories"]
    assert (story["articles"], story["independent"]) == (1101, 1)
    status = kept[0]["decision"]["status"]
    queue = client.get(f"/v1/review?status={status}").json()
    assert (queue["waiting"], [one["copies"] for one in queue["articles"]]) == (1, [1100])
    given = client.post(
        "/v1/labels", json={"article": "c7", "verdict": "correct", "labels": ["digital_rights"], "group": True}
    ).json()
    assert (given["count"], len(given["labelled"]), given["labelled"][0]) == (1101, 100, "c7")
    assert client.delete("/v1/labels/d99?group=true").json()["count"] == 1101
    alive(client, "c0", "c1000", "d99")


def test_texts_with_hardly_a_word(client: TestClient) -> None:
    texts = [
        "a",
        "the",
        "word",
        "word",
        ".",
        "?!?!",
        "…—" * 500,
        "\u200b" * 99,
        "1",
        "0 0 0",
        "\ufffd",
        "🙂" * 300,
        "\0x",
    ]
    kept = keep(client, *({"id": f"n{n}", "text": text} for n, text in enumerate(texts)))
    assert all("error" not in one or one["error"]["status"] < 500 for one in kept)
    titled = keep(client, *({"id": f"t{n}", "title": text, "text": ""} for n, text in enumerate(texts)))
    assert all("error" not in one or one["error"]["status"] < 500 for one in titled)
    assert client.post("/v1/articles", json={"text": ""}).status_code == 422
    alive(client, *(str(one["id"]) for one in kept if "error" not in one))


def test_dates_at_the_ends_of_the_calendar(client: TestClient) -> None:
    words = [f"word{n}" for n in range(40)]
    dates = [
        None, "0001-01-01", "9999-12-31", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1969-12-31", "2200-06-01",
        "2026-11-25", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
    ]  # fmt: skip
    rng = random.Random(1)
    sent = [
        {"id": f"y{n}", "text": " ".join(rng.sample(words, 30))} | ({} if date is None else {"published": date})
        for n, date in enumerate(dates)
    ]
    kept = keep(client, *sent)
    refused = [one["id"] for one in kept if "error" in one]
    assert refused == ["y8", "y9"]  # before the first and after the last moment there is
    alive(client, *(f"y{n}" for n in range(8)))
    for story in client.get("/v1/stories").json()["stories"]:
        days = client.get(f"/v1/stories/{story['id']}").json()["timeline"]
        assert sum(day["articles"] for day in days) == story["articles"]


@pytest.mark.parametrize(
    "text",
    [
        lambda: "word " * MILLION,
        lambda: " ".join(f"w{n}" for n in range(MILLION)),
        lambda: "a" + "\u0301" * (10 * MILLION - 1),  # 20 MB of UTF-8
        lambda: "a\u0323\u0301" * (3 * MILLION),
        lambda: "!?.,;" * (2 * MILLION),
        lambda: "x" * (10 * MILLION),
        lambda: "\n" * MILLION + "word",
    ],
    ids=["one word", "other words", "marks on a letter", "marks", "punctuation", "a long word", "lines"],
)
def test_long_texts(client: TestClient, text: Callable[[], str]) -> None:
    long = text()
    for n in range(2):  # the second is a copy
        body = {"id": f"l{n}", "text": long[: len(long) - n]}
        answer = client.post("/v1/articles", content=_json(body), headers={"content-type": "application/json"})
        assert answer.status_code in (201, 200 if n else 201, 413), answer.text  # or the same but for white space
    if answer.status_code == 201:  # both are kept
        assert client.delete("/v1/articles/l0").status_code == 204
        alive(client, "l1")


def _json(body: dict[str, Any]) -> bytes:
    import msgspec

    return msgspec.json.encode(body)  # letters as they are, not as \u escapes


def test_one_title_for_a_thousand_texts(client: TestClient) -> None:
    sent = [
        {"id": f"o{n}", "title": "Morning briefing", "text": " ".join(f"text{n}word{word}" for word in range(60))}
        for n in range(1000)
    ]
    keep(client, *sent)
    found = client.get("/v1/stories?limit=200").json()["stories"]
    assert all(story["articles"] == story["independent"] for story in found)  # none is taken for a copy
    alive(client, "o0", "o999")


def test_scripts_of_all_directions(client: TestClient) -> None:
    hebrew = "חיילים ירו מעבר לגבול ליד הכפר ביום שני, אמר הצבא. תושבים ברחו מבתיהם והמועצה ביקשה הפסקת אש."
    arabic = "أطلق جنود النار عبر الحدود قرب القرية يوم الاثنين وقال الجيش إن السكان فروا من منازلهم وطلب المجلس هدنة."
    chinese = "周一,士兵在村庄附近越过边境开火,军方表示,居民逃离家园,理事会要求停火。" * 4
    thai = "ทหารยิงข้ามพรมแดนใกล้หมู่บ้านเมื่อวันจันทร์ กองทัพกล่าวว่าชาวบ้านหนีออกจากบ้าน" * 4
    mixed = "\u202e" + "Troops fired across the border " * 5 + "\u2066" + hebrew + "\u2069" * 50
    texts = [hebrew, arabic, chinese, thai, mixed]
    kept = keep(client, *({"id": f"s{n}", "title": text[:60], "text": text} for n, text in enumerate(texts)))
    copied = keep(client, *({"id": f"s{n}c", "title": text[:60], "text": text + " ."} for n, text in enumerate(texts)))
    assert [one["story"] for one in copied[:2]] == [one["story"] for one in kept[:2]]
    assert len({one["story"] for one in kept[:4]}) == 4
    alive(client, *(f"s{n}" for n in range(5)))
