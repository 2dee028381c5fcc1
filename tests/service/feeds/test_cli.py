"""`topicdesk feeds` as a real process, also one that is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from service.handlers import feeds
from service.settings import Settings
from service.store.schema import article
from tests.conftest import Run
from tests.service.feeds.conftest import Site, rss

COMMAND = [sys.executable, "-c", "from service.cli import main; main()", "feeds"]


@pytest.fixture
def run(own_home: Path, tmp_path: Path) -> Run:
    def run(*arguments: object, stdin: str | bytes = "", home: Path = own_home) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment(home),
            timeout=120,
            check=False,
        )

    return run


def environment(home: Path) -> dict[str, str]:
    return os.environ | {"TOPICDESK_HOME": str(home), "TOPICDESK_FEEDS_PRIVATE": "true", "COLUMNS": "120"}


def test_feeds(run: Run, site: Site, tmp_path: Path) -> None:
    good = site.give("/good", rss("a", "b"))
    assert run("add", good).returncode == 0
    listed = json.loads(run("list", "--json").stdout)["feeds"]
    assert [(one["id"], one["url"], one["health"]) for one in listed] == [("1", good, "waiting")]
    done = run("poll")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].split() == ["1", "2", "0", "0", good]
    bad = site.give("/bad", status=500)
    (tmp_path / "list.opml").write_text(
        f'<opml><body><outline xmlUrl="{good}"/><outline text="Bad" xmlUrl="{bad}"/><outline xmlUrl="ftp://x/"/></body></opml>'
    )
    imported = run("add", tmp_path / "list.opml")
    assert (imported.returncode, imported.stderr.splitlines()[0]) == (1, "1 feeds added, 1 there already, 1 refused")
    assert "ftp://x/" in imported.stderr
    polled = run("poll", "--json")
    assert polled.returncode == 1
    first, second = json.loads(polled.stdout)["feeds"]
    assert (first["new"], first["known"], second["error"]) == (0, 2, "the server has a fault (500)")
    table = run("list").stdout
    assert "failing" in table
    assert run("export", tmp_path / "out.opml").returncode == 0
    assert "Bad" in (tmp_path / "out.opml").read_text()
    assert run("remove", 2).returncode == 0
    assert run("poll", 1).returncode == 0
    for wrong in (("poll", 9), ("add", "http://u:p@x/"), ("add", "nothing.opml")):
        failed = run(*wrong)
        assert (failed.returncode, len(failed.stderr.splitlines())) == (1, 1), wrong
    assert run("add", tmp_path / "list.opml", "--source", "x").returncode == 2


def test_a_poll_that_is_killed_loses_nothing_and_keeps_nothing_twice(run: Run, own_home: Path, site: Site) -> None:
    urls = [site.give(f"/{n}", rss(*(f"f{n}e{entry}" for entry in range(150))), pause=0.2) for n in range(6)]
    config = Settings(home=own_home, feeds_private=True)
    database = config.database()
    for url in urls:
        feeds.add(database, feeds.FeedRequest(url), config)
    killed = 0
    for wait in (3.0, 4.0, 5.0):
        process = subprocess.Popen(
            [*COMMAND, "poll"], env=environment(own_home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        before, end = len(site.asked), time.monotonic() + 60
        while len(site.asked) <= before and process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep((wait - 2.5) / 2)
        killed += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert killed
    assert run("poll").returncode == 0
    with database.read() as connection:
        ids = list(connection.scalars(article.select().with_only_columns(article.c.id)))
    assert len(ids) == len(set(ids)) == 900
    assert [(one.seen, one.failures) for one in feeds.every(database).feeds] == [(150, 0)] * 6
    database.close()
