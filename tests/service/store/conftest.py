"""A database of each kind for every test of the store: empty, its schema up to date."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from model.article import Article
from model.decision import Decision, Reason, Status
from service.store import articles
from service.store.articles import New, Place
from service.store.database import Database

Add = Callable[..., int]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'topicdesk.db'}"
        return
    server: str = request.getfixturevalue("postgresql")
    engine = sa.create_engine(
        server.format("postgres").replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE one")
        yield server.format("one")
        connection.exec_driver_sql("DROP DATABASE one WITH (FORCE)")
    engine.dispose()


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """That database, open."""
    opened = Database(database_url, tmp_path)
    yield opened
    opened.close()


def decided(*topics: str, model: str = "m1", score: float = 0.9, reason: Reason | None = None) -> Decision:
    """Return a decision: assigned where there are topics, else out of scope, or for review where there is a reason."""
    status = Status.ASSIGNED if topics else Status.REVIEW if reason else Status.OUT_OF_SCOPE
    scores = dict.fromkeys(("border", "digital", "police"), 0.01) | dict.fromkeys(topics or ("border",), score)
    return Decision(id=None, status=status, reason=reason, topics=list(topics), scores=scores, model=model)


@pytest.fixture
def add(database: Database) -> Add:
    """Keep one article and return its place."""

    def add(text: str, *topics: str, decision: Decision | None = None, **fields: str) -> int:
        article = Article(text=text, **fields)  # type: ignore[arg-type]
        digest = articles.content_hash(article.title, text)
        new = New(article=article, content_hash=digest, decision=decision or decided(*topics), terms=None)
        with database.write() as connection:
            (place,) = articles.add(connection, [new])
        assert isinstance(place, Place)
        return place.seq

    return add
