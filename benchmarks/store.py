"""Keeping 100,000 articles through the service, and turning pages of them: `python -m benchmarks.store [POSTGRES_URL]`.

Articles of about 3,300 characters are put together from sentences of the starter corpus, each unlike the others. They
go to `topicdesk serve --workers 2` in batches of 500, eight at a time; then every filter is asked for its first page
and for pages reached by cursor, and the answers are checked against what was sent.
"""

import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import httpx2 as httpx
import msgspec

from model.article import Article
from model.registry import Registry
from model.taxonomy import Taxonomy
from training import dataset
from training.train import train

ARTICLES, BATCH, CLIENTS, CHARS = int(os.environ.get("ARTICLES", "100000")), 500, 8, 3300
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    PORT: int = free.getsockname()[1]
URL = f"http://127.0.0.1:{PORT}"
FILTERS: list[dict[str, str]] = [
    {},
    {"topic": "border_conflict"},
    {"topic": "digital_rights", "status": "assigned"},
    {"status": "review"},
    {"status": "out_of_scope"},
    {"source": "source-3"},
    {"source": "source-3", "status": "review"},
    {"source": "source-3", "topic": "policing_accountability"},
    {"source": "no-such-source"},
    {"labelled": "true"},
    {"labelled": "false"},
    {"since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"},
    {"since": "2026-03-01T00:00:00Z", "status": "review", "topic": "border_conflict"},
    {"q": "police"},
    {"q": "the"},
    {"q": "ceasefire border"},
    {"q": '"the court" -police'},
    {"q": "surveil*", "topic": "digital_rights"},
    {"q": "the", "status": "review"},
    {"q": "the", "status": "review", "source": "source-3"},
    {"q": "the", "topic": "border_conflict", "source": "source-7"},
    {"q": "marker99991"},
    {"q": "notaword"},
    {"q": "said", "since": "2026-05-01T00:00:00Z", "until": "2026-05-02T00:00:00Z"},
]


class Created(msgspec.Struct):
    """What the client reads of an answer: decoding all of it would take the cores from the server."""

    created: bool


class Results(msgspec.Struct):
    """An answer."""

    results: list[Created]


decode = msgspec.json.Decoder(Results).decode


def main() -> None:
    """Run it on SQLite, and on PostgreSQL where its URL is given."""
    corpus = dataset.read([dataset.STARTER], Taxonomy.read(dataset.TOPICS))
    bodies = list(batches(corpus.articles))
    size = sum(map(len, bodies)) / ARTICLES
    print(f"{ARTICLES} articles of {size:.0f} bytes in JSON, batches of {BATCH}, {CLIENTS} clients, 2 workers")
    with tempfile.TemporaryDirectory() as name:
        Registry(Path(name) / "models").publish(train(corpus))
        for url in (None, *sys.argv[1:]):
            measure(Path(name), url, bodies)


def batches(articles: Sequence[Article]) -> Iterator[bytes]:
    """Yield request bodies."""
    rng = random.Random(1)
    kinds: dict[str, list[str]] = {}
    for article in articles:
        kinds.setdefault("|".join(article.labels or ()), []).extend(article.text.split(". "))
    names, weights = list(kinds), [len(kinds[kind]) for kind in kinds]
    for first in range(0, ARTICLES, BATCH):
        batch = []
        for n in range(first, first + BATCH):
            kind = kinds[rng.choices(names, weights)[0]]
            text = f"marker{n}"
            while len(text) < CHARS:
                text += ". " + rng.choice(kind)
            published = f"2026-{1 + n * 10 // ARTICLES:02}-{1 + n % 28:02}T{n % 24:02}:00:00Z"
            source = f"source-{n % 10}"
            batch.append({"id": f"n{n}", "title": text[7:70], "text": text, "source": source, "published": published})
        yield msgspec.json.encode({"articles": batch})


def measure(home: Path, url: str | None, bodies: list[bytes]) -> None:
    """Keep the articles, then turn pages."""
    environment = os.environ | {"TOPICDESK_HOME": str(home)} | ({"TOPICDESK_DATABASE_URL": url} if url else {})
    command = [str(Path(sys.executable).parent / "topicdesk"), "serve", "--port", str(PORT), "--workers", "2"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait()
        started = time.perf_counter()
        keep(bodies)
        seconds = time.perf_counter() - started
        print(f"\n{'PostgreSQL' if url else 'SQLite'}: {ARTICLES / seconds:,.0f} articles/s classified and kept")
        label()
        pages()
    finally:
        server.terminate()
        server.wait(30)


def wait() -> None:
    """Wait until the server answers."""
    for _ in range(200):
        try:
            if httpx.get(f"{URL}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def keep(bodies: list[bytes]) -> None:
    """Post all bodies; every article has to be kept."""
    waiting: Queue[bytes] = Queue()
    for body in bodies:
        waiting.put(body)
    kept: list[int] = []

    def client() -> None:
        # a connection for each request, as curl has: one that is kept open stays with the worker that took it
        while True:
            try:
                body = waiting.get_nowait()
            except Empty:
                return
            headers = {"content-type": "application/json"}
            with httpx.Client(timeout=120) as session:
                answer = session.post(f"{URL}/v1/articles", content=body, headers=headers)
            assert answer.status_code == 200, answer.text
            kept.append(sum(one.created for one in decode(answer.content).results))

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    assert sum(kept) == ARTICLES, sum(kept)


def label() -> None:
    """Label some articles."""
    for n in range(0, ARTICLES, ARTICLES // 200):
        body = {"article": f"n{n}", "verdict": "correct", "labels": ["border_conflict"], "by": "bench"}
        assert httpx.post(f"{URL}/v1/labels", json=body).status_code == 201


def pages() -> None:
    """Ask for pages and print how long they take, at the client."""
    print(f"{'filter':<82}{'pages':>7}{'median ms':>11}{'slowest ms':>12}")
    slowest = 0.0
    with httpx.Client(timeout=120) as session:
        for chosen in FILTERS:
            times = []
            cursor: str | None = None
            for _ in range(12):
                parameters: dict[str, Any] = {**chosen, **({"cursor": cursor} if cursor else {})}
                began = time.perf_counter()
                answer = session.get(f"{URL}/v1/articles", params=parameters)
                times.append(1000 * (time.perf_counter() - began))
                page = answer.json()
                check(chosen, page["articles"])
                cursor = page["next"]
                if cursor is None:
                    break
            slowest = max(slowest, *times)
            shown = " ".join(f"{name}={value}" for name, value in chosen.items()) or "(none)"
            print(f"{shown:<82}{len(times):>7}{statistics.median(times):>11.1f}{max(times):>12.1f}")
        began = time.perf_counter()
        queue = session.get(f"{URL}/v1/review?limit=20").json()
        print(
            f"{'(review, 20 of ' + str(queue['waiting']) + ')':<82}{1:>7}{1000 * (time.perf_counter() - began):>11.1f}"
        )
    print(f"slowest page: {slowest:.1f} ms")


def check(chosen: dict[str, str], articles: list[dict[str, Any]]) -> None:
    """Hold a page to its filter."""
    numbers = [int(article["id"][1:]) for article in articles]
    for article, number in zip(articles, numbers, strict=True):
        assert chosen.get("topic") in (None, *article["topics"])
        assert chosen.get("status") in (None, article["decision"]["status"])
        assert chosen.get("source") in (None, f"source-{number % 10}")
    if chosen.get("q") == "marker99991":
        assert numbers == [99991] or ARTICLES < 99991
    if chosen.get("q") in ("notaword",) or chosen.get("source") == "no-such-source":
        assert not numbers
    if chosen in ({}, {"q": "police"}, {"topic": "border_conflict"}):
        assert len(numbers) == 50


if __name__ == "__main__":
    main()
