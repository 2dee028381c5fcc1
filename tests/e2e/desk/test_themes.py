from playwright.sync_api import Browser, Page, expect

from service.handlers import demo
from service.store.columns import now
from tests.e2e.desk.conftest import Keep, check_access
from tests.faults.servers import Server

ARTICLES = [{"id": one.id, "title": one.title, "text": one.text, "source": one.source} for one in demo.read(now())]


def test_themes_are_drawn_and_lead_to_stories(page: Page, keep: Keep) -> None:
    page.goto("/desk/themes")
    expect(page.get_by_role("heading", name="There are no themes yet")).to_be_visible()
    check_access(page)
    keep(ARTICLES)
    page.get_by_label("Topic").select_option(label="Border conflict")
    page.get_by_role("button", name="Draw").click()
    expect(page.locator("svg.map circle").first).to_be_attached()
    check_access(page)
    numbers = page.locator("svg.map .middle text").all_text_contents()
    assert numbers == [str(n + 1) for n in range(page.locator("ol > li").count())]
    page.locator("summary", has_text="Its stories").first.focus()
    page.keyboard.press("Enter")
    story = page.locator("details[open] a").first
    title = story.inner_text()
    story.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.goto("/desk/themes?topic=border_conflict&since=2001-01-01&until=2000-01-01&drawn=1")
    expect(page.get_by_role("alert").filter(has_text="after")).to_be_visible()


def test_without_script_a_link_draws(browser: Browser, serving: Server, keep: Keep) -> None:
    keep(ARTICLES)
    context = browser.new_context(base_url=f"http://127.0.0.1:{serving.port}", java_script_enabled=False)
    page = context.new_page()
    page.goto("/desk/themes?topic=policing_accountability")
    page.get_by_role("link", name="Draw the themes").click()
    expect(page.locator("ol > li").first).to_be_visible()
    context.close()
