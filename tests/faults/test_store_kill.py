"""What was acknowledged is there after any kill, and nothing is half there."""

import contextlib
import http.client
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from model.article import Article
from model.classifier import Classifier
from service.handlers import articles, labels
from service.settings import Settings
from service.store import schema
from service.store.database import Database
from tests.faults import servers
from tests.faults.servers import Client, Server, half_there, wait_for
from training.dataset import Dataset

SEED = int(os.environ.get("TOPICDESK_TEST_SEED", "9"))
KILLS = 20
KILLS_POSTGRESQL = 5
LONGEST_SECONDS = 0.6
BATCH = 10
CHARS = 400
LABEL = ("verdict", "labels", "by", "at", "note")


@dataclass
class Ledger:
    """What clients sent, and what the server answered."""

    kept: dict[str, tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    found_by: dict[str, list[str]] = field(default_factory=dict)  # a word that stands in no other article
    batches: list[list[str]] = field(default_factory=list)  # sent
    labels: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    answers: int = 0
    unanswered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)  # not yet checked after a kill
    kills: int = 0
    doubtful: int = 0
    whole: int = 0

    def keep(self, sent: list[dict[str, Any]], answers: list[dict[str, Any]], word: str) -> None:
        for article, answer in zip(sent, answers, strict=True):
            self.kept[article["id"]] = (article, answer)
        self.found_by[word] = [article["id"] for article in sent]
        self.fresh |= {article["id"] for article in sent}

    @property
    def figures(self) -> str:
        given = sum(map(len, self.labels.values()))
        return (
            f"seed {SEED}, {self.kills} kills: acknowledged {len(self.kept)} articles and {given} labels; "
            f"{len(self.unanswered)} requests without an answer, {len(self.refused)} refused; "
            f"of {self.doubtful} batches without an acknowledgement {self.whole} were there whole"
        )


class Clients:
    """Threads that post articles, batches of articles, and labels, until they are stopped or the server is gone."""

    def __init__(self, starter: Dataset, ledger: Ledger) -> None:
        self._corpus, self._topics = starter.articles, starter.taxonomy.ids
        self._ledger = ledger
        self._number = count()
        self._random = random.Random(SEED)
        self._stop = threading.Event()

    @contextlib.contextmanager
    def pouring(self, server: Server) -> Iterator[None]:
        self._stop.clear()
        steps = (self._single, self._single, self._batch, self._batch, self._label)
        threads = [threading.Thread(target=self._pour, args=(server, step)) for step in steps]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _pour(self, server: Server, step: Callable[[Client], None]) -> None:
        with server.client() as client:
            while not self._stop.is_set():
                try:
                    step(client)
                except ConnectionRefusedError:
                    return
                except (OSError, http.client.HTTPException):
                    self._ledger.unanswered.append(step.__name__)
                    return

    def _post(self, client: Client, path: str, body: object) -> Any:
        status, answer = client.ask("POST", path, body)
        if status in (200, 201):
            self._ledger.answers += 1
            return answer
        (self._ledger.refused if status == 503 else self._ledger.unexpected).append(f"{path}: {status} {answer}")
        time.sleep(0.05)
        return None

    def _article(self, article_id: str, word: str) -> dict[str, Any]:
        like = self._corpus[next(self._number) % len(self._corpus)]
        return {"id": article_id, "title": like.title, "text": f"{like.text[:CHARS]}\n{article_id} {word}"}

    def _single(self, client: Client) -> None:
        number = next(self._number)
        article = self._article(f"single-{number}", f"one{number}")
        if answer := self._post(client, "/v1/articles", article):
            self._ledger.keep([article], [answer], f"one{number}")

    def _batch(self, client: Client) -> None:
        number = next(self._number)
        batch = [self._article(f"batch-{number}-{n}", f"many{number}") for n in range(BATCH)]
        self._ledger.batches.append([article["id"] for article in batch])
        if answer := self._post(client, "/v1/articles", {"articles": batch}):
            self._ledger.keep(batch, answer["results"], f"many{number}")

    def _label(self, client: Client) -> None:
        if not self._ledger.kept:
            time.sleep(0.01)
            return
        article_id = self._random.choice(list(self._ledger.kept))
        topics = self._random.sample(self._topics, self._random.randrange(3))
        judgement = {"verdict": "correct", "labels": topics} if topics else {"verdict": "unsure"}
        label = {"article": article_id, "note": f"note {next(self._number)}", "by": "a client", **judgement}
        if answer := self._post(client, "/v1/labels", label):
            self._ledger.labels.setdefault(article_id, []).append(answer)
            self._ledger.fresh.add(article_id)


def lost(client: Client, ledger: Ledger, ids: set[str]) -> Iterator[str]:
    """Yield which acknowledged answers about some articles the server does not stand by."""
    for article_id in ids:
        sent, answer = ledger.kept[article_id]
        status, there = client.ask("GET", f"/v1/articles/{article_id}")
        if status != 200:
            yield f"{article_id} is not there"
            continue
        if any(there[name] != sent[name] for name in ("title", "text")):
            yield f"{article_id} has another text"
        if there["decision"] != answer["decision"]:
            yield f"{article_id} has another decision"
        given = ledger.labels.get(article_id, [])
        notes = {label["note"] for label in given}
        lines = [line for line in there["history"] if line["note"] in notes]
        if [{name: line[name] for name in LABEL} for line in lines] != [
            {n: label[n] for n in LABEL} for label in given
        ]:
            yield f"{article_id} has not the labels in its history that it was given"
    for word, where in ledger.found_by.items():
        if not ids.isdisjoint(where):
            found = client.get(f"/v1/articles?q={word}")["articles"]
            if {article["id"] for article in found} != set(where):
                yield f"{word} does not find {where}"


def _said(label: dict[str, Any]) -> list[Any]:
    return [label[name] for name in LABEL]


def gone(server: Server, ledger: Ledger) -> list[str]:
    """Return the acknowledged articles and labels that the database itself does not hold."""
    text, history = schema.article_text.c, schema.label_history.c
    with servers.opened(server.url, server.home) as connection:
        query = sa.select(schema.article.c.id, text.title, text.text).join_from(schema.article, schema.article_text)
        texts = {row.id: (row.title, row.text) for row in connection.execute(query)}
        notes = set(connection.scalars(sa.select(history.note)))
    given = [label for labels in ledger.labels.values() for label in labels]
    return [
        *(key for key, (sent, _) in ledger.kept.items() if texts.get(key) != (sent["title"], sent["text"])),
        *(label["note"] for label in given if label["note"] not in notes),
    ]


def torn(server: Server, ledger: Ledger) -> list[str]:
    """Return the batches of which a part is there."""
    with servers.opened(server.url, server.home) as connection:
        there = set(connection.scalars(sa.select(schema.article.c.id)))
    doubtful = [batch for batch in ledger.batches if batch[0] not in ledger.kept]
    ledger.doubtful, ledger.whole = len(doubtful), sum(there.issuperset(batch) for batch in doubtful)
    return [batch[0] for batch in ledger.batches if 0 < len(there.intersection(batch)) < len(batch)]


def check(server: Server, ledger: Ledger) -> None:
    assert half_there(server.url, server.home) == [], ledger.figures
    assert torn(server, ledger) == [], ledger.figures
    assert gone(server, ledger) == [], ledger.figures
    with server.client() as client:
        assert list(lost(client, ledger, ledger.fresh)) == [], ledger.figures
    ledger.fresh.clear()
    assert ledger.unexpected == [], ledger.figures


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    ledger = Ledger()
    yield ledger
    print(ledger.figures)  # noqa: T201


def kill_at_a_random_moment(kill: Callable[[], None], ledger: Ledger, chance: random.Random) -> None:
    before = ledger.answers
    wait_for(lambda: ledger.answers > before, "the first answer")
    time.sleep(chance.uniform(0, LONGEST_SECONDS))
    kill()
    ledger.kills += 1


def test_sqlite_holds_what_was_acknowledged_after_each_of_20_kills(
    home: Path, tmp_path: Path, starter: Dataset, ledger: Ledger
) -> None:
    clients, chance = Clients(starter, ledger), random.Random(SEED)
    with servers.server(home, tmp_path) as server:
        for _ in range(KILLS):
            with clients.pouring(server):
                kill_at_a_random_moment(server.kill, ledger, chance)
            server.start()
            check(server, ledger)
    assert ledger.unanswered, "no kill came in the middle of a request"
    assert ledger.labels


def test_postgresql_holds_what_was_acknowledged_after_kills_of_either_server(
    home: Path, tmp_path: Path, starter: Dataset, ledger: Ledger
) -> None:
    clients, chance = Clients(starter, ledger), random.Random(SEED)
    with servers.a_postgresql() as postgresql, servers.server(home, tmp_path, postgresql.create("kept")) as server:
        for _ in range(KILLS_POSTGRESQL):
            with clients.pouring(server):
                kill_at_a_random_moment(server.kill, ledger, chance)
            server.start()
            check(server, ledger)
            with clients.pouring(server):
                kill_at_a_random_moment(postgresql.kill, ledger, chance)
                postgresql.start()
                before = ledger.answers
                wait_for(lambda: ledger.answers > before, "an answer from the database that is back")  # noqa: B023
            check(server, ledger)
    assert ledger.unanswered, "no kill came in the middle of a request"
    assert ledger.refused, "no kill of PostgreSQL came in the middle of a request"
    assert ledger.labels


REMOVE = (
    "INSERT INTO article_search (article_search, rowid, words) "
    "SELECT 'delete', article, coalesce(title, '') || ' ' || text FROM article_text WHERE article = 2"
)


@pytest.mark.parametrize(
    ("damage", "reported"),
    [
        ("", ""),
        ("UPDATE article_text SET text = NULL WHERE article = 2", "has no text"),
        ("DELETE FROM article_text WHERE article = 2", "has no text"),
        ("DELETE FROM decision WHERE article = 2", "has no decision"),
        ("INSERT INTO article_topic VALUES ('none', 2)", "has other topics"),
        ("UPDATE article SET verdict = NULL WHERE seq = 1", "has another verdict"),
        ("DELETE FROM article WHERE seq = 2", "is of no article"),
        (REMOVE, "is not in the search index"),
        ("UPDATE article_search_data SET block = x'00' WHERE id > 10", "search index"),
        ("DROP TRIGGER label_update; UPDATE label SET note = 'other'", "not the last of its history"),
    ],
)
def test_the_check_finds_what_is_not_whole(damage: str, reported: str, three: Server) -> None:
    with contextlib.closing(sqlite3.connect(three.home / "topicdesk.db")) as file:
        file.executescript(damage)
    found = half_there(three.url, three.home)
    assert any(reported in line for line in found) if damage else found == []


def test_the_check_finds_what_was_acknowledged_and_is_not_there(three: Server) -> None:
    sent = {name: {"title": None, "text": f"the text {name}"} for name in "abc"}
    ledger = Ledger(kept={name: (one, {}) for name, one in sent.items()}, batches=[["a", "b", "c"], ["d", "e"]])
    ledger.labels = {"a": [{"note": "first"}]}
    assert (gone(three, ledger), torn(three, ledger)) == ([], [])
    articles.delete(Database(three.url, three.home), "b")
    ledger.labels["a"].append({"note": "second"})
    assert (gone(three, ledger), torn(three, ledger)) == (["b", "second"], ["a"])


@pytest.fixture
def three(classifier: Classifier, tmp_path: Path) -> Server:
    """Three articles and a label in SQLite, with no server running."""
    server = Server(tmp_path)
    database = Database(server.url, server.home)
    articles.keep(
        [Article(id=name, text=f"the text {name}") for name in "abc"],
        classifier,
        Settings().stories(database),
        Settings(),
    )
    request = labels.LabelRequest(article="a", verdict="correct", labels=["digital_rights"], note="first")
    labels.give(request, classifier.parameters.taxonomy, database)
    database.close()
    return server
