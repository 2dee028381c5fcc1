"""Real servers for the fault tests: started, killed, started again; and what is not whole in their databases."""

import contextlib
import dataclasses
import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec
import psycopg
import pytest
import sqlalchemy as sa

from model.errors import DatabaseError
from model.registry import Registry
from service.store import schema
from service.store.articles import JUDGED
from service.store.database import WRITER, Database
from service.store.turns import Turns
from tests import postgresql
from tests.conftest import copy_models

T = TypeVar("T")

DEADLINE = 120.0


def wait_for(look: Callable[[], T | None], what: str) -> T:
    """Return the first true value that a look finds."""
    end = time.monotonic() + DEADLINE
    while not (found := look()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.01)
    return found


class Process(NamedTuple):
    pid: int
    parent: int
    group: int
    command: list[str]

    @property
    def worker(self) -> str:
        """The name under which a process for jobs runs one."""
        return self.command[-1]

    def stop(self) -> None:
        """Stop it, until it is told to go on. Raises `ProcessLookupError` where it has ended."""
        os.kill(self.pid, signal.SIGSTOP)
        wait_for(lambda: _state(self.pid) in "TZX", "a process to stop")


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        raise ProcessLookupError from None


def processes() -> list[Process]:
    """Return the processes that live."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent, group, *_ = (path / "stat").read_text(errors="replace").rpartition(")")[2].split()
            command = (path / "cmdline").read_text(errors="replace").rstrip("\0").split("\0")
            if state not in "ZX":
                found.append(Process(int(path.name), int(parent), int(group), command))
    return found


class Client:
    """Asks a server, with a connection for each request: the server closes those that wait."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        headers = {} if body is None else {"content-type": "application/json"}
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        try:
            response = self._connection.getresponse()
            data = response.read()
        finally:
            self._connection.close()
        return response.status, json.loads(data) if data else None

    def get(self, path: str) -> Any:
        return self._expect("GET", path, None, 200)

    def post(self, path: str, body: object, expected: int = 200) -> Any:
        return self._expect("POST", path, body, expected)

    def delete(self, path: str, expected: int) -> Any:
        return self._expect("DELETE", path, None, expected)

    def _expect(self, method: str, path: str, body: object, expected: int) -> Any:
        status, answer = self.ask(method, path, body)
        assert status == expected, answer
        return answer


class Server:
    """`topicdesk serve` with a TOPICDESK_HOME of its own, in a process group of its own."""

    def __init__(self, home: Path, database_url: str | None = None, workers: int = 1, **settings: object) -> None:
        self.home, self.workers = home, workers
        self.settings = {f"TOPICDESK_{name.upper()}": str(value) for name, value in settings.items()}
        self.url = database_url or f"sqlite:///{home / 'topicdesk.db'}"
        self.log = home / "server.log"
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOPICDESK_")}
        environment = kept | {"TOPICDESK_HOME": str(self.home), "TOPICDESK_DATABASE_URL": self.url}
        environment |= self.settings
        begin = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(Path(sys.executable).parent / "topicdesk"), "serve", "--port=0", f"--workers={self.workers}"],
                cwd=self.home, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.port = wait_for(lambda: self._listening(begin), "the server to listen")
        wait_for(self._ready, "the server to be ready")
        return self

    def _listening(self, begin: int) -> int:
        assert self._process is not None
        said = self.log.read_bytes()[begin:].decode()
        assert self._process.poll() is None, said
        found = re.search(r"running on http://[\d.]+:(\d+) ", said)
        return int(found[1]) if found else 0

    def _ready(self) -> bool:
        with contextlib.suppress(ConnectionError), self.client() as client:
            return client.ask("GET", "/readyz")[0] == 200
        return False

    def client(self) -> Client:
        return Client(self.port)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Send SIGKILL to the server and all its children, and see them gone."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
            wait_for(lambda: not self._members(), "the server's processes to be gone")
            self._process = None

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait(self) -> None:
        """See the server end by itself."""
        assert self._process is not None
        self._process.wait(DEADLINE)

    def _members(self) -> list[Process]:
        return [process for process in processes() if process.group == self.pid]

    def children(self) -> list[Process]:
        """Return uvicorn's worker processes."""
        return [one for one in self._members() if one.parent == self.pid and "spawn_main" in " ".join(one.command)]

    def job_processes(self) -> list[Process]:
        """Return the processes that run jobs, or are about to."""
        return [one for one in self._members() if "service.jobs.process" in one.command]


@contextlib.contextmanager
def server(
    home: Path, folder: Path, database_url: str | None = None, workers: int = 1, **settings: object
) -> Iterator[Server]:
    """Run a server on a copy of a home, with settings of its own by their names."""
    own = folder / "home"
    copy_models(home, own)
    one = Server(own, database_url, workers, **settings)
    try:
        yield one.start()
    finally:
        one.kill()


def publish_another(home: Path) -> str:
    """Make a model current that answers alike under another id."""
    registry = Registry(home / "models")
    _, now = registry.load()
    facts = msgspec.structs.replace(now.facts, seed=now.facts.seed + 1)
    return registry.publish(dataclasses.replace(now, facts=facts))


def create_database(url: str, name: str) -> str:
    """Create a database in PostgreSQL and return its URL."""
    with psycopg.connect(url.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return url.format(name)


class PostgreSQL:
    """A PostgreSQL server that can be killed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._folder = Path(parse_qs(urlsplit(url).query)["host"][0])

    def create(self, name: str) -> str:
        """Create a database and return its URL."""
        return create_database(self._url, name)

    def kill(self) -> None:
        """Send SIGKILL to the postmaster, then to its children."""
        postmaster = int((self._folder / "cluster" / "postmaster.pid").read_text().split()[0])
        children = [process.pid for process in processes() if process.parent == postmaster]
        for pid in (postmaster, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        """Start it again as it was."""
        # what was killed may hold its shared memory for a moment
        wait_for(self._restart, "PostgreSQL to start again")

    def _restart(self) -> bool:
        where, owner = postgresql.binaries(), self._folder.stat()
        assert where is not None
        other = os.geteuid() == 0  # PostgreSQL refuses to run as root
        command = [
            where / "pg_ctl",
            "restart",
            "--wait",
            "--pgdata",
            self._folder / "cluster",
            "--log",
            self._folder / "log",
        ]
        done = subprocess.run(
            list(map(str, command)),
            user=owner.st_uid if other else None,
            group=owner.st_gid if other else None,
            extra_groups=[] if other else None,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return done.returncode == 0


@contextlib.contextmanager
def a_postgresql() -> Iterator[PostgreSQL]:
    """Run a PostgreSQL server, where there is one on this machine."""
    if postgresql.binaries() is None:
        pytest.skip("no PostgreSQL on this machine")
    # pytest's folders are closed to the user that PostgreSQL runs as
    with postgresql.server(Path(tempfile.gettempdir())) as url:
        yield PostgreSQL(url)


def writable(url: str, home: Path) -> bool:
    """Tell whether nobody writes to a database at this moment."""
    database = Database(url, home)
    if not database.is_sqlite:
        with psycopg.connect(url) as connection:
            free = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [WRITER]).fetchone()
        return free == (True,)
    path = str(database.url.database)
    with contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as file:
        try:
            with Turns(Path(f"{path}.lock"), 0).take():
                file.execute("BEGIN IMMEDIATE")
        except (DatabaseError, sqlite3.OperationalError):
            return False
    return True


@contextlib.contextmanager
def opened(url: str, home: Path) -> Iterator[sa.Connection]:
    """Yield a connection in a transaction."""
    engine = Database(url, home).connect()
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def half_there(url: str, home: Path) -> list[str]:
    """Return what is not whole in a database: articles, their index entries, their labels, the file itself."""
    with opened(url, home) as connection:
        found = [*_half_articles(connection), *_half_labels(connection)]
    database = Database(url, home)
    if not database.is_sqlite:
        return [*found, *_unlike_postgresql(url)]
    with contextlib.closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as file:
        try:
            return [*found, *_unlike_sqlite(file)]
        except sqlite3.DatabaseError as error:
            return [*found, f"search index: {error}"]


def _half_articles(connection: sa.Connection) -> Iterator[str]:
    texts = {row.article: row for row in connection.execute(schema.article_text.select())}
    decided = {(row.article, row.model): row for row in connection.execute(schema.decision.select())}
    labels = {row.article: row for row in connection.execute(schema.label.select())}
    topics = defaultdict(set)
    for row in connection.execute(schema.article_topic.select()):
        topics[row.article].add(row.topic)
    for row in connection.execute(schema.article.select()):
        text, decision = texts.pop(row.seq, None), decided.get((row.seq, row.model))
        if text is None or not text.text:
            yield f"{row.id} has no text"
        if decision is None:
            yield f"{row.id} has no decision"
            continue
        label = labels.get(row.seq)
        if row.verdict != (None if label is None else label.verdict):
            yield f"{row.id} has another verdict than its label"
        of = label.labels if label is not None and label.verdict in JUDGED else decision.topics
        if topics[row.seq] != set(of) or row.status != decision.status:
            yield f"{row.id} has other topics than its decision or label"
    yield from (f"text {seq} is of no article" for seq in texts)


def _half_labels(connection: sa.Connection) -> Iterator[str]:
    history = connection.execute(schema.label_history.select().order_by(schema.label_history.c.id))
    last = {row.article: row for row in history}
    for row in connection.execute(schema.label.select()):
        line = last.get(row.article)
        if line is None or any(getattr(line, name) != value for name, value in row._mapping.items()):
            yield f"the label of article {row.article} is not the last of its history"


def _unlike_sqlite(file: sqlite3.Connection) -> list[str]:
    """Return what the search index holds otherwise than one made anew would, and what SQLite itself finds."""
    (made,) = file.execute("SELECT sql FROM sqlite_schema WHERE name = 'article_search'").fetchone()
    file.executescript(f"""
        {made.replace("article_search", "temp.anew")};
        INSERT INTO anew (rowid, words)
        SELECT article, substr(coalesce(title, '') || ' ' || coalesce(text, terms, ''), 1, 150000) FROM article_text;
        CREATE VIRTUAL TABLE temp.wanted USING fts5vocab(temp, anew, instance);
        CREATE VIRTUAL TABLE temp.kept USING fts5vocab(main, article_search, instance);
    """)
    differing = (
        "SELECT DISTINCT doc FROM (SELECT * FROM {} EXCEPT SELECT * FROM {})".format(*pair)
        for pair in (("wanted", "kept"), ("kept", "wanted"))
    )
    found = [f"article {row[0]} is not in the search index as it is" for row in file.execute(" UNION ".join(differing))]
    for check in ("integrity_check", "foreign_key_check"):
        found += [f"{check}: {row}" for row in file.execute(f"PRAGMA {check}") if row != ("ok",)]
    file.execute("INSERT INTO article_search (article_search) VALUES ('integrity-check')")
    return found


def _unlike_postgresql(url: str) -> Iterator[str]:
    query = (
        "SELECT article, coalesce(title, '') || ' ' || text, tsvector_to_array(words) "
        "FROM article_text LEFT JOIN article_search USING (article)"
    )
    with psycopg.connect(url) as connection:
        for seq, text, words in connection.execute(query):
            # the words that no way of folding changes
            plain = set(re.findall(r"(?<!\w)[a-z]+(?!\w)", text or ""))
            if words is None or not plain <= set(words):
                yield f"article {seq} is not in the search index as it is"
