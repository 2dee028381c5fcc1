"""The health of the news in the browser."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.desk.conftest import Keep, check_access
from tests.faults.servers import Server

EVIL = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
SUBJECTS = (
    "Troops of both countries fired across the border at the village, and the army sent tanks to the disputed line.",
    "The bakery on the corner won first prize for its rye bread for the third year running.",
    "Police officers shot a man during an arrest; the watchdog opened an investigation into the use of force.",
)


def weeks_of(source: str, weeks: range, each: int) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    return [
        {
            "text": f"{SUBJECTS[n % 3]} Report {n} of week {week} by {source}.",
            "source": source,
            "published": (now - timedelta(weeks=week, hours=5 * n)).isoformat(),
        }
        for week in weeks
        for n in range(each)
    ]


def test_nothing_yet(page: Page) -> None:
    page.goto("/desk/news")
    expect(page.get_by_role("heading", name="Nothing has come in yet")).to_be_visible()
    check_access(page)


def test_figures_charts_and_sources(page: Page, keep: Keep, serving: Server) -> None:
    keep([*weeks_of("The Courier", range(1, 9), 9), *weeks_of(EVIL, range(3, 9), 30)])
    with serving.client() as client:
        client.post("/v1/articles", {"articles": [{"source": "The Courier", "text": 5}]})
    page.goto("/desk/news?weeks=26")
    expect(page.get_by_role("heading", name="In words")).to_be_visible()
    expect(page.get_by_role("img", name="articles last week")).to_be_visible()
    expect(page.get_by_role("heading", name="Silent sources")).to_be_visible()
    check_access(page)
    page.get_by_text("As a table").first.click()
    expect(page.get_by_role("region", name="Articles a week, as a table")).to_be_visible()
    check_access(page)
    page.get_by_role("combobox", name="Source").focus()
    page.keyboard.type("The")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/desk/news?weeks=26&source=The+Courier")
    expect(page.get_by_role("combobox", name="Source")).to_have_value("The Courier")
    expect(page.locator(".ledger tr.chosen")).to_contain_text("1 (")
    page.go_back()
    expect(page).to_have_url("/desk/news?weeks=26")
    expect(page.locator(".ledger tr.chosen")).to_have_count(0)
    page.get_by_role("table").last.get_by_role("link", name=EVIL).click()
    expect(page.get_by_role("combobox", name="Source")).to_have_value(EVIL)
    page.reload()
    check_access(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= 360")
