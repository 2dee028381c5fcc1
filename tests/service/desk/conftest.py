"""The desk over HTTP, with the starter model and a database of the test's own."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app import create
from service.settings import Settings

Keep = Callable[..., list[str]]

BORDER = "Troops of both armies fired across the border near the crossing at {}, monitors of the ceasefire said."
BAKERY = "The bakery on the corner of {} won first prize for its rye bread for the third year running."


@pytest.fixture
def client(own_home: Path) -> Iterator[TestClient]:
    with TestClient(create(Settings(home=own_home)), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def keep(client: TestClient) -> Keep:
    """Have articles kept and return their ids."""

    def sent(*articles: dict[str, Any]) -> list[str]:
        results = client.post("/v1/articles", json={"articles": list(articles)}).json()["results"]
        return [one["id"] for one in results]

    return sent


def some(count: int) -> list[dict[str, Any]]:
    """Return articles, of a border and a bakery in turn."""
    return [
        {"id": f"a{n}", "title": f"Title {n}", "text": (BAKERY if n % 2 else BORDER).format(f"Place{n}"),
         "source": "Baker" if n % 2 else "Courier", "published": f"2026-11-{n % 28 + 1:02}T10:00:00Z"}
        for n in range(count)
    ]  # fmt: skip


def titles(page: str) -> list[str]:
    """Return the titles that a list shows."""
    return re.findall(r'<a class="title"[^>]*>([^<]*)</a>', page)


def hidden(page: str, name: str) -> list[str]:
    """Return the values of a form's hidden fields."""
    return re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)">', page)
