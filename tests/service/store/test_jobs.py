from pathlib import Path

import pytest

from model.errors import ConflictError, NotFoundError
from service.jobs import claims
from service.store import jobs
from service.store.database import Database
from service.store.jobs import Status


def add(database: Database) -> jobs.Job:
    with database.write() as connection:
        return jobs.add(connection, "label", {"input": "x"})


def start(database: Database, queued: jobs.Job, worker: str = "w1") -> jobs.Job:
    with database.write() as connection:
        running = jobs.start(connection, queued, worker)
    assert running is not None
    return running


def test_the_life_of_a_job(database: Database) -> None:
    queued = add(database)
    assert (queued.status, queued.params, queued.progress) == (Status.QUEUED, {"input": "x"}, jobs.Progress(0, None))
    running = start(database, queued)
    with database.write() as connection:
        assert jobs.advance(connection, running, 5, 10)
        assert jobs.get(connection, queued.id).progress == jobs.Progress(5, 10)
        assert jobs.finish(connection, running, Status.DONE, result={"n": 1}, done=10, total=10)
        done = jobs.get(connection, queued.id)
    assert (done.status, done.result, done.progress) == (Status.DONE, {"n": 1}, jobs.Progress(10, 10))
    assert done.started is not None
    assert done.finished is not None
    assert done.created <= done.started <= done.finished


def test_a_job_starts_once(database: Database) -> None:
    queued = add(database)
    start(database, queued)
    with database.write() as connection:
        assert jobs.start(connection, queued, "w2") is None
        assert jobs.run_by(connection, "w2") is None


def test_an_attempt_that_lost_its_job_changes_nothing(database: Database) -> None:
    queued = add(database)
    first = start(database, queued)
    with database.write() as connection:
        jobs.bury(connection, first)
    second = start(database, queued_again(database), "w2")
    with database.write() as connection:
        assert not jobs.advance(connection, first, 9, 9)
        assert not jobs.finish(connection, first, Status.DONE)
        assert jobs.advance(connection, second, 1, 9)
        assert jobs.get(connection, queued.id).progress == jobs.Progress(1, 9)


def queued_again(database: Database) -> jobs.Job:
    with database.read() as connection:
        (found,) = jobs.with_status(connection, Status.QUEUED)
    return found


def test_a_job_that_dies_again_and_again_has_failed(database: Database) -> None:
    add(database)
    for _ in range(jobs.MAX_ATTEMPTS):
        running = start(database, queued_again(database))
        with database.write() as connection:
            jobs.bury(connection, running)
    with database.read() as connection:
        found = jobs.get(connection, running.id)
    assert (found.status, found.error) == (Status.FAILED, "its process died 3 times")


def test_a_restart_is_no_fault_of_the_job(database: Database) -> None:
    add(database)
    for _ in range(5):
        running = start(database, queued_again(database))
        with database.write() as connection:
            assert jobs.put_back(connection, running)
    assert queued_again(database).attempts == 0


def test_cancelling(database: Database) -> None:
    queued, other = add(database), add(database)
    running = start(database, other)
    with database.write() as connection:
        assert jobs.cancel(connection, queued.id).status is Status.CANCELLED
        assert jobs.cancel(connection, running.id).cancelling
        assert not jobs.advance(connection, running, 1, 2)
        assert jobs.bury(connection, jobs.get(connection, running.id), "killed")
        assert jobs.get(connection, running.id).status is Status.CANCELLED
        with pytest.raises(ConflictError, match="it is cancelled"):
            jobs.cancel(connection, running.id)


@pytest.mark.parametrize("job_id", ["1", "0", "-1", "x", "", "9" * 40, "\u0661", "1\0"])
def test_no_such_job(database: Database, job_id: str) -> None:
    with pytest.raises(NotFoundError), database.read() as connection:
        jobs.get(connection, job_id)


def test_a_claim_is_held_by_one(database: Database, database_url: str, tmp_path: Path) -> None:
    other = Database(database_url, tmp_path)
    with claims.claim(database, "1") as first, claims.claim(other, "1") as second, claims.claim(other, "2") as third:
        assert (first, second, third) == (True, False, True)
    with claims.claim(other, "1") as again:
        assert again
    other.close()
