import csv
import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.service.desk.conftest import Keep, hidden, some, titles


def get(client: TestClient, path: str = "/desk/inbox", expected: int = 200, **query: str) -> str:
    answer = client.get(path, params=query)
    assert answer.status_code == expected, answer.text
    return answer.text


def post(client: TestClient, path: str, status: int = 200, **fields: Any) -> str:
    answer = client.post(path, data=fields)
    assert answer.status_code == status, answer.text
    return answer.text


def labels(client: TestClient, *ids: str) -> list[list[str] | None]:
    found = [client.get(f"/v1/articles/{name}").json()["label"] for name in ids]
    return [None if label is None else label["labels"] for label in found]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Title 3", "Title 2", "Title 1", "Title 0"]),
        ({"source": "Baker"}, ["Title 3", "Title 1"]),
        ({"topic": "border_conflict"}, ["Title 2", "Title 0"]),
        ({"status": "out_of_scope"}, ["Title 3", "Title 1"]),
        ({"q": "rye Place3"}, ["Title 3"]),
        ({"since": "2026-11-02", "until": "2026-11-03"}, ["Title 2", "Title 1"]),
        ({"labelled": "yes"}, []),
        ({"labelled": "no", "source": "Courier", "until": "2026-11-01"}, ["Title 0"]),
        ({"story": "s-none"}, []),
    ],
)
def test_filters(client: TestClient, keep: Keep, query: dict[str, str], found: list[str]) -> None:
    keep(*some(4))
    page = get(client, **query)
    assert titles(page) == found
    assert page.count('aria-label="Remove the filter ') == len(query)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"since": "yesterday"}, "“From” is no day: write it as 2026-11-05"),
        ({"until": "9999-12-31"}, "“To” is no day"),
        ({"since": "2026-11-05", "until": "2026-11-04"}, "the first day is after the last one"),
        ({"status": "perhaps"}, "`status` is one of"),
        ({"labelled": "perhaps"}, "`labelled` is yes or no"),
        ({"q": "-only"}, "`q` holds no word to look for"),
        ({"q": "x" * 1001}, "longer than 1000 characters"),
        ({"topic": "a\0b"}, "holds a NUL character"),
    ],
)
def test_a_bad_filter_is_told_and_the_form_kept(client: TestClient, query: dict[str, str], told: str) -> None:
    answer = client.get("/desk/inbox", params=query | {"source": "Courier"})
    assert answer.status_code == 422
    page = answer.text
    assert told in page
    assert 'name="source" value="Courier"' in page


def test_a_cursor_that_is_none_is_told(client: TestClient, keep: Keep) -> None:
    keep(*some(1))
    page = get(client, expected=422, cursor="swordfish", source="Courier")
    assert "`cursor` is none that a page gave" in page
    assert 'href="/desk/inbox?source=Courier">go to the newest' in page


def test_pages(client: TestClient, keep: Keep) -> None:
    keep(*some(120))
    page, seen = get(client, source="Courier"), list[str]()
    while True:
        seen += titles(page)
        if 'rel="next"' not in page:
            break
        older = page.partition('rel="next"')[2].partition('href="')[2].partition('"')[0]
        page = client.get(older.replace("&amp;", "&")).text
        assert ">Newest</a>" in page
    assert seen == [f"Title {n}" for n in range(118, -1, -2)]


def test_an_empty_inbox_says_what_to_do(client: TestClient) -> None:
    assert "Nothing has come in yet" in get(client)
    assert "Nothing matches" in get(client, q="word")


HOSTILE: dict[str, Any] = {
    "id": "=cmd()", "title": "=1+1 <script>alert(1)</script>", "text": "@SUM(A1) {{ 7 * 7 }} of the border armies",
    "source": "+x\"><img src=x onerror=alert(1)>", "url": "javascript:alert(1)",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/desk/inbox", "/desk/articles/=cmd()", "/desk/review?article=%3Dcmd()"])
def test_what_comes_from_outside_is_only_text(client: TestClient, keep: Keep, path: str) -> None:
    keep(HOSTILE)
    page = client.get(path).text
    assert "=1+1" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript:' not in page


def test_a_csv_of_all_that_match(client: TestClient, keep: Keep) -> None:
    keep(*some(3), HOSTILE)
    client.post(
        "/v1/labels", json={"article": "a0", "verdict": "correct", "labels": ["border_conflict", "digital_rights"]}
    )
    answer = client.get("/desk/inbox/export.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="articles.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["id"] for row in rows] == ["'=cmd()", "a2", "a1", "a0"]
    assert list(rows[0]) == [
        "id", "title", "url", "source", "published", "received", "story", "labels", "status", "reason", "topics",
        "score_digital_rights", "score_border_conflict", "score_policing_accountability", "model",
    ]  # fmt: skip
    assert rows[3]["labels"] == "border_conflict|digital_rights"
    assert (rows[3]["status"], rows[3]["topics"], rows[3]["published"]) == (
        "assigned", "border_conflict", "2026-11-01T10:00:00Z",
    )  # fmt: skip
    assert 0.5 < float(rows[3]["score_border_conflict"]) <= 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    only = client.get("/desk/inbox/export.csv", params={"source": "Baker"}).text
    assert [row["id"] for row in csv.DictReader(io.StringIO(only))] == ["a1"]


def test_jsonl_of_what_is_chosen(client: TestClient, keep: Keep) -> None:
    keep(*some(4))
    lines = [json.loads(line) for line in post(client, "/desk/inbox/chosen.jsonl", article=["a0", "a3"]).splitlines()]
    assert [line["id"] for line in lines] == ["a3", "a0"]
    decision = client.get("/v1/articles/a0").json()["decision"]
    assert {name: lines[1][name] for name in decision} == decision
    everything = post(client, "/desk/inbox/chosen.jsonl", all="1", source="Courier", article="a1")
    assert [json.loads(line)["id"] for line in everything.splitlines()] == ["a2", "a0"]


def test_an_export_is_whole(client: TestClient, keep: Keep) -> None:
    keep(*some(450))
    lines = client.get("/desk/inbox/export.jsonl").text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [f"a{n}" for n in range(449, -1, -1)]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [("/desk/inbox/export.csv", {"since": "x"}, 422), ("/desk/inbox/export.xml", {}, 404)],
)
def test_a_wrong_export(client: TestClient, path: str, query: dict[str, str], status: int) -> None:
    assert "<h1>" in get(client, path, status, **query)


def test_many_are_labelled_at_once(client: TestClient, keep: Keep) -> None:
    keep(*some(5))
    client.post("/v1/labels", json={"article": "a2", "verdict": "correct", "labels": []})
    page = post(client, "/desk/inbox/confirm/label", all="1", source="Courier")
    assert "<h1>Label 3 articles</h1>" in page
    assert "labels of the 1 article that" in page
    chosen = hidden(page, "article")
    assert chosen == ["a4", "a2", "a0"]
    page = post(client, "/desk/inbox/label", article=chosen, about=["border_conflict"], source="Courier")
    assert "2 articles labelled: Border conflict. 1 article had a label and kept it." in page
    assert titles(page) == ["Title 4", "Title 2", "Title 0"]
    assert labels(client, "a4", "a2", "a0") == [["border_conflict"], [], ["border_conflict"]]
    post(client, "/desk/inbox/label", article=chosen, about=["border_conflict"], replace="1")
    assert labels(client, "a2") == [["border_conflict"]]
    history = [client.get(f"/v1/articles/{name}").json()["history"] for name in ("a4", "a2", "a0")]
    assert list(map(len, history)) == [1, 2, 1]  # the same label again is no other one
    assert history[0][0]["verdict"] == "confirm"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "no topic was chosen"),
        ({"about": "border_conflict", "none": "1"}, "goes with no topic"),
        ({"about": "swordfish"}, "the topics are"),
    ],
)
def test_labelling_many_wants_a_label(client: TestClient, keep: Keep, fields: dict[str, str], told: str) -> None:
    keep(*some(1))
    assert told in post(client, "/desk/inbox/label", 422, article="a0", **fields)
    assert labels(client, "a0") == [None]


def test_nothing_chosen_is_told(client: TestClient, keep: Keep) -> None:
    keep(*some(1))
    for path in ("/desk/inbox/confirm/label", "/desk/inbox/confirm/delete", "/desk/inbox/chosen.csv"):
        assert "no article was chosen" in post(client, path, 422)


def test_many_are_deleted_after_a_question(client: TestClient, keep: Keep) -> None:
    keep(*some(4))
    page = post(client, "/desk/inbox/confirm/delete", article=["a0", "a1", "gone"])
    assert "<h1>Delete 2 articles?</h1>" in page
    assert "cannot be undone" in page
    assert len(client.get("/v1/articles").json()["articles"]) == 4
    page = post(client, "/desk/inbox/delete", article=hidden(page, "article"))
    assert "2 articles deleted." in page
    assert titles(page) == ["Title 3", "Title 2"]
    assert client.get("/v1/articles", params={"q": "Place0"}).json()["articles"] == []
    assert "2 articles had been deleted before" in post(client, "/desk/inbox/delete", article=["a0", "a1"])


def test_another_sites_form_changes_nothing(client: TestClient, keep: Keep) -> None:
    keep(*some(1))
    foreign = {"sec-fetch-site": "cross-site"}
    for path in ("/desk/inbox/delete", "/desk/inbox/label", "/desk/label", "/desk/review/label"):
        answer = client.post(
            path, data={"article": "a0", "none": "1", "verdict": "unsure", "seen": ""}, headers=foreign
        )
        assert answer.status_code == 403
    assert client.get("/v1/articles/a0").json()["history"] == []
