"""Ask for jobs, see how far they are, cancel them."""

from typing import Any

import msgspec

from model.errors import ConflictError, InvalidInputError
from service.jobs import cluster, kinds, label
from service.settings import Settings
from service.store import jobs
from service.store.database import Database

MAX_LISTED = 100
MAX_QUEUED = 1000


class Jobs(msgspec.Struct, frozen=True):
    """The jobs that were asked for last, the last first."""

    jobs: list[jobs.Job]


def add(body: dict[str, Any], settings: Settings, database: Database) -> jobs.Job:
    """Queue a job. Raises `InvalidInputError`, or `ConflictError` where it cannot be taken."""
    kind = body.pop("kind", None)
    if not isinstance(kind, str) or kind not in kinds.KINDS or not kinds.KINDS[kind].open:
        names = ", ".join(name for name, known in kinds.KINDS.items() if known.open)
        raise InvalidInputError(f"`kind` is one of {names}")
    params = kinds.check(kind, body)
    if isinstance(params, kinds.Label):
        label.check(params, settings)
    elif isinstance(params, kinds.Cluster):
        cluster.check(params, settings)
    with database.write() as connection:
        if jobs.waiting(connection) >= MAX_QUEUED:
            raise ConflictError(f"{MAX_QUEUED} jobs wait already")
        return jobs.add(connection, kind, msgspec.to_builtins(params))


def get(job_id: str, database: Database) -> jobs.Job:
    """Return a job. Raises `NotFoundError`."""
    with database.read() as connection:
        return jobs.get(connection, job_id)


def recent(database: Database) -> Jobs:
    """Return the last jobs."""
    with database.read() as connection:
        return Jobs(jobs.recent(connection, MAX_LISTED))


def cancel(job_id: str, database: Database) -> jobs.Job:
    """Cancel a job, or ask it to stop where it runs. Raises `NotFoundError`, or `ConflictError` where it has ended."""
    with database.write() as connection:
        return jobs.cancel(connection, job_id)
