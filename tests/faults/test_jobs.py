"""Jobs outlive the kills of what runs them, and none is ever run by two."""

import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from model.registry import Registry
from service.jobs.process import EVERY_SECONDS
from service.store import schema
from tests.faults import servers
from tests.faults.servers import (
    Client,
    Process,
    Server,
    create_database,
    half_there,
    publish_another,
    wait_for,
    writable,
)
from training.dataset import Dataset

ARTICLES = 4000  # twenty steps of a job
SHORT_JOBS = 30
ENDED = ("done", "failed", "cancelled")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(
    request: pytest.FixtureRequest, home: Path, starter: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server that keeps enough articles for a job to take a while."""
    with contextlib.ExitStack() as stack:
        sqlite = request.param == "sqlite"
        url = None if sqlite else create_database(request.getfixturevalue("postgresql"), "faults_jobs")
        server = stack.enter_context(servers.server(home, tmp_path_factory.mktemp("full"), url))
        texts = [starter.articles[n % len(starter.articles)].text for n in range(ARTICLES)]
        articles = [{"id": str(n), "text": f"{text}\nNumber {n}"} for n, text in enumerate(texts)]
        with server.client() as client:
            for n in range(0, ARTICLES, 500):
                client.post("/v1/articles", {"articles": articles[n : n + 500]})
        yield server


@pytest.fixture
def server(full: Server) -> Server:
    """That server, with another model in its registry so that a job has every article to decide again."""
    if not full.runs:
        full.start()
    publish_another(full.home)
    return full


def queue(client: Client) -> str:
    job_id: str = client.post("/v1/jobs", {"kind": "label"}, 202)["id"]
    return job_id


def job(client: Client, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/jobs/{job_id}")
    return found


def ended(client: Client, job_id: str) -> dict[str, Any]:
    wait_for(lambda: job(client, job_id)["status"] in ENDED, "the job to end")
    return job(client, job_id)


def caught(server: Server, *, advanced: bool = False) -> tuple[Process, str]:
    """Stop the process that runs a job where it keeps no other from writing, if need be once it knows its total.

    Returns the process and the job.
    """

    def catch() -> tuple[Process, str] | None:
        for process in server.job_processes():
            # one that only starts is let alone; one that writes is looked at again before it has got far
            while run_by(server, process) is not None:
                try:
                    process.stop()
                    found = run_by(server, process)
                    if found is not None and (found.total or not advanced) and writable(server.url, server.home):
                        return process, str(found.id)
                    os.kill(process.pid, signal.SIGCONT)
                except ProcessLookupError:
                    break
                time.sleep(0.002)
        return None

    return wait_for(catch, "a job to run")


def pause(server: Server, job_id: str) -> Process:
    """Stop the process of a job in the middle of its work."""
    process, found = caught(server, advanced=True)
    assert found == job_id
    return process


def run_by(server: Server, process: Process) -> "sa.Row[Any] | None":
    job = schema.job
    query = job.select().where(job.c.worker == process.worker, job.c.status == "running")
    with servers.opened(server.url, server.home) as connection:
        return connection.execute(query).one_or_none()


def undecided(server: Server) -> int:
    """Return how many articles another model than the current one has decided on."""
    model = Registry(server.home / "models").current()
    with servers.opened(server.url, server.home) as connection:
        query = sa.select(sa.func.count()).select_from(schema.article).where(schema.article.c.model != model)
        return connection.scalar(query) or 0


def row(server: Server, job_id: str) -> "sa.Row[Any]":
    with servers.opened(server.url, server.home) as connection:
        return connection.execute(schema.job.select().where(schema.job.c.id == int(job_id))).one()


def test_progress_grows_and_reaches_its_total(server: Server) -> None:
    with server.client() as client:
        job_id = queue(client)
        process = pause(server, job_id)
        time.sleep(EVERY_SECONDS)  # so that the job tells how far it is once more before it ends, however fast it is
        os.kill(process.pid, signal.SIGCONT)
        seen = []
        while (now := job(client, job_id))["status"] not in ENDED:
            seen.append(now["progress"])
        assert now["status"] == "done"
        assert now["progress"] == {"done": ARTICLES, "total": ARTICLES}
        assert now["result"]["decided"] == ARTICLES
    done = [progress["done"] for progress in seen]
    assert done == sorted(done)
    assert any(0 < number < ARTICLES for number in done)
    assert {progress["total"] for progress in seen} == {ARTICLES}
    assert undecided(server) == 0


def test_a_sigkill_of_everything_loses_neither_the_running_job_nor_the_queued(server: Server) -> None:
    with server.client() as client:
        running, queued = queue(client), queue(client)
        pause(server, running)
    server.kill()
    assert row(server, running).status == "running"
    assert undecided(server)
    with server.start().client() as client:
        first, second = ended(client, running), ended(client, queued)
    assert (first["status"], first["attempts"]) == ("done", 2)
    assert (second["status"], second["attempts"]) == ("done", 1)
    assert undecided(server) == 0
    assert half_there(server.url, server.home) == []


def test_a_job_that_dies_with_its_server_each_time_fails_in_the_end(server: Server) -> None:
    with server.client() as client:
        job_id = queue(client)
    for _ in range(3):
        with server.client() as client:
            pause(server, job_id)
        server.kill()
        server.start()
    with server.client() as client:
        found = ended(client, job_id)
    assert (found["status"], found["error"]) == ("failed", "its process died 3 times")


def test_a_stopping_server_puts_its_job_back_at_no_cost(server: Server) -> None:
    with server.client() as client:
        job_id = queue(client)
        process = pause(server, job_id)
    os.kill(server.pid, signal.SIGTERM)
    wait_for(lambda: pending(process, signal.SIGTERM), "the server to tell its job")
    os.kill(process.pid, signal.SIGCONT)
    server.wait()
    assert (row(server, job_id).status, row(server, job_id).attempts) == ("queued", 0)
    assert undecided(server)
    with server.start().client() as client:
        found = ended(client, job_id)
    assert (found["status"], found["attempts"]) == ("done", 1)
    assert undecided(server) == 0


def pending(process: Process, number: signal.Signals) -> bool:
    status = Path(f"/proc/{process.pid}/status").read_text()
    mask = int(status.partition("ShdPnd:")[2].split()[0], 16)
    return bool(mask >> (number - 1) & 1)


def test_a_job_whose_process_is_killed_fails_and_nothing_else_does(server: Server) -> None:
    with server.client() as client:
        killed, following = queue(client), queue(client)
        process = pause(server, killed)
        client.post("/v1/articles", {"text": f"Kept while a job stands still {killed}"}, 201)
        os.kill(process.pid, signal.SIGKILL)
        client.post("/v1/articles", {"text": f"Kept while a job is dead {killed}"}, 201)
        found = ended(client, killed)
        assert (found["status"], found["error"]) == ("failed", "its process ended with signal 9")
        found = ended(client, following)
        assert (found["status"], found["attempts"]) == ("done", 1)
    assert undecided(server) <= 2  # those two, where the server had not yet taken up the other model
    assert half_there(server.url, server.home) == []


def test_a_queued_and_a_running_job_can_be_cancelled_and_an_ended_one_not(server: Server) -> None:
    with server.client() as client:
        running, queued = queue(client), queue(client)
        process = pause(server, running)
        assert client.delete(f"/v1/jobs/{queued}", 202)["status"] == "cancelled"
        asked = client.delete(f"/v1/jobs/{running}", 202)
        assert (asked["status"], asked["cancelling"]) == ("running", True)
        time.sleep(EVERY_SECONDS)  # as above
        os.kill(process.pid, signal.SIGCONT)
        found = ended(client, running)
        assert (found["status"], found["cancelling"]) == ("cancelled", False)
        assert undecided(server)
        after = queue(client)
        assert ended(client, after)["status"] == "done"
        assert job(client, queued)["started"] is None
        for job_id in (running, queued, after):
            client.delete(f"/v1/jobs/{job_id}", 409)


AUDIT = {
    "sqlite": (
        "CREATE TABLE job_start (job INTEGER, worker TEXT)",
        "CREATE TRIGGER job_start AFTER UPDATE OF status ON job WHEN new.status = 'running' "
        "BEGIN INSERT INTO job_start VALUES (new.id, new.worker); END",
    ),
    "postgresql": (
        "CREATE TABLE job_start (job bigint, worker text)",
        "CREATE FUNCTION job_start() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO job_start VALUES (new.id, new.worker); RETURN NULL; END $$",
        "CREATE TRIGGER job_start AFTER UPDATE OF status ON job FOR EACH ROW WHEN (new.status = 'running') "
        "EXECUTE FUNCTION job_start()",
    ),
}


def audit(server: Server) -> None:
    """Let the database itself note each start of a job."""
    with servers.opened(server.url, server.home) as connection:
        for statement in AUDIT[connection.dialect.name]:
            connection.exec_driver_sql(statement)


def starts(server: Server) -> list[tuple[str, str]]:
    """Return each start: the job, and the worker that runs it."""
    with servers.opened(server.url, server.home) as connection:
        return [(str(job), worker) for job, worker in connection.exec_driver_sql("SELECT * FROM job_start")]


def test_two_servers_on_one_database_start_each_job_once_and_the_dead_ones_again(
    home: Path, tmp_path: Path, postgresql: str
) -> None:
    with contextlib.ExitStack() as stack:
        url = create_database(postgresql, "faults_shared")
        one, two = (stack.enter_context(servers.server(home, folder(tmp_path, name), url)) for name in ("one", "two"))
        client = stack.enter_context(one.client())
        client.get("/v1/jobs")  # makes the tables
        audit(one)
        queued = [queue(client) for _ in range(SHORT_JOBS)]
        wait_for(lambda: len(starts(one)) > SHORT_JOBS // 4, "some jobs to have run")
        _, died = caught(two)
        two.kill()
        two.start()
        found = {job_id: ended(client, job_id) for job_id in queued}
        started = starts(one)
    print(f"{len(queued)} jobs, {len(started)} starts by {len(set(started))} processes; job {died} died")  # noqa: T201
    assert {one["status"] for one in found.values()} == {"done"}
    assert Counter(job_id for job_id, _ in started) == Counter([*queued, died])
    assert {job_id for job_id, one in found.items() if one["attempts"] != 1} == {died}


def folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


def test_one_of_two_worker_processes_looks_after_jobs_and_the_other_takes_over(home: Path, tmp_path: Path) -> None:
    with servers.server(home, tmp_path, workers=2) as server:
        with server.client() as client:
            client.get("/v1/jobs")
        audit(server)
        with server.client() as client:
            queued = [queue(client) for _ in range(5)]
        process, orphaned = caught(server)
        workers = {worker.pid for worker in server.children()}
        assert len(workers) == 2
        assert process.parent in workers
        before = starts(server)
        os.kill(process.parent, signal.SIGKILL)
        wait_for(lambda: len(starts(server)) > len(before), "another worker to take over")
        assert str(getattr(run_by(server, process), "id", None)) == orphaned  # it lives, so it is nobody else's
        os.kill(process.pid, signal.SIGCONT)
        wait_for(lambda: len(server.children()) == 2, "uvicorn to start another worker")
        with server.client() as client:
            assert {ended(client, job_id)["status"] for job_id in queued} == {"done"}
        assert Counter(job_id for job_id, _ in starts(server)) == Counter(queued)
