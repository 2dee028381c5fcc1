import csv
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.e2e.desk.conftest import Keep, check_access

BORDER = "Troops of both armies fired across the border near the crossing at {}, monitors of the ceasefire said."
BAKERY = "The bakery on the corner of {} won first prize for its rye bread for the third year running."
HOSTILE: list[dict[str, Any]] = [
    {"id": "h1", "title": "<script>alert(1)</script>", "text": "<img src=x onerror=alert(1)> {{ 7 * 7 }} armies",
     "source": "\"><img src=x onerror=alert(1)>", "url": "javascript:alert(1)"},
    {"id": "\"><svg onload=alert(1)>", "text": "</textarea><script>alert(1)</script> ${7*7} of the border armies",
     "source": "'-alert(1)-'", "url": "https://example.org/\"onmouseover=\"alert(1)"},
]  # fmt: skip


@pytest.fixture(scope="module")
def sent() -> list[int]:
    return []


@pytest.fixture
def kept(keep: Keep, sent: list[int]) -> None:
    """Sixty articles and two hostile ones; kept once."""
    if not sent:
        keep(HOSTILE)
        keep([
            {"id": f"a{n}", "title": f"Title {n}", "text": (BAKERY if n % 2 else BORDER).format(f"Place{n}"),
             "source": "Baker" if n % 2 else "Courier", "published": f"2026-11-{n % 28 + 1:02}T10:00:00Z"}
            for n in range(60)
        ])  # fmt: skip
        sent.append(1)


def test_empty(page: Page) -> None:
    page.goto("/desk/inbox")
    expect(page.get_by_role("heading", name="Nothing has come in yet")).to_be_visible()
    check_access(page)
    page.goto("/desk/review")
    expect(page.get_by_role("heading", name="Nothing waits here")).to_be_visible()
    check_access(page)


def test_filters_by_mouse(page: Page, kept: None) -> None:
    page.goto("/desk/inbox")
    check_access(page)
    page.get_by_role("combobox", name="Source").fill("Courier")
    page.get_by_label("Topic").select_option("Border conflict")
    page.get_by_label("From").fill("2026-11-05")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"topic=border_conflict.*source=Courier.*since=2026-11-05"))
    expect(page.locator(".inbox > li")).to_have_count(24)
    page.get_by_role("link", name="Remove the filter From").click()
    expect(page.locator(".inbox > li")).to_have_count(30)
    expect(page.get_by_role("combobox", name="Source")).to_have_value("Courier")
    page.go_back()
    expect(page.locator(".inbox > li")).to_have_count(24)
    page.goto("/desk/inbox?since=soon&source=Courier")
    expect(page.get_by_role("alert").filter(has_text="“From” is no day")).to_be_visible()
    expect(page.get_by_role("combobox", name="Source")).to_have_value("Courier")
    check_access(page)


def test_pages_and_an_article_by_keys(page: Page, kept: None) -> None:
    page.goto("/desk/")
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("n")
    expect(page.locator(".inbox > li")).to_have_count(12)
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type("rye Place7")
    page.keyboard.press("Enter")
    expect(page.locator(".inbox > li")).to_have_count(1)
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Title 7")).to_be_visible()
    expect(page.locator(".article mark").first).to_be_visible()
    page.wait_for_load_state()
    check_access(page)
    page.keyboard.press("0")
    page.keyboard.press("c")
    expect(page.get_by_role("status").filter(has_text="Saved: none of the topics, also for 29 copies.")).to_be_visible()
    page.reload()
    page.go_back()
    page.go_forward()
    expect(page.get_by_role("row", name=re.compile("Given"))).to_have_count(1)
    check_access(page)


def test_many_at_once(page: Page, kept: None, tmp_path: Path) -> None:
    page.goto("/desk/inbox?source=Courier")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("2 chosen")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "articles.csv")
    with (tmp_path / "articles.csv").open(newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == ["a58", "a56"]
    page.get_by_role("button", name="Label…").click()
    expect(page.get_by_role("heading", name="Label 2 articles")).to_be_visible()
    check_access(page)
    page.keyboard.press("2")
    page.get_by_role("button", name="Label 2 articles").press("Enter")
    expect(page.get_by_role("status").filter(has_text="2 articles labelled: Border conflict.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"inbox\?source=Courier$"))
    expect(page.get_by_text("Judged by desk")).to_have_count(2)
    page.get_by_label("All on this page").check()
    expect(page.get_by_text("30 chosen")).to_be_visible()
    page.get_by_label("All that match").check()
    page.get_by_role("button", name="Delete…").click()
    expect(page.get_by_role("heading", name="Delete 30 articles?")).to_be_visible()
    check_access(page)
    page.get_by_role("link", name="Keep them").click()
    expect(page.locator(".inbox > li")).to_have_count(30)
    page.goto("/desk/inbox?q=Place58")
    page.get_by_label("Choose").check()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete 1 article for good").click()
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()


@pytest.mark.parametrize(
    "query", ["q=armies", "source=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E", "q=%3Cscript%3Ealert(1)%3C/script%3E"]
)
def test_script_strings_never_run(page: Page, kept: None, query: str) -> None:
    dialogs: list[str] = []

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    page.goto(f"/desk/inbox?{query}")
    links = page.locator("a.title").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for link in links[:4]:
        page.goto(link)
        expect(page.get_by_role("heading", name="Judge it")).to_be_visible()
        assert page.locator("main img, main svg[onload], main script:not([src])").count() == 0
        assert page.locator("a[href^='javascript:']").count() == 0
    assert page.locator("main img").count() == 0
    assert not dialogs
