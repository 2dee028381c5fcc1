import pytest
from playwright.sync_api import FilePayload, Page, expect

from service.desk.examples import EXAMPLES
from tests.e2e.desk.conftest import check_access
from tests.faults.servers import Server

HOSTILE = """<script>window.ran = 1</script> {{ 7 * 7 }} ${7*7} "><img src=x onerror="window.ran = 1">
javascript:alert(1) <svg onload="window.ran = 1"> ' onmouseover='window.ran = 1' &lt;b&gt;
The officer shot a man at the border, police said.
"""


def kept(serving: Server) -> int:
    with serving.client() as client:
        return len(client.get("/v1/articles")["articles"])


def test_examples_a_topic_of_ones_choice_and_keeping(page: Page, serving: Server) -> None:
    page.goto("/desk/")
    page.get_by_role("link", name="Try it").click()
    check_access(page)
    page.get_by_role("link", name="A page with several articles").click()
    expect(page.get_by_role("heading", name="3 articles found")).to_be_visible()
    articles = page.get_by_role("article")
    expect(articles).to_have_count(3)
    expect(articles.nth(0).locator(".status")).to_have_text("Assigned")
    expect(articles.nth(0).locator("mark", has_text="police").first).to_have_class("step-3")
    page.get_by_text("Strongest terms").first.click()
    expect(articles.nth(0).get_by_role("cell", name="officer", exact=True).first).to_be_visible()
    check_access(page)
    page.get_by_role("button", name="Border conflict").click()
    expect(page.get_by_role("button", name="Border conflict")).to_have_attribute("aria-pressed", "true")
    expect(articles.nth(0).get_by_text("against Border conflict")).to_be_visible()
    expect(page.get_by_label("A text, HTML")).to_have_value(EXAMPLES[1].text)
    page.go_back()
    expect(page.get_by_role("button", name="What was decided")).to_have_attribute("aria-pressed", "true")
    assert kept(serving) == 0
    page.get_by_role("button", name="Keep these articles").click()
    expect(page.locator("#said")).to_have_text("Articles: 3 kept.")
    assert kept(serving) == 3


def test_by_keyboard_alone(page: Page) -> None:
    page.goto("/desk/try")
    page.wait_for_load_state()  # with it the keys
    page.keyboard.press("p")
    page.keyboard.insert_text(EXAMPLES[2].text)
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Try it":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 article found")).to_be_visible()
    expect(page.get_by_text("What would tip it")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page.get_by_role("article")).to_have_class("card tried at")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Weight").first).to_be_visible()


@pytest.mark.parametrize("text", [HOSTILE, f"<html><body><h1>{HOSTILE}</h1><p>{HOSTILE * 3}</p></body></html>"])
def test_script_never_runs(page: Page, text: str) -> None:
    page.goto("/desk/try")
    page.get_by_label("A text, HTML").fill(text)
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("heading", name="1 article found")).to_be_visible()
    page.locator("mark").first.hover()
    assert page.evaluate("window.ran") is None
    assert page.locator("main img, main script, main .article svg").count() == 0
    assert "49" not in page.locator(".article").inner_text()


def test_what_cannot_be_read_is_told_and_nothing_is_lost(page: Page) -> None:
    page.goto("/desk/try")
    page.get_by_label("A text, HTML").fill("What was written before.")
    name = "<img src=x onerror=alert(1)>.txt"
    latin: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": "Käse".encode("latin-1")}
    page.get_by_label("or a file").set_input_files(latin)
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("alert").filter(has_text="not UTF-8")).to_be_visible()
    expect(page.get_by_label("A text, HTML")).to_have_value("What was written before.")
    check_access(page)
