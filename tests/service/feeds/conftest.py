"""A real HTTP server on the loopback, which answers as a test wants, and a poller on an empty database."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from model.classifier import Classifier
from service.feeds.poll import Poller
from service.settings import Settings
from service.store.database import Database
from service.stories.follower import Follower
from tests.service.store.conftest import database_url  # noqa: F401  # a fixture

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@dataclass
class Answer:
    """What the server sends for a path: all at once, or piece by piece with a pause (s) before each."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: list[bytes] = field(default_factory=list)
    pause: float = 0.0
    raw: bool = False  # the pieces are all that is sent, from the status line on


class Site:
    """Answers by path and remembers what it was asked; `most` is how many it was asked at once."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.most = self._now = 0
        self._lock = threading.Lock()
        self.tls: Any = None
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_arguments: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_arguments: object) -> None:
                pass  # clients go away in the middle here

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def give(self, path: str, body: bytes | str = b"", **rest: Any) -> str:
        """Have a path answered so, and return its URL."""
        self.answers[path] = Answer(body.encode() if isinstance(body, str) else body, **rest)
        return self.url(path)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.asked.append((request.path, {name.lower(): value for name, value in request.headers.items()}))
        try:
            self._send(request, self.answers.get(request.path, Answer(status=404)))
        finally:
            with self._lock:
                self._now -= 1

    def _send(self, request: BaseHTTPRequestHandler, given: Answer) -> None:
        etag = given.headers.get("ETag")
        if etag is not None and request.headers.get("If-None-Match") == etag:
            given = Answer(status=304)
        if not given.pieces:
            time.sleep(given.pause)
        if not given.raw:
            request.send_response(given.status)
            for name, value in given.headers.items():
                request.send_header(name, value)
            size = len(given.body) + sum(map(len, given.pieces))
            request.send_header("Content-Length", str(size))
            request.end_headers()
            request.wfile.write(given.body)
        for piece in given.pieces:
            time.sleep(given.pause)
            request.wfile.write(piece)
            request.wfile.flush()

    def close(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site()
    yield one
    one.close()


def rss(*entries: str, title: str = "The Courier") -> str:
    """Return an RSS feed of entries of that many names, each with a text of its own."""
    items = "".join(
        f"<item><title>Story {name}</title><link>/{name}</link><guid isPermaLink='false'>{name}</guid>"
        f"<description>Troops fired across the border near {name}, the army said.</description>"
        f"<pubDate>Tue, 24 Nov 2026 10:00:00 +0200</pubDate></item>"
        for name in entries
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


Open = Callable[..., Poller]


@pytest.fixture
def open_poller(
    database_url: str,  # noqa: F811
    tmp_path: Path,
    classifier: Classifier,
    clock: Clock,
    request: pytest.FixtureRequest,
) -> Open:
    """Open the database as one more process would, and return a poller on it."""

    def open_one(**settings: Any) -> Poller:
        opened = Database(database_url, tmp_path)
        request.addfinalizer(opened.close)
        config = Settings(home=tmp_path, feeds_private=True, **settings)
        return Poller(config, Follower(opened, 14, 1000), lambda: classifier, clock)

    return open_one


@pytest.fixture
def poller(open_poller: Open) -> Poller:
    return open_poller()


def by_host(found: dict[str, list[str]]) -> Callable[[str, int], list[str]]:
    """Return a resolver that knows these names; of a name's lists of addresses each call takes the next."""
    calls: dict[str, int] = defaultdict(int)

    def resolve(host: str, _port: int) -> list[str]:
        calls[host] += 1
        if host not in found:
            raise OSError("no such name")
        return found[host]

    return resolve
