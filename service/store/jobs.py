"""The queue of jobs: who may run one is decided in the database, so that no two processes ever run the same."""

import enum
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from model.errors import ConflictError, NotFoundError
from service.store.columns import now
from service.store.schema import job

MAX_ATTEMPTS = 3
MAX_ERROR = 1000


class Status(enum.StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Progress(msgspec.Struct, frozen=True):
    """How far a job is; `total` is None while it is not known."""

    done: int
    total: int | None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job: `cancelling` where it has been asked to stop and has not yet."""

    id: str
    kind: str
    params: dict[str, Any]
    status: Status
    cancelling: bool
    progress: Progress
    result: dict[str, Any] | None
    error: str | None
    attempts: int
    created: datetime
    started: datetime | None
    finished: datetime | None


def _job(row: Any) -> Job:
    return Job(
        id=str(row.id),
        kind=row.kind,
        params=row.params,
        status=Status(row.status),
        cancelling=row.cancel and row.status == Status.RUNNING,
        progress=Progress(row.done, row.total),
        result=row.result,
        error=row.error,
        attempts=row.attempts,
        created=row.created,
        started=row.started,
        finished=row.finished,
    )


def add(connection: sa.Connection, kind: str, params: dict[str, Any]) -> Job:
    """Queue a job."""
    values = {
        "kind": kind, "params": params, "status": Status.QUEUED, "attempts": 0, "cancel": False, "done": 0,
        "created": now(),
    }  # fmt: skip
    return _job(connection.execute(job.insert().values(values).returning(*job.c)).one())


def get(connection: sa.Connection, job_id: str) -> Job:
    """Return a job. Raises `NotFoundError`."""
    number = int(job_id) if job_id.isascii() and job_id.isdigit() and len(job_id) < 19 else 0
    row = connection.execute(job.select().where(job.c.id == number)).one_or_none()
    if row is None:
        raise NotFoundError("there is no job of this id")
    return _job(row)


def recent(connection: sa.Connection, limit: int) -> list[Job]:
    """Return the jobs that were queued last, the last first."""
    return [_job(row) for row in connection.execute(job.select().order_by(job.c.id.desc()).limit(limit))]


def with_status(connection: sa.Connection, status: Status, limit: int = 100) -> list[Job]:
    """Return the first jobs of a status, the first queued first."""
    query = job.select().where(job.c.status == status).order_by(job.c.id).limit(limit)
    return [_job(row) for row in connection.execute(query)]


def waiting(connection: sa.Connection) -> int:
    """Return how many jobs are queued."""
    return connection.scalar(sa.select(sa.func.count()).where(job.c.status == Status.QUEUED)) or 0


def is_queued(connection: sa.Connection, kind: str) -> bool:
    """Return whether a job of a kind waits."""
    query = sa.select(job.c.id).where(job.c.status == Status.QUEUED, job.c.kind == kind).limit(1)
    return connection.scalar(query) is not None


def cancel(connection: sa.Connection, job_id: str) -> Job:
    """Cancel a queued job; ask a running one to stop. Raises `NotFoundError`, or `ConflictError` for an ended one."""
    found = get(connection, job_id)
    if found.status is Status.QUEUED:
        _set(connection, found, status=Status.CANCELLED, cancel=True, finished=now())
    elif found.status is Status.RUNNING:
        _set(connection, found, cancel=True)
    else:
        raise ConflictError(f"the job has ended: it is {found.status}")
    return get(connection, job_id)


def start(connection: sa.Connection, found: Job, worker: str) -> Job | None:
    """Let a worker that holds the job's claim run it; None where it is no longer queued."""
    began = _set(
        connection, found, status=Status.RUNNING, worker=worker, attempts=found.attempts + 1, started=now(), done=0
    )  # fmt: skip
    return get(connection, found.id) if began else None


def advance(connection: sa.Connection, running: Job, done: int, total: int | None) -> bool:
    """Note how far a job is; tell whether it should go on, which it should not when cancelled or no longer its own."""
    if not _set(connection, running, done=done, total=total):
        return False
    return not get(connection, running.id).cancelling


def finish(connection: sa.Connection, running: Job, status: Status, **ended: Any) -> bool:
    """End a job with its `result` or `error` and last `done` and `total`; tell whether it was this attempt's to end."""
    if ended.get("error") is not None:
        ended["error"] = ended["error"][:MAX_ERROR]
    return _set(connection, running, status=status, finished=now(), **ended)


def put_back(connection: sa.Connection, stopped: Job) -> bool:
    """Queue a job again that was stopped with its server: no fault of the job's."""
    return _set(connection, stopped, status=Status.QUEUED, attempts=stopped.attempts - 1)


def bury(connection: sa.Connection, dead: Job, error: str | None = None) -> bool:
    """End a job whose process has died: with the error, or without one by queueing it again a few times."""
    if dead.cancelling:
        return finish(connection, dead, Status.CANCELLED)
    if error is None and dead.attempts < MAX_ATTEMPTS:
        return _set(connection, dead, status=Status.QUEUED)
    return finish(connection, dead, Status.FAILED, error=error or f"its process died {dead.attempts} times")


def run_by(connection: sa.Connection, worker: str) -> Job | None:
    """Return the job that a worker runs, or ran when it died."""
    query = job.select().where(job.c.worker == worker, job.c.status == Status.RUNNING)
    row = connection.execute(query).one_or_none()
    return None if row is None else _job(row)


def was_given(connection: sa.Connection, worker: str) -> bool:
    """Return whether a worker was the last to start some job."""
    return connection.scalar(sa.select(job.c.id).where(job.c.worker == worker).limit(1)) is not None


def _set(connection: sa.Connection, seen: Job, **values: Any) -> bool:
    """Change a job if it is still as it was seen: an attempt that lost its job changes nothing."""
    same = (job.c.id == int(seen.id)) & (job.c.attempts == seen.attempts) & (job.c.status == seen.status)
    return connection.execute(job.update().where(same).values(values)).rowcount == 1
