import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.desk.conftest import Keep, check_access
from tests.faults.servers import Server

WORDS = (
    "Harbour pilots protest", "Glacier museum reopens", "Otters return upstream", "Orchestra tours mountains",
    "Tram depot flooded", "Beekeepers meet ministers", "Lighthouse painted yellow", "Chess prodigy resigns",
    "Bakers praise rye", "Volcano ash settles", "Ferry crew rescued", "Violin maker retires", "Snow closes pass",
)  # fmt: skip
ROUND = itertools.count()


@pytest.fixture
def ids(serving: Server, keep: Keep) -> Iterator[list[str]]:
    """Articles too short to decide on, so for review; no others are there, nor are they after the test."""
    number = next(ROUND)
    names = [f"r{number}-{n}" for n in range(len(WORDS))]
    keep([{"id": name, "text": f"{words}."} for name, words in zip(names, WORDS, strict=True)])
    yield names
    with serving.client() as client:
        for name in names:
            client.ask("DELETE", f"/v1/articles/{name}")


def history(serving: Server, name: str) -> list[dict[str, Any]]:
    with serving.client() as client:
        found: list[dict[str, Any]] = client.get(f"/v1/articles/{name}")["history"]
    return found


def at(page: Page) -> str:
    return page.locator("form.label input[name=article]").input_value()


def said(page: Page) -> Any:
    return page.get_by_role("status").filter(has_text="Undo with z")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def expect_saved(page: Page, told: str, count: int) -> None:
    """Expect a label to be saved, the count-th of this session, and the next article to have the focus."""
    expect(said(page)).to_contain_text(told)
    expect(page.get_by_text(f"{count} judged in this session")).to_be_visible()
    expect(page.locator("#title")).to_be_focused()


def test_ten_articles_by_keys_alone_with_undo(page: Page, ids: list[str], serving: Server) -> None:
    page.goto("/desk/")
    press(page, "g", "r")
    expect(page.locator("form.label")).to_be_visible()
    check_access(page)
    # keys, and the label that they give
    work: list[tuple[tuple[str, ...], list[str] | None, str]] = [
        (("2", "Enter"), ["border_conflict"], "Saved: Border conflict. Undo with z."),
        (("0", "c"), [], "Saved: none of the topics."),
        (("u",), None, "Saved: unsure."),
        (("1", "3", "Enter"), ["digital_rights", "policing_accountability"], "Saved: Digital rights, Policing"),
        (("1", "0", "Enter"), [], "Saved: none"),
        (("0", "2", "c"), ["border_conflict"], "Saved: Border conflict."),
        (("1", "1", "3", "Enter"), ["policing_accountability"], "Saved: Policing accountability."),
        (("2", "o", "D", "u", "z", "Enter"), ["border_conflict"], "Saved: Border conflict."),
    ]
    judged: list[tuple[str, list[str] | None]] = []
    for count, (keys, labels, told) in enumerate(work, 1):
        judged.append((at(page), labels))
        press(page, *keys)
        expect_saved(page, told, count)
    assert history(serving, judged[-1][0])[0]["note"] == "Duz"
    # nothing chosen is no label; what was written stays
    judged.append((at(page), []))
    press(page, "o", "x", "Enter")
    expect(page.get_by_role("alert").filter(has_text="Nothing was chosen")).to_be_visible()
    expect(page.locator("input[name=note]")).to_have_value("x")
    press(page, "0", "c")
    expect_saved(page, "Saved: none", 9)
    # Enter on a link is the link's, and back leads to the article again
    judged.append((at(page), ["border_conflict"]))
    press(page, "Tab", "Enter")
    expect(page).to_have_url(f"http://127.0.0.1:{serving.port}/desk/articles/{judged[-1][0]}")
    page.go_back()
    press(page, "2", "Enter")
    expect_saved(page, "Saved: Border conflict.", 10)
    assert len({name for name, _ in judged}) == 10
    for name, labels in judged:
        lines = history(serving, name)
        assert [line["labels"] for line in lines] == [labels]
    for name, _ in reversed(judged[-2:]):
        page.keyboard.press("z")
        expect(page.get_by_role("status").filter(has_text="Undone: judge it again.")).to_be_visible()
        expect(page.locator("form.label input[name=article]")).to_have_value(name)
        assert [line["action"] for line in history(serving, name)] == ["given", "taken back"]
    expect(page.get_by_text("8 judged in this session")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("status").filter(has_text="Skipped for now.")).to_be_visible()
    assert at(page) != judged[-2][0]
    expect(page.get_by_text("7 texts judged that the current model has not learned from")).to_be_visible()
    check_access(page)


def test_a_double_enter_on_a_slow_server_gives_one_label(page: Page, ids: list[str], serving: Server) -> None:
    held: list[Route] = []
    page.route("**/review/label", lambda route: held.append(route))  # noqa: PLW0108  # a bound method takes no mark
    page.goto("/desk/review")
    name = at(page)
    press(page, "2", "Enter", "Enter", "c")
    page.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()
    expect(said(page)).to_be_visible()
    assert at(page) != name
    page.wait_for_timeout(300)
    assert len(held) == 1
    assert len(history(serving, name)) == 1


def test_back_and_reload_give_no_label(page: Page, ids: list[str], serving: Server) -> None:
    page.goto("/desk/review")
    name = at(page)
    press(page, "2", "Enter")
    expect(said(page)).to_be_visible()
    following = at(page)
    page.reload()
    assert at(page) == following
    page.goto("/desk/inbox")
    page.go_back()
    page.reload()
    page.go_forward()
    page.go_back()
    assert [len(history(serving, one)) for one in ids] == [int(one == name) for one in ids]


def test_two_tabs_and_two_analysts(page: Page, ids: list[str], serving: Server) -> None:
    page.goto("/desk/review")
    other = page.context.new_page()
    other.goto("/desk/review")
    name = at(page)
    assert at(other) == name
    with serving.client() as client:
        client.post("/v1/labels", {"article": name, "verdict": "correct", "labels": [], "by": "Ben"}, 201)
    press(page, "1", "Enter")
    told = page.get_by_role("alert").filter(has_text="Ben labelled this while you looked: none of the topics.")
    expect(told).to_be_visible()
    expect(page.get_by_label("Digital rights")).to_be_checked()
    check_access(page)
    assert [line["by"] for line in history(serving, name)] == ["Ben"]
    page.get_by_role("button", name="Give mine all the same").click()
    expect(said(page)).to_be_visible()
    # the other tab still shows it as nobody's; the same label again changes nothing, another one is asked about
    press(other, "1", "Enter")
    expect(said(other)).to_be_visible()
    assert [line["labels"] for line in history(serving, name)] == [[], ["digital_rights"]]
    other.keyboard.press("z")
    expect(other.get_by_role("status").filter(has_text="Undone")).to_be_visible()
    assert history(serving, name)[-1]["by"] == "Ben"
    page.keyboard.press("z")
    expect(page.get_by_role("status").filter(has_text="undone already")).to_be_visible()


def test_an_answer_that_is_no_page_of_review_keeps_what_is_ticked(page: Page, ids: list[str]) -> None:
    page.route(
        "**/review/label",
        lambda route: route.fulfill(status=403, body='<main><p class="notice bad">the door is shut</p></main>'),
    )
    page.goto("/desk/review")
    page.get_by_label("Border conflict").check()
    page.get_by_role("button", name="Give label").click()
    expect(page.get_by_role("alert").filter(has_text="Nothing was changed: the door is shut.")).to_be_visible()
    expect(page.get_by_label("Border conflict")).to_be_checked()


def test_without_script(browser: Browser, ids: list[str], serving: Server) -> None:
    context = browser.new_context(base_url=f"http://127.0.0.1:{serving.port}", java_script_enabled=False)
    page = context.new_page()
    page.goto("/desk/review")
    name = at(page)
    page.get_by_label("Border conflict").check()
    page.get_by_role("button", name="Give label").click()
    expect(said(page)).to_be_visible()
    assert len(history(serving, name)) == 1
    page.get_by_role("button", name="Undo the last label").click()
    expect(page.get_by_text("Undone: judge it again.")).to_be_visible()
    context.close()
