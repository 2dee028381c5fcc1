from playwright.sync_api import Page, expect

from tests.e2e.desk.conftest import Keep, check_access
from tests.faults.servers import Server


def test_the_address_leads_to_a_desk_that_says_what_to_do(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url("/desk/")
    expect(page.get_by_role("heading", name="Nothing has come in yet")).to_be_visible()
    check_access(page)


def test_labels_are_signed(page: Page) -> None:
    page.goto("/desk/")
    page.get_by_text("Labels are signed").click()
    page.get_by_label("Your name").fill("Ann " + "Ö" * 96)
    page.get_by_role("button", name="Sign with it").click()
    expect(page.get_by_role("status")).to_have_text(f"Labels are signed Ann {'Ö' * 96} from now on.")
    page.reload()
    expect(page.locator("summary strong")).to_have_text("Ann " + "Ö" * 96)
    expect(page.get_by_role("status")).to_be_empty()


def test_keys_are_listed(page: Page) -> None:
    page.goto("/desk/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_demo_set_comes_with_one_click_and_goes_with_one(page: Page, serving: Server) -> None:
    page.goto("/desk/")
    page.get_by_role("button", name="Load a demo set").click()
    expect(page.get_by_role("status")).to_contain_text("invented articles came in")
    expect(page.get_by_role("heading", name="Border conflict")).to_be_visible()
    check_access(page)
    page.reload()
    expect(page.get_by_role("status")).to_be_empty()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("status")).to_contain_text("are gone")
    expect(page.get_by_role("button", name="Load a demo set")).to_be_visible()
    with serving.client() as client:
        assert client.get("/v1/articles") == {"articles": [], "next": None}
        assert client.get("/v1/stories")["stories"] == []


def test_what_came_in_is_counted(page: Page, keep: Keep) -> None:
    keep([{"title": f"Budget day {n}", "text": f"The minister read the budget for district {n}."} for n in range(3)])
    page.goto("/desk/")
    expect(page.get_by_text("3 articles kept")).to_be_visible()
    check_access(page)
