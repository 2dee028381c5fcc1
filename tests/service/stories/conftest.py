"""Servers' parts on a database of each kind: followers of their own, and articles of made-up events."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from model.article import Article
from model.classifier import Classifier
from service.handlers import articles
from service.settings import Settings
from service.store.database import Database
from service.stories.follower import Follower
from tests.service.store.conftest import database, database_url  # noqa: F401  # fixtures

Open = Callable[[], Follower]


@pytest.fixture
def follower(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Open:  # noqa: F811
    """Open the database as one more process would."""

    def open_one() -> Follower:
        opened = Database(database_url, tmp_path)
        request.addfinalizer(opened.close)
        return Follower(opened, 14, 1000)

    return open_one


def events(count: int, each: int) -> list[Article]:
    """Return articles of some events, in an order that mixes them; the last of each event copies its first."""
    rng = random.Random(5)
    made = list[Article]()
    for event in range(count):
        words = [f"event{event}word{n}" for n in range(60)]
        texts = [" ".join(rng.sample(words, 40)) for _ in range(each)]
        for n, text in enumerate([*texts, texts[0] + " indeed"]):
            made.append(Article(id=f"e{event}-{n}", text=text, published=f"2026-11-{1 + n:02}", source=f"source {n}"))
    # copies come after what they copy
    return sorted(made, key=lambda one: (str(one.id).partition("-")[2], rng.random()))


def keep(to: Follower, classifier: Classifier, *kept: Article, settings: Settings | None = None) -> list[str | None]:
    """Keep articles and return their stories."""
    found = articles.keep(kept, classifier, to, settings or Settings())
    stories = list[str | None]()
    for one in found:
        assert isinstance(one, articles.Kept), one
        stories.append(one.story)
    return stories
