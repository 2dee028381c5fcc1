"""Real servers at one database that keep articles of the same stories at the same time."""

import contextlib
import os
import random
import re
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from service.store.schema import article, story
from tests.conftest import copy_models
from tests.faults.servers import Client, create_database, opened, wait_for
from tests.service.stories.test_tidier import bridged

EVENTS, EACH, CLIENTS = 12, 10, 4


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shared.db'}"
    name = re.sub(r"\W", "_", request.node.name).lower()[:60]
    return create_database(request.getfixturevalue("postgresql"), name)


@contextlib.contextmanager
def serving(home: Path, url: str, workers: int) -> Iterator[int]:
    """Run `topicdesk serve` whose stories are tidied every second, and yield its port."""
    environment = os.environ | {
        "TOPICDESK_HOME": str(home), "TOPICDESK_DATABASE_URL": url, "TOPICDESK_STORY_TIDY_SECONDS": "1",
    }  # fmt: skip
    log = home / "server.log"
    command = [str(Path(sys.executable).parent / "topicdesk"), "serve", "--port=0", f"--workers={workers}"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        found = wait_for(lambda: re.search(r"running on http://[\d.]+:(\d+) ", log.read_text()), "the server to listen")
        port = int(found[1])

        def ready() -> bool:
            with contextlib.suppress(ConnectionError), Client(port) as client:
                return client.ask("GET", "/readyz")[0] == 200
            return False

        wait_for(ready, "the server to be ready")
        yield port
    finally:
        process.terminate()
        process.wait(30)


def news() -> list[dict[str, Any]]:
    """Return articles of some events with a copy of each text, in an order that mixes them."""
    rng, made = random.Random(9), list[dict[str, Any]]()
    for event in range(EVENTS):
        words = [f"event{event}word{n}" for n in range(60)]
        for n in range(EACH):
            text = " ".join(rng.sample(words, 35))
            made.append({"id": f"{event}-{n}-0", "text": text})
            made.append({"id": f"{event}-{n}-1", "text": f"{text} indeed it was so"})
    rng.shuffle(made)
    return made


def send(port: int, articles: list[dict[str, Any]], failures: list[Any]) -> None:
    with Client(port) as client:
        for n in range(0, len(articles), 3):
            some = articles[n : n + 3]
            body = {"articles": some} if n % 2 else some[0]
            for one in [body] if n % 2 else some:
                status, answer = client.ask("POST", "/v1/articles", one)
                results = answer.get("results", [answer])
                if status not in (200, 201) or any("error" in result for result in results):
                    failures.append((status, answer))


@pytest.mark.parametrize("separate", [False, True], ids=["workers", "servers"])
def test_servers_share_stories(home: Path, tmp_path: Path, url: str, separate: bool) -> None:
    failures, sent = list[Any](), news()
    with contextlib.ExitStack() as stack:
        ports = list[int]()
        for name in ("one", "two") if separate else ("one",):
            copy_models(home, tmp_path / name)
            ports.append(stack.enter_context(serving(tmp_path / name, url, 1 if separate else 2)))
        threads = [
            threading.Thread(target=send, args=(ports[n % len(ports)], sent[n::CLIENTS], failures))
            for n in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        wait_for(lambda: whole(url, tmp_path), "the stories to be tidied")
        with Client(ports[-1]) as client:  # what one server has tidied the other knows
            for event in range(EVENTS):
                kept = client.post("/v1/articles", {"id": f"{event}-late", "text": sent_of(sent, event)}, 201)
                assert kept["story"] == client.get(f"/v1/articles/{event}-0-0")["story"]
        mended(ports)
    stories, originals = as_kept(url, tmp_path)
    assert len(stories) == EVENTS * (EACH * 2 + 1) + len(bridged())
    assert None not in stories.values()
    for event in range(EVENTS):
        for n in range(EACH):
            names = [f"{event}-{n}-0", f"{event}-{n}-1"]
            pair = [originals[name] for name in names]
            assert pair in ([None, names[0]], [names[1], None]), pair
    for name in ("one", "two") if separate else ("one",):
        assert "not tidied" not in (tmp_path / name / "server.log").read_text()
    with opened(url, tmp_path) as connection:
        empty = sa.select(story.c.seq).where(story.c.latest.is_not(None), story.c.merged_into.is_not(None))
        assert list(connection.scalars(empty)) == []


def mended(ports: list[int]) -> None:
    """See two stories become one, by themselves, when what lies between them has come in at another server."""
    early, late = bridged()[:2], bridged()[2:]
    with Client(ports[0]) as one, Client(ports[-1]) as other:
        told = [one.post("/v1/articles", {"id": each.id, "text": each.text}, 201)["story"] for each in early]
        assert len(set(told)) == 2
        for each in late:
            other.post("/v1/articles", {"id": each.id, "text": each.text}, 201)

        def is_one() -> bool:
            return len({other.get(f"/v1/articles/{each.id}")["story"] for each in bridged()}) == 1

        wait_for(is_one, "two stories to become one")


def sent_of(sent: list[dict[str, Any]], event: int) -> str:
    first = next(str(one["text"]) for one in sent if one["id"] == f"{event}-0-0")
    return first + " as was heard late at night"


def as_kept(url: str, home: Path) -> tuple[dict[str, int | None], dict[str, str | None]]:
    with opened(url, home) as connection:
        rows = connection.execute(sa.select(article.c.id, article.c.seq, article.c.story, article.c.original)).all()
    ids = {row.seq: row.id for row in rows}
    return {row.id: row.story for row in rows}, {row.id: ids.get(row.original) for row in rows}


def whole(url: str, home: Path) -> bool:
    """Tell whether each event is one story and each story one event."""
    found = defaultdict[str, set[int | None]](set)
    for name, number in as_kept(url, home)[0].items():
        found[name.partition("-")[0]].add(number)
    return all(len(numbers) == 1 for numbers in found.values()) and len(set().union(*found.values())) == EVENTS
