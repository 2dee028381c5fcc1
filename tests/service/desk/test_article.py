import html
import re
from pathlib import Path

from starlette.testclient import TestClient

from service.app import create
from service.settings import Settings
from tests.faults.servers import publish_another
from tests.service.desk.conftest import BORDER, Keep, some


def marks(page: str) -> set[str]:
    return set(re.findall(r'<mark class="step-\d[^>]*>([^<]*)</mark>', page.partition('id="title"')[2]))


def test_the_text_stands_with_its_evidence(client: TestClient, keep: Keep) -> None:
    keep(*some(1))
    page = client.get("/desk/articles/a0").text
    assert "border" in marks(page)
    assert "The model assigned Border conflict" in page
    plain = re.sub(r"<[^>]*>", "", page.partition('<div class="article">')[2].partition("</div>")[0])
    assert plain == BORDER.format("Place0")
    assert client.get("/desk/articles/a0?topic=digital_rights").text.count("selected>Digital rights") == 1
    assert client.get("/desk/articles/a0?topic=swordfish").status_code == 200


def test_a_long_text_is_whole_and_marked_at_its_beginning(client: TestClient, keep: Keep) -> None:
    text = (BORDER.format("Ala") + " <b> ") * 300
    keep({"id": "long", "text": text})
    page = client.get("/desk/articles/long").text
    body = page.partition('<div class="article">')[2].partition("</div>")[0]
    assert html.unescape(re.sub(r"</?mark[^>]*>", "", body)) == text
    assert 1000 < body.count("<mark") < 300 * text[: len(text) // 300].count(" ")
    assert "in its first 20,000 characters only" in page


def test_a_decision_of_another_model_is_told(client: TestClient, keep: Keep, own_home: Path) -> None:
    keep(*some(1))
    assert "is of another model than serves now" not in client.get("/desk/articles/a0").text
    client.post(f"/v1/models/{publish_another(own_home)}/activate")
    assert "is of another model than serves now" in client.get("/desk/articles/a0").text


def test_labels_and_what_was_before(client: TestClient, keep: Keep) -> None:
    keep(*some(1))
    client.post("/v1/labels", json={"article": "a0", "verdict": "correct", "labels": [], "by": "Ben", "note": "sure?"})
    page = client.get("/desk/articles/a0").text
    assert "Ben: none of the topics" in page
    seen = re.findall(r'name="seen" value="([^"]+)"', page)
    assert len(set(seen)) == 1
    page = client.post("/desk/label/taken-back", data={"article": "a0", "seen": seen[0]}).text
    assert "Undone: the article has what it had before." in page
    assert "Taken back" in page
    assert "sure?" in page
    assert "nothing was undone" in client.post("/desk/label/taken-back", data={"article": "a0", "seen": seen[0]}).text


def test_ids_with_slashes_and_others_siblings(client: TestClient, keep: Keep) -> None:
    one = BORDER.format("Ala") + " A commander of the northern army spoke of a provocation at dawn."
    other = BORDER.format("Ala") + " Villagers at the crossing fled from the shelling into the valley."
    keep(
        {"id": "http://x/1/label", "title": "Armies fire at Ala crossing", "text": one},
        {"id": "b", "title": "Armies fire at Ala crossing again", "text": other},
    )
    page = client.get("/desk/articles/http://x/1/label")
    assert page.status_code == 200
    assert 'href="/desk/articles/b"' in page.text
    assert client.get("/desk/articles/nobody").status_code == 404


def test_without_texts_the_words_are_shown_with_the_reason(own_home: Path) -> None:
    with TestClient(create(Settings(home=own_home, keep_text=False))) as client:
        client.post("/v1/articles", json=some(1)[0])
        page = client.get("/desk/articles/a0").text
        assert "The text of this article is not kept" in page
        assert "armies border ceasefire" in page
        assert not marks(page)
        assert client.get("/desk/review?article=a0").status_code == 200
        assert "armies border" in client.get("/desk/inbox").text
