"""A real server, a real browser, and what must hold on every page."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.faults.servers import Server, server

LIMIT = 15_000.0  # ms that the browser waits for what should be there

Keep = Callable[[list[dict[str, Any]]], None]


def chromium() -> str:
    """Return the path of Debian's Chromium; without it a test is skipped, but not where everything is to be tested."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        assert not os.environ.get("CI"), "no Chromium on this machine"
        pytest.skip("no Chromium on this machine: the desk is not tried in a browser")
    return found


@pytest.fixture(scope="module")  # not longer: while it lives, no other test can run an event loop
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    path = chromium()
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield one
        one.close()


@pytest.fixture(scope="module")
def serving(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the starter model and an empty database, for the tests of one module."""
    with server(home, tmp_path_factory.mktemp("desk")) as one:
        yield one


@pytest.fixture
def keep(serving: Server) -> Keep:
    """Have the server keep articles."""

    def sent(articles: list[dict[str, Any]]) -> None:
        for start in range(0, len(articles), 500):
            with serving.client() as client:
                results = client.post("/v1/articles", {"articles": articles[start : start + 500]})["results"]
            assert not [one for one in results if "error" in one]

    return sent


@pytest.fixture
def page(browser: Browser, serving: Server) -> Iterator[Page]:
    """A page in a browser of its own; at the end nothing may have gone wrong in it, script and security policy alike.

    `page.goto("/desk/")` takes paths.
    """
    context = browser.new_context(base_url=f"http://127.0.0.1:{serving.port}")
    context.set_default_timeout(LIMIT)
    one = context.new_page()
    wrong: list[str] = []
    one.on("pageerror", lambda error: wrong.append(str(error)))
    one.on("console", lambda message: wrong.append(message.text) if _is_wrong(message) else None)
    yield one
    context.close()
    assert not wrong


def _is_wrong(message: ConsoleMessage) -> bool:
    # that an answer is an error is for the test to expect
    return message.type in {"error", "warning"} and not re.match(r"Failed to load resource: .* 4\d\d ", message.text)


def check_access(page: Page) -> None:
    """Hold a page against axe-core's rules (WCAG 2): no serious finding, in light and in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        serious = [one for one in found if one["impact"] in {"serious", "critical"}]
        told = [f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}" for one in serious]
        assert not told, "\n".join([f"{page.url} in {scheme}", *told])
    page.emulate_media(color_scheme="light")
