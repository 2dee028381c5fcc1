"""Stories in the browser: reading them, and drawing them otherwise."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk.conftest import Keep, check_access

DAM = [
    ("Cracks found in Orvane dam wall", "Engineers found cracks in the Orvane dam and lowered the lake behind it."),
    ("Orvane dam: valley told to leave", "People below the Orvane dam must leave while engineers look at its cracks."),
    ("Lake behind Orvane dam lowered", "The lake behind the cracked Orvane dam was lowered by engineers in the night."),
]
CUP = [
    ("Tarn win the cup on penalties", "Tarn Rovers won the cup final on penalties after a goalless night in Vell."),
    ("Penalties decide the cup final", "The cup final in Vell went to Tarn Rovers on penalties after no goals at all."),
]
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>{{ 7 * 7 }}'


def articles() -> list[dict[str, Any]]:
    made = [
        {"id": f"{name}/{n}", "title": title, "text": text, "source": f"Paper {n}", "published": f"2026-03-0{n + 1}"}
        for name, story in (("dam", DAM), ("cup", CUP))
        for n, (title, text) in enumerate(story)
    ]
    wire = made[0] | {"id": "wire", "source": "Wire & Sons", "text": made[0]["text"] + " More follows."}
    return [
        *made,
        wire,
        {"id": "x", "title": HOSTILE, "source": HOSTILE, "text": "A lonely harvest festival near Mirel."},
    ]


@pytest.fixture(autouse=True)
def kept(keep: Keep) -> None:
    keep(articles())


def test_a_story_is_found_and_read(page: Page) -> None:
    page.goto("/desk/stories")
    check_access(page)
    page.get_by_label("Words").fill("engineers")
    page.keyboard.press("Enter")
    expect(page.locator(".list > li")).to_have_count(1)
    expect(page.locator(".list > li")).to_contain_text("4 articles, 3 independent texts")
    page.locator(".list a").click()
    expect(page.get_by_text("4 articles, 3 independent texts")).to_be_visible()
    expect(page.get_by_role("img")).to_have_count(1)
    page.get_by_text("As a table").click()
    expect(page.get_by_role("row", name="1 Mar 2026 2 1")).to_be_visible()
    page.get_by_text("1 copy of this text").click()
    expect(page.locator(".copies li")).to_contain_text("Wire & Sons")
    check_access(page)
    page.go_back()
    expect(page.get_by_label("Words")).to_have_value("engineers")


def test_what_cannot_be_asked_is_told_beside_the_form(page: Page) -> None:
    page.goto("/desk/stories?since=nonsense&q=dam")
    expect(page.get_by_role("alert").filter(has_text="day")).to_be_visible()
    expect(page.get_by_label("Words")).to_have_value("dam")
    page.goto("/desk/stories?until=9999-12-31")  # there is no day after it
    expect(page.get_by_role("alert").filter(has_text="day")).to_be_visible()
    page.goto("/desk/stories?q=nothinglikethis")
    expect(page.get_by_role("heading", name="No story is like that")).to_be_visible()
    check_access(page)


def test_what_comes_from_outside_is_never_run(page: Page) -> None:
    page.goto("/desk/stories?q=harvest")
    expect(page.locator(".list > li")).to_contain_text(HOSTILE)
    page.locator(".list a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    assert page.title() == f"{HOSTILE} · topicdesk"


def test_two_stories_are_merged_and_split_by_keyboard_alone(page: Page) -> None:
    page.goto("/desk/stories?q=penalties")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories/*")
    cup = page.url
    page.keyboard.press("/")
    page.keyboard.type("Orvane")
    page.keyboard.press("Enter")
    page.wait_for_url("**like=Orvane**")
    page.get_by_role("radio").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Merge for good").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The two stories are one from now on.")
    expect(page.get_by_text("6 articles, 5 independent texts")).to_be_visible()
    page.goto(cup)  # a merged story leads to what it became
    expect(page.get_by_text("6 articles, 5 independent texts")).to_be_visible()
    for title, _ in CUP:
        page.get_by_label(f"Choose: {title}").focus()
        page.keyboard.press("Space")
    page.keyboard.press("s")
    expect(page.get_by_role("status")).to_have_text("2 articles are a story of their own from now on.")
    expect(page.get_by_text("2 articles, 2 independent texts")).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 articles, 2 independent texts")).to_be_visible()
