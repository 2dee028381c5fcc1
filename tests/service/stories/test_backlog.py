"""Articles of a version without stories, placed by and by."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from model.article import Article
from model.classifier import Classifier
from service.engine import Engine
from service.handlers import articles as handler
from service.handlers import stories as pages
from service.jobs import claims
from service.settings import Settings
from service.store import migrate, placing, unplaced
from service.store import stories as store
from service.store.columns import now
from service.store.listing import Filter
from service.store.schema import article, story
from service.stories import backlog
from service.stories.backlog import Backlog
from service.stories.follower import Follower
from service.stories.tidier import Tidier
from tests.service.stories.conftest import Open, events, keep

DAYS = 14.0


@pytest.fixture
def engine(own_home: Path) -> Engine:
    return Engine(Settings(home=own_home))


@pytest.fixture
def place(engine: Engine) -> Callable[[Follower], int]:
    def place(to: Follower) -> int:
        return Backlog(to, engine, to.database, DAYS).place()

    return place


def as_before(to: Follower, received: dict[str, float] | None = None) -> None:
    """Let what is kept be what a version without stories kept, so many days ago."""
    migrate.downgrade(to.database.engine, "0003")
    with to.database.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("UPDATE article SET story = NULL")
        connection.exec_driver_sql("DELETE FROM story")
        for name, days in (received or {}).items():
            its = article.update().where(article.c.id == name)
            connection.execute(its.values(received=now() - timedelta(days=days)))
    to.database.close()


def found(to: Follower) -> dict[str, tuple[int | None, str | None]]:
    """Return the story of each article, and the id of its original."""
    with to.database.read() as connection:
        rows = connection.execute(sa.select(article).where(article.c.deleted.is_(None))).all()
    ids = {row.seq: row.id for row in rows}
    return {row.id: (row.story, ids.get(row.original)) for row in rows}


def test_a_migrated_database(follower: Open, classifier: Classifier, place: Callable[[Follower], int]) -> None:
    old = follower()
    sent = events(6, 5)
    keep(old, classifier, *sent[:20])
    handler.delete(old.database, str(sent[3].id))
    as_before(old)
    one, other = follower(), follower()
    assert migrate.version(one.database.engine) == migrate.HEAD
    keep(one, classifier, *sent[20:28])  # there is news before the backlog is placed
    keep(other, classifier)
    assert place(one) == 19
    assert place(one) == place(other) == 0
    keep(other, classifier, *sent[28:])  # what has followed
    keep(
        follower(),
        classifier,
        Article(id=f"{str(sent[-1].id)[:2]}-late", text=str(sent[-1].text) + " once more indeed"),
    )
    placed = found(one)
    by_event = {name[:2]: number for name, (number, _) in placed.items()}
    assert len(set(by_event.values())) == 6
    assert {name: number for name, (number, _) in placed.items()} == {name: by_event[name[:2]] for name in placed}
    gone = str(sent[3].id)
    for event in range(6):
        if gone != f"e{event}-0":
            assert placed[f"e{event}-5"][1] == f"e{event}-0"
    page = pages.page(one.database, Filter(), None, 50).stories
    assert [one_.articles for one_ in page] == [sum(n == int(one_.id[2:]) for n, _ in placed.values()) for one_ in page]
    assert all(one_.label for one_ in page)
    with one.database.read() as connection:
        rows = connection.execute(story.select()).all()
        latest = dict(
            connection.execute(sa.select(article.c.story, sa.func.max(article.c.seq)).group_by(article.c.story)).all()
        )
        first = dict(
            connection.execute(sa.select(article.c.story, sa.func.min(article.c.dated)).group_by(article.c.story)).all()
        )
    assert {row.seq: row.latest for row in rows} == {row.seq: latest[row.seq] for row in rows}
    assert {row.seq: row.opened.date() for row in rows} == {row.seq: first[row.seq].date() for row in rows}


def test_the_first_of_near_copies_is_the_original(
    follower: Open, classifier: Classifier, place: Callable[[Follower], int]
) -> None:
    text = " ".join(f"word{n}" for n in range(40))
    old = follower()
    keep(old, classifier, Article(id="old", text=text), Article(id="old copy", text=text + " again"))
    as_before(old)
    one, other = follower(), follower()
    keep(one, classifier, Article(id="new", text=text + " news"), Article(id="new copy", text=text + " more"))
    keep(other, classifier)
    assert place(one) == 2
    assert found(one) == {
        name: (1, None if name == "old" else "old") for name in ("old", "old copy", "new", "new copy")
    }
    for n, process in enumerate((one, other, follower())):
        keep(process, classifier, Article(id=f"late {n}", text=f"{text} late {n}"))
        assert found(one)[f"late {n}"] == (1, "old")
        with process.write(classifier.parameters) as writing:
            assert writing.tidy() == []


def test_months_of_it_in_portions_by_processes_that_come_and_go(
    follower: Open, classifier: Classifier, place: Callable[[Follower], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "PORTION", 7)
    monkeypatch.setattr(unplaced, "NEIGHBOURS", 20)
    old, rng, received = follower(), random.Random(1), dict[str, float]()
    sent = list[Article]()
    for month in range(6):  # the same events, two of them every month
        for n in range(8):
            for event in range(2):
                words = [f"event{event}word{word}" for word in range(50)]
                name = f"{month}-{event}-{n}"
                received[name] = 190 - 30 * month - n + event / 2
                sent.append(Article(id=name, text=" ".join(rng.sample(words, 40))))
    keep(old, classifier, *sent)
    as_before(old, received)
    process, most = follower(), 0
    while place(process):
        if rng.random() < 0.5:
            process = follower()
        if rng.random() < 0.5:
            with process.database.write() as connection:
                placing.close_quiet(connection, now() - timedelta(days=DAYS), 1000)
        with process.database.read() as connection:
            opened = sa.select(sa.func.count()).select_from(story).where(story.c.closed.is_(None))
            most = max(most, connection.scalar(opened) or 0)
    placed = {name: number for name, (number, _) in found(process).items()}
    of_events = dict[str, set[int | None]]()
    for name, number in placed.items():
        of_events.setdefault(name[:3], set()).add(number)
    assert {name: len(numbers) for name, numbers in of_events.items()} == dict.fromkeys(of_events, 1)
    assert len(set(placed.values())) == 12  # a month later it is another story
    assert most <= 6


def test_where_no_text_is_kept(follower: Open, classifier: Classifier, place: Callable[[Follower], int]) -> None:
    old, sent = follower(), events(4, 5)
    keep(old, classifier, *sent, settings=Settings(keep_text=False))
    as_before(old)
    process = follower()
    assert place(process) == len(sent)
    placed = found(process)
    assert len({number for number, _ in placed.values()}) == 4
    assert len({(name[:2], number) for name, (number, _) in placed.items()}) == 4


def test_one_process_at_a_time(follower: Open, classifier: Classifier, place: Callable[[Follower], int]) -> None:
    old = follower()
    keep(old, classifier, *events(1, 3))
    as_before(old)
    process = follower()
    with claims.claim(process.database, backlog.CLAIM) as held:
        assert held
        assert place(process) == 0
    assert place(process) == 4


def test_a_server_does_it_by_itself(follower: Open, classifier: Classifier, engine: Engine) -> None:
    old, sent = follower(), events(3, 5)
    keep(old, classifier, *sent)
    as_before(old)
    process = follower()
    bridging = Backlog(process, engine, process.database, DAYS)
    tidier = Tidier(process, engine, process.database, bridging, 0.2)

    async def serve() -> None:
        running = asyncio.create_task(tidier.run())
        for _ in range(300):
            await asyncio.sleep(0.1)
            if all(number for number, _ in found(process).values()):
                break
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running

    asyncio.run(serve())
    placed = found(process)
    assert len({(name[:2], number) for name, (number, _) in placed.items()}) == 3
    with process.database.read() as connection:
        assert store.page(connection, Filter(), None, 10)[0]
