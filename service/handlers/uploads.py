"""Take uploaded files in, look into them, have a job keep their articles, and see what became of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import IO

import msgspec

from model.errors import ConflictError, InvalidInputError, NotFoundError, TopicdeskError
from model.taxonomy import Taxonomy
from service.handlers import articles
from service.handlers.jobs import MAX_QUEUED
from service.settings import Settings
from service.store import jobs
from service.store.database import Database
from service.uploads import fields, keeping, reading, shelf
from service.uploads.fields import Entry
from service.uploads.keeping import State
from service.uploads.shelf import FIELDS, File, Plan, Upload

KIND = "keep"
LOOK, RECENT = 5, 5
NEWEST = 100  # jobs among which uploads are looked for


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Files that are read alike: tables of the same columns, or pages, which have no `columns`.

    `chosen` are the columns of the fields; `first` the first rows as they would be kept.
    """

    files: list[File]
    columns: list[str]
    chosen: dict[str, str]
    first: list[Entry]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is in an upload; `rows` counts those of tables and the articles on pages, `more` where there are more."""

    upload: Upload
    groups: list[Group]
    rows: int
    more: bool


class Report(msgspec.Struct, frozen=True):
    """A job with an upload, how far it is or was, and whether what failed is written down."""

    job: jobs.Job
    upload: Upload | None
    state: State
    failures: Path | None


def take(files: Sequence[tuple[str, IO[bytes]]], settings: Settings, database: Database) -> Upload:
    """Take files in by name and survey them. Raises `InvalidInputError` for none, or one of no known kind."""
    if not files:
        raise InvalidInputError("choose one or more files first")
    shelf.clear(settings, lambda: _in_use(database))
    upload = reading.surveyed(shelf.create(settings, list(files)), settings)
    if not upload.readable:
        shelf.drop(settings, upload.id)
        raise InvalidInputError("; ".join(file.error or "" for file in upload.files))
    shelf.save(settings, upload)
    return upload


def get(upload_id: str, settings: Settings) -> Upload:
    """Return an upload. Raises `NotFoundError`."""
    return shelf.get(settings, upload_id)


def guess(upload: Upload) -> Plan:
    """Return how an upload is read by default: columns by their names, the name of a lone file as source."""
    name = upload.readable[0].name if len(upload.readable) == 1 else "upload"
    plain = "".join(char if char.isprintable() else " " for char in name)
    return Plan([fields.guessed(group[0].columns) for group in upload.groups], plain[: articles.MAX_SOURCE])


def look(upload: Upload, plan: Plan, taxonomy: Taxonomy, settings: Settings) -> Look:
    """Return the first rows of an upload as a plan reads them. Raises `NotFoundError` where its files are gone."""
    if upload.plan is not None:
        raise NotFoundError("the upload is being kept, or has been")
    reader = reading.Reader(upload, plan, taxonomy, settings)
    groups = [
        Group(files=files, columns=files[0].columns, chosen=chosen, first=reader.first(files, chosen, LOOK))
        for files, chosen in zip(upload.groups, plan.columns, strict=True)
    ]
    if pages := [file for file in upload.readable if file.is_page]:
        found = [one for file in pages[:LOOK] for one in reader.page(file)]
        groups.append(Group(files=pages, columns=[], chosen={}, first=found[:LOOK]))
    rows, more = sum(file.rows for file in upload.readable), any(file.more for file in upload.readable)
    return Look(upload=upload, groups=groups, rows=rows, more=more)


def check(upload: Upload, plan: Plan) -> Plan:
    """Return a plan without columns that are not there.

    Raises `InvalidInputError` where a table would have neither title nor text, or the source cannot be kept.
    """
    groups = zip(upload.groups, plan.columns, strict=True)
    known = [{field: name for field, name in chosen.items() if field in FIELDS and name in group[0].columns}
             for group, chosen in groups]  # fmt: skip
    for group, chosen in zip(upload.groups, known, strict=True):
        if not chosen.keys() & {"title", "text"}:
            raise InvalidInputError(f"choose the column that holds the text of {group[0].name}")
    source = (plan.source or "").strip() or None
    if source and (len(source) > articles.MAX_SOURCE or not source.isprintable()):
        raise InvalidInputError(f"a source has no more than {articles.MAX_SOURCE} characters, and no line break")
    return msgspec.structs.replace(plan, columns=known, source=source)


def keep(upload: Upload, plan: Plan, settings: Settings, database: Database) -> jobs.Job:
    """Have a job keep an upload; asked twice, the same job. Raises `InvalidInputError`, or `ConflictError`."""
    settled = check(upload, plan)
    if upload.plan is None:
        shelf.save(settings, msgspec.structs.replace(upload, plan=settled))
    try:
        return _asked(upload.id, database)
    except TopicdeskError:
        shelf.save(settings, upload)  # as it was: it can be looked at and asked for again
        raise


def _asked(upload_id: str, database: Database) -> jobs.Job:
    with database.write() as connection:
        for job in jobs.recent(connection, NEWEST):
            if job.kind == KIND and job.params["upload"] == upload_id and job.status is not jobs.Status.FAILED:
                return job
        if jobs.waiting(connection) >= MAX_QUEUED:
            raise ConflictError(f"{MAX_QUEUED} jobs wait already")
        return jobs.add(connection, KIND, {"upload": upload_id})


def drop(upload: Upload, settings: Settings) -> None:
    """Delete an upload that nobody keeps. Raises `ConflictError` where a job was asked to."""
    if upload.plan is not None:
        raise ConflictError("the upload is being kept, or has been")
    shelf.drop(settings, upload.id)


def report(job_id: str, settings: Settings, database: Database) -> Report:
    """Return how far a job with an upload is, or what became of it. Raises `NotFoundError`."""
    with database.read() as connection:
        job = jobs.get(connection, job_id)
    if job.kind != KIND:
        raise NotFoundError("there is no upload of this id")
    return _report(job, settings)


def recent(settings: Settings, database: Database) -> list[Report]:
    """Return the last jobs with uploads."""
    with database.read() as connection:
        found = [job for job in jobs.recent(connection, NEWEST) if job.kind == KIND]
    return [_report(job, settings) for job in found[:RECENT]]


def again(job_id: str, settings: Settings, database: Database) -> jobs.Job:
    """Have a job that failed go on where it ended. Raises `NotFoundError`, or `ConflictError` where files are gone."""
    found = report(job_id, settings, database)
    if found.upload is None or found.upload.plan is None or found.job.status is not jobs.Status.FAILED:
        raise ConflictError("there is nothing to go on with; upload the files again")
    return keep(found.upload, found.upload.plan, settings, database)


def stop(job_id: str, settings: Settings, database: Database) -> None:
    """Stop a job; what it has kept stays. Raises `NotFoundError`, or `ConflictError` where it has ended."""
    found = report(job_id, settings, database)
    with database.write() as connection:
        stopped = jobs.cancel(connection, job_id)
    if stopped.status is jobs.Status.CANCELLED and found.upload is not None:  # before it ran: nobody else deletes them
        shelf.drop_files(settings, found.upload)


def _report(job: jobs.Job, settings: Settings) -> Report:
    place = shelf.folder(settings, job.params["upload"])
    state = keeping.state(settings, place.name)
    if job.result is not None:
        state = msgspec.convert(job.result, State)
    failures = place / keeping.REPORT
    upload = shelf.read(place / "upload.json", Upload)
    return Report(job, upload, state, failures if state.failed and failures.is_file() else None)


def _in_use(database: Database) -> set[str]:
    with database.read() as connection:
        found = [
            *jobs.with_status(connection, jobs.Status.QUEUED, MAX_QUEUED),
            *jobs.with_status(connection, jobs.Status.RUNNING),
        ]
    return {job.params["upload"] for job in found if job.kind == KIND}
