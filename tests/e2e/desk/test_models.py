"""The model's versions in the browser: looked at, activated, retrained and cancelled."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk.conftest import Keep, check_access
from tests.faults.servers import Server, publish_another
from tests.service.desk.receipts import claim, flip, receipt
from training.suspects import Suspect

EVIL = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
MINUTES = 180_000.0  # ms that a retraining may take on a busy machine


def test_retrain_with_progress_to_its_receipt(page: Page) -> None:
    page.goto("/desk/models")
    check_access(page)
    page.keyboard.press("n")
    expect(page.get_by_role("progressbar", name="The retraining")).to_be_visible()
    check_access(page)
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("Last retraining")).to_be_visible(timeout=MINUTES)
    expect(page.locator("#ended")).to_have_text("The retraining has ended.")
    expect(page.locator("#jobs")).not_to_have_attribute("hx-trigger", re.compile(".*"))
    page.get_by_role("link", name="See its receipt").click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Retrain now")).to_be_visible()


def test_a_retraining_is_cancelled_by_keyboard_alone(page: Page) -> None:
    page.goto("/desk/models")
    page.get_by_role("button", name="Retrain now").focus()
    page.keyboard.press("Enter")
    cancel = page.get_by_role("button", name="Cancel")
    cancel.focus()
    page.wait_for_timeout(1500)  # the part is replaced meanwhile
    expect(cancel).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("cancelled; nothing has changed")).to_be_visible(timeout=MINUTES)


def test_another_version_serves_and_kept_articles_are_decided_anew(page: Page, serving: Server, keep: Keep) -> None:
    keep([{"id": "f1", "title": "Kept here", "text": "Troops of both countries fired across the border."}])
    first = page.request.get("/v1/models/current").json()["id"]
    second = publish_another(serving.home)
    page.goto("/desk/models")
    page.get_by_role("link", name=first).first.click()
    expect(page.get_by_role("heading", name=f"Version {first}")).to_be_visible()
    page.wait_for_load_state()  # with it the keys
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="What will change")).to_be_visible()
    check_access(page)
    page.get_by_role("button", name="Yes, have it serve").click()
    expect(page.get_by_role("status").first).to_have_text(f"Version {first} serves now.")
    page.get_by_text("Go back to the version before").click()
    check_access(page)
    page.get_by_role("button", name="Yes, go back").click()
    expect(page.get_by_role("status").first).to_have_text(f"Version {second} serves again.")
    page.get_by_role("button", name="Decide anew on all kept articles").click()
    expect(page.get_by_text("The kept articles were decided anew")).to_be_visible(timeout=MINUTES)


@pytest.mark.parametrize("path", ["beside", "refused"])
def test_a_receipt_with_hostile_titles(page: Page, serving: Server, path: str) -> None:
    flips = [flip(n, EVIL, ["border_conflict"], ["review"], ["border_conflict"]) for n in range(30)]
    suspect = Suspect(claim=claim(1, EVIL, []), topic="border_conflict", labelled=False, probability=0.9)
    models = serving.home / "models"
    if path == "beside":
        model_id = page.request.get("/v1/models/current").json()["id"]
        data = receipt(flips, suspects=[suspect])
        (models / "versions" / model_id / "receipt.json").write_bytes(data)
        page.goto(f"/desk/models/{model_id}")
        page.get_by_role("link", name="Show all 30").click()
        expect(page.get_by_role("region", name="Articles decided otherwise").get_by_role("row")).to_have_count(31)
    else:
        (models / "receipts").mkdir(exist_ok=True)
        data = receipt(flips, ["border_conflict: F1 falls"], accepted=False, suspects=[suspect])
        (models / "receipts" / "20261125T041131Z-cfe61bacac7e.json").write_bytes(data)
        page.goto("/desk/models")
        page.get_by_role("link", name="20261125T041131Z-cfe61bacac7e").click()
        page.get_by_text("Train again and publish in any case").click()
        page.get_by_role("button", name="Train and publish").click()  # not without the tick
        expect(page).to_have_url(re.compile("/receipts/"))
    expect(page.get_by_text("better by 0.006").first).to_be_visible()
    check_access(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= 360")
