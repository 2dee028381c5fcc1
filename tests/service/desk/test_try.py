import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from model.article import Article
from model.classifier import Classifier
from service.app import create
from service.desk.examples import EXAMPLES
from service.desk.marking import marked
from service.handlers import trial
from service.settings import Settings
from tests.conftest import copy_models

HOSTILE = '<script>alert(1)</script> {{ 7 * 7 }} "><img src=x onerror=alert(1)> police shot <b>him</b> at the border '


@pytest.fixture(scope="module")
def client(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    own = tmp_path_factory.mktemp("try") / "home"
    copy_models(home, own)
    settings = Settings(home=own, max_text_chars=20_000)
    with TestClient(create(settings), raise_server_exceptions=False) as client:
        yield client


def kept(client: TestClient) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get("/v1/articles").json()["articles"]
    return found


def test_an_empty_page_offers_examples_that_are_told_apart(client: TestClient, classifier: Classifier) -> None:
    text = client.get("/desk/try").text
    assert all(example.title in text for example in EXAMPLES)
    several = client.get("/desk/try?example=1").text
    assert "3 articles found" in several
    assert several.count('<span class="status assigned">') == 2
    assert "Nothing that is tried here is kept" in several
    assert kept(client) == []
    assert client.get("/desk/try?example=99").text == text


def test_every_word_of_a_text_is_shown_and_marked_where_it_stands(classifier: Classifier, client: TestClient) -> None:
    (one,) = trial.attempt(EXAMPLES[0].text, classifier, Settings()).articles
    title, text = marked(one.found.title or "", one.found.text, one.evidence)
    assert "".join(piece.text for piece in text) == one.found.text
    weights = [piece.weight for piece in text if piece.step]
    assert min(weights) < 0 < max(weights)
    assert {piece.step for piece in text} == {0, 1, 2, 3}
    # half a pair's weight goes to each of its words: nothing is lost
    everything = sum(evidence.weight for evidence in one.evidence)
    shown = sum(piece.weight for piece in (*title, *text))
    assert shown == pytest.approx(everything, abs=0.1 * sum(abs(evidence.weight) for evidence in one.evidence))
    assert "ceasefire" in {piece.text for piece in text if piece.weight > 0}


def test_the_evidence_is_that_for_the_topic_that_is_asked_for(client: TestClient) -> None:
    data = {"text": EXAMPLES[0].text, "topic": "digital_rights"}
    text = client.post("/desk/try", data=data).text
    assert re.search(r'value="digital_rights" aria-pressed="true"', text)
    assert client.post("/desk/try", data=data | {"topic": "gardening"}).status_code == 422


def test_what_is_sent_is_shown_and_never_run(client: TestClient) -> None:
    answer = client.post("/desk/try", data={"text": HOSTILE * 3, "topic": ""})
    assert answer.status_code == 200
    assert "<img" not in answer.text
    assert "<script>" not in answer.text.replace("<script src", "")
    assert "49" not in re.sub(r"\d\.\d\d|\d,\d", "", answer.text.partition('id="found"')[2].partition("<details>")[0])
    assert HOSTILE.strip()[:40] in unescape(answer.text)
    page = "<html><body><h1>Police <script>alert(1)</script>chief</h1><p>" + "The police chief resigned. " * 20 + "</p>"
    assert "alert(1)</script>" not in client.post("/desk/try", data={"text": page}).text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Käse".encode("latin-1"), "not UTF-8"),
        ("A text".encode("utf-16"), "UTF-16"),
        (b"", "Paste a text first"),
        (b" \n ", "Paste a text first"),
        (b"word " * 4500, "longer than 20000 characters"),
        (b"word " * 40_000, "longer than 20000 characters"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(client: TestClient, content: bytes, says: str) -> None:
    answer = client.post("/desk/try", files={"file": ("x.txt", content)}, data={"text": ""})
    assert answer.status_code in {413, 422}
    assert says in answer.text


def test_a_file_is_tried(client: TestClient) -> None:
    files = {"file": ("../../x.html", EXAMPLES[1].text.encode())}
    assert "3 articles found" in client.post("/desk/try", files=files, data={"text": "another"}).text


def test_what_was_tried_is_kept_when_that_is_asked_for(client: TestClient) -> None:
    answer = client.post("/desk/try/keep", data={"text": EXAMPLES[1].text}, follow_redirects=False)
    assert answer.status_code == 303
    articles = kept(client)
    assert [one["source"] for one in articles] == [trial.SOURCE] * 3
    assert "3 kept." in client.get("/desk/try").text
    client.post("/desk/try/keep", data={"text": EXAMPLES[1].text}, follow_redirects=False)
    assert "3 kept already." in client.get("/desk/try").text
    assert len(kept(client)) == 3


def test_another_sites_form_keeps_nothing(client: TestClient) -> None:
    before = len(kept(client))
    headers = {"sec-fetch-site": "cross-site"}
    for path in ("/desk/try", "/desk/try/keep"):
        answer = client.post(path, data={"text": EXAMPLES[0].text}, headers=headers)
        assert answer.status_code == 403
    assert len(kept(client)) == before


def test_without_a_model_the_page_says_what_to_do(tmp_path: Path) -> None:
    with TestClient(create(Settings(home=tmp_path)), raise_server_exceptions=False) as client:
        assert client.get("/desk/try").status_code == 200
        answer = client.post("/desk/try", data={"text": "Some text of a few words."})
    assert answer.status_code == 503
    assert "topicdesk train" in answer.text
    assert "Some text of a few words." in answer.text


def test_a_very_long_text_is_shown_in_part_and_decided_on_as_a_whole(
    home: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "MOST_CHARS", 3000)
    monkeypatch.setattr(trial, "TIPPED_CHARS", 5000)
    text = "Police and the border\n\n" + "The officer shot a man at the border, and the police said so. " * 100
    (one,) = trial.attempt(text, classifier, Settings()).articles
    assert (one.chars, one.tips) == (3000, None)
    assert max(evidence.end for evidence in one.evidence) <= 3000
    assert one.decision == classifier.classify(Article(title=one.found.title, text=one.found.text))
    with TestClient(create(Settings(home=home)), raise_server_exceptions=False) as client:
        page = client.post("/desk/try", data={"text": text}).text
    assert re.search(r"The first 3,000 of 6,\d\d\d characters", page)
    assert "too long to look for" in page
