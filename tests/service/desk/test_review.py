import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from model.registry import Registry
from service.handlers import progress
from service.settings import Settings
from tests.service.desk.conftest import BORDER, Keep, hidden, some


def shown(client: TestClient, path: str = "/desk/review?status=assigned") -> dict[str, str]:
    """Return the hidden fields of the label form of the page."""
    page = client.get(path).text
    form = page.partition('aria-label="Label"')[2].partition("</form>")[0]
    return {name: hidden(form, name)[0] for name in ("article", "seen")}


def judge(client: TestClient, fields: dict[str, Any], status: int = 200, path: str = "/desk/review/label") -> str:
    answer = client.post(path, data={"verdict": "given", "status": "assigned"} | fields)
    assert answer.status_code == status, answer.text
    return answer.text


def detail(client: TestClient, name: str = "a0") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/articles/{name}").json()
    return found


def signed(client: TestClient, name: str) -> None:
    client.post("/desk/me", data={"name": name})


def test_a_decision_is_confirmed_and_the_next_one_comes(client: TestClient, keep: Keep) -> None:
    keep(*some(3))
    signed(client, "Ann")
    first = shown(client)
    page = judge(client, first | {"topic": "border_conflict", "note": "clear"})
    assert "Saved: Border conflict. Undo with z." in page
    label = detail(client, first["article"])["label"]
    assert (label["verdict"], label["labels"], label["by"], label["note"]) == (
        "confirm", ["border_conflict"], "Ann", "clear",
    )  # fmt: skip
    assert {first["article"], shown(client)["article"]} == {"a0", "a2"}


@pytest.mark.parametrize(
    ("fields", "verdict", "labels"),
    [
        ({"topic": ["border_conflict", "digital_rights"]}, "correct", ["border_conflict", "digital_rights"]),
        ({"none": "1"}, "correct", []),
        ({"verdict": "unsure"}, "unsure", None),
    ],
)
def test_other_verdicts(
    client: TestClient, keep: Keep, fields: dict[str, Any], verdict: str, labels: list[str] | None
) -> None:
    keep(*some(1))
    judge(client, shown(client) | fields)
    label = detail(client)["label"]
    assert (label["verdict"], label["labels"]) == (verdict, labels)


@pytest.mark.parametrize("path", ["/desk/review/label", "/desk/label"])
def test_a_form_sent_twice_gives_one_label(client: TestClient, keep: Keep, path: str) -> None:
    keep(*some(1))
    form = shown(client) | {"topic": "border_conflict"}
    for _ in range(2):
        assert "Saved: Border conflict" in judge(client, form, path=path)
    assert len(detail(client)["history"]) == 1
    assert "1 judged in this session" in client.get("/desk/review").text or path == "/desk/label"


@pytest.mark.parametrize("path", ["/desk/review/label", "/desk/label"])
def test_what_another_labelled_meanwhile_is_told(client: TestClient, keep: Keep, path: str) -> None:
    keep(*some(1))
    form = shown(client) | {"topic": "digital_rights"}
    client.post("/v1/labels", json={"article": "a0", "verdict": "correct", "labels": [], "by": "Ben"})
    page = judge(client, form, 409, path)
    assert "Ben labelled this while you looked: none of the topics." in page
    assert re.search(r'value="digital_rights"[^>]* checked', page)
    assert detail(client)["label"]["by"] == "Ben"
    seen = hidden(page.partition('aria-label="Label"')[2], "seen")[0]
    judge(client, form | {"seen": seen}, path=path)
    assert [line["by"] for line in detail(client)["history"]] == ["Ben", "desk"]


@pytest.mark.parametrize(
    ("fields", "told"), [({}, "Nothing was chosen"), ({"topic": "border_conflict", "none": "1"}, "goes with no topic")]
)
def test_a_label_that_means_nothing_is_refused(
    client: TestClient, keep: Keep, fields: dict[str, str], told: str
) -> None:
    keep(*some(1))
    assert told in judge(client, shown(client) | fields, 422)
    assert detail(client)["label"] is None


def test_undo_restores_what_was_there(client: TestClient, keep: Keep) -> None:
    keep(*some(1))
    client.post("/v1/labels", json={"article": "a0", "verdict": "correct", "labels": [], "by": "Ben", "note": "hm"})
    judge(client, shown(client, "/desk/review?article=a0") | {"topic": "border_conflict"})
    page = client.get("/desk/review").text
    entry = {name: hidden(page, name)[0] for name in ("article", "token")}
    page = client.post("/desk/review/undone", data=entry).text
    assert "Undone: judge it again." in page
    assert 'id="title"' in page
    label = detail(client)["label"]
    assert (label["by"], label["labels"], label["note"]) == ("Ben", [], "hm")
    assert "That was undone already." in client.post("/desk/review/undone", data=entry).text
    assert detail(client)["label"]["by"] == "Ben"


def test_undo_leaves_what_somebody_else_gave_since(client: TestClient, keep: Keep) -> None:
    keep(*some(1))
    judge(client, shown(client) | {"topic": "border_conflict"})
    client.post("/v1/labels", json={"article": "a0", "verdict": "correct", "labels": [], "by": "Ben"})
    page = client.get("/desk/review").text
    entry = {name: hidden(page, name)[0] for name in ("article", "token")}
    assert "nothing was undone" in client.post("/desk/review/undone", data=entry).text
    assert detail(client)["label"]["by"] == "Ben"


def test_a_label_goes_to_the_copies_and_back(client: TestClient, keep: Keep) -> None:
    text = " ".join(BORDER.format(place) for place in ("Ala", "Bor", "Cam", "Dun", "Esk"))
    keep(*({"id": f"c{n}", "title": "Shots at the line", "text": f"{text} ({n})", "source": f"S{n}"} for n in range(3)))
    form = shown(client)
    assert "also 2 copies" in client.get("/desk/review?status=assigned").text
    assert "Saved: Border conflict, also for 2 copies. Undo with z." in judge(
        client, form | {"topic": "border_conflict"}
    )
    assert [detail(client, f"c{n}")["label"]["labels"] for n in range(3)] == [["border_conflict"]] * 3
    page = client.get("/desk/review").text
    client.post("/desk/review/undone", data={name: hidden(page, name)[0] for name in ("article", "token")})
    assert [detail(client, f"c{n}")["label"] for n in range(3)] == [None] * 3
    page = client.get("/desk/articles/c0").text
    assert "Printed also by" in page
    assert all(source in page.partition("Printed also by")[2] for source in ("S1", "S2"))


def test_what_was_skipped_comes_last_and_again(client: TestClient, keep: Keep) -> None:
    keep(
        some(1)[0],
        {"id": "a2", "text": "A ceasefire line was drawn on maps of the disputed valley by two governments."},
    )
    seen: list[str] = []
    for _ in range(2):
        seen.append(shown(client)["article"])
        page = client.post("/desk/review/skipped", data={"article": seen[-1], "status": "assigned"}).text
    assert set(seen) == {"a0", "a2"}
    assert "Only what you skipped is left" in page
    client.post("/desk/review/skipped", data={"article": "", "status": "assigned"})
    assert shown(client)["article"] == seen[0]


def test_an_empty_queue_says_what_to_do(client: TestClient) -> None:
    page = client.get("/desk/review").text
    assert "Nothing waits here" in page
    assert "Check a sample of what was assigned" in page


def test_a_deleted_article_is_told(client: TestClient, keep: Keep) -> None:
    keep(*some(1))
    form = shown(client)
    client.delete("/v1/articles/a0")
    assert "That article was deleted meanwhile." in judge(client, form | {"none": "1"})


def test_cookies_that_are_none_are_let_be(client: TestClient, keep: Keep) -> None:
    keep(*some(1))
    for value in ("swordfish", "e30=", "WzFd", "..."):
        client.cookies.set("topicdesk_labelled", value)
        client.cookies.set("topicdesk_skipped", value)
        assert client.get("/desk/review?status=assigned").status_code == 200


def test_progress_counts_what_the_model_has_not_learned(client: TestClient, keep: Keep, own_home: Path) -> None:
    keep(*some(4))
    settings = Settings(home=own_home)
    database, registry = settings.database(), Registry(own_home / "models")
    for name, verdict in (("a0", "correct"), ("a1", "correct"), ("a2", "unsure")):
        body = {"article": name, "verdict": verdict, "labels": None if verdict == "unsure" else []}
        assert client.post("/v1/labels", json=body).status_code == 201
    seen = progress.look(database, settings, registry.current())
    assert (seen.fresh, seen.learned, seen.since) == (2, 0, None)
    made = detail(client, "a1")["history"][0]["recorded"]
    receipt = registry.versions / registry.current() / "receipt.json"
    receipt.write_text(f'{{"made": "{made}", "data": {{"labels": 2}}, "more": 1}}')
    client.post("/v1/labels", json={"article": "a3", "verdict": "correct", "labels": []})
    seen = progress.look(database, settings, registry.current())
    assert (seen.fresh, seen.learned) == (1, 2)
    page = client.get("/desk/review").text
    assert "1 text judged that the current model has not learned from (it learned from 2 labels of before" in page
    database.close()
