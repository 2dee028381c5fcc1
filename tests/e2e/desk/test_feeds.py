"""Feeds in the browser: added, fetched, removed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk.conftest import check_access
from tests.faults.servers import Server, server
from tests.service.feeds.conftest import Site, rss, site  # noqa: F401  # fixture

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>{{ 7 * 7 }}'


@pytest.fixture(scope="module")
def serving(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may fetch from the loopback, and only when it is told to."""
    with pytest.MonkeyPatch.context() as environment:
        # in small letters, since what is in capitals is not passed on to servers of tests
        environment.setenv("topicdesk_feeds_private", "true")
        environment.setenv("topicdesk_feeds_every", "0")
        with server(home, tmp_path_factory.mktemp("desk")) as one:
            yield one


def test_a_feed_by_mouse(page: Page, site: Site) -> None:  # noqa: F811
    page.goto("/desk/feeds")
    expect(page.get_by_role("heading", name="There are no feeds yet")).to_be_visible()
    check_access(page)
    page.get_by_label("Address of a feed").fill("ftp://example.com/feed")
    page.get_by_label("Call its source").fill("Mine")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="begins with http")).to_be_visible()
    expect(page.get_by_label("Address of a feed")).to_have_value("ftp://example.com/feed")
    check_access(page)
    url = site.give("/feed", rss("a", "b", title=HOSTILE))
    page.get_by_label("Address of a feed").fill(url)
    page.get_by_label("Call its source").fill("")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("was added")
    expect(page.locator(".feeds > li")).to_contain_text("Not fetched yet")
    page.get_by_role("button", name="Fetch now").click()
    expect(page.get_by_role("status")).to_contain_text("2 new articles")
    expect(page.locator(".feeds > li")).to_contain_text("Works")
    # a title's markup is not kept, and nothing of it runs
    expect(page.locator(".feeds h2")).to_contain_text("{{ 7 * 7 }}")
    assert page.title() == "Feeds · topicdesk"
    check_access(page)
    page.reload()
    expect(page.get_by_role("status")).to_be_empty()
    site.give("/feed", status=500)
    page.get_by_role("button", name="Fetch now").click()
    expect(page.get_by_role("status")).to_contain_text("could not be fetched")
    expect(page.locator(".feeds > li")).to_contain_text("Failed once: the server has a fault (500).")
    page.get_by_role("link", name="Show those").click()
    expect(page.locator(".feeds > li")).to_have_count(1)
    check_access(page)
    page.go_back()
    page.locator("summary", has_text="Remove").click()
    page.get_by_role("button", name="Remove; keep its articles").click()
    expect(page.get_by_role("status")).to_contain_text("its articles stay")
    expect(page.locator(".feeds > li")).to_have_count(0)


def test_a_list_and_keys(page: Page, site: Site, tmp_path: Path) -> None:  # noqa: F811
    page.goto("/desk/")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/desk/feeds")
    name = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    (tmp_path / "list.opml").write_text(
        f'<opml><body><outline text="{name}" xmlUrl="{site.give("/x", rss("x"))}"/>'
        f'<outline text="Gone" xmlUrl="{site.give("/gone", status=410)}"/>'
        '<outline text="Odd" xmlUrl="javascript:alert(1)"/></body></opml>'
    )
    page.get_by_label("List of feeds").set_input_files(tmp_path / "list.opml")
    page.get_by_role("button", name="Add the list").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("2 feeds added, 0 there already. 1 cannot be fetched")
    expect(page.locator(".feeds > li")).to_have_count(2)
    expect(page.locator(".feeds > li").nth(1)).to_contain_text(HOSTILE)
    page.get_by_role("button", name="Fetch now: Gone").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".feeds > li").first).to_contain_text("It is asked no more")
    check_access(page)
    (tmp_path / "bad.opml").write_text("<!DOCTYPE opml [<!ENTITY a 'x'>]><opml/>")
    page.get_by_label("List of feeds").set_input_files(tmp_path / "bad.opml")
    page.get_by_role("button", name="Add the list").click()
    expect(page.get_by_role("alert").filter(has_text="such XML is not read")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("http://127.0.0.1:1/none")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("was added")
    expect(page.locator(".feeds > li")).to_have_count(3)
