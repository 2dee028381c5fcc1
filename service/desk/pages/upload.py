"""Upload: files in, a look at their columns and first rows, a job that keeps them, and what became of each row."""

from typing import IO, cast

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from model.errors import FileError, InvalidInputError, NotFoundError
from service.desk import requests
from service.desk.rendering import page
from service.handlers import uploads as handler
from service.problems import Problem, describe
from service.routes.requests import database, engine, settings
from service.uploads.shelf import FIELDS, PAGES, TABLES, Plan, Upload

NAMES = {
    "title": "Title", "text": "Text", "id": "Id", "url": "Address", "published": "Published", "source": "Source",
    "labels": "Labels",
}  # fmt: skip


def show(request: Request) -> Response:
    """Show where files go in, and what was uploaded last."""
    return _start(request)


async def take(request: Request) -> Response:
    """Take files in, and lead to a look at them."""
    data = await requests.form(request)
    try:
        given = [one for one in data.getlist("files") if isinstance(one, UploadFile) and one.filename]
        files = [(one.filename or "", cast("IO[bytes]", one.file)) for one in given]
        upload = await run_in_threadpool(handler.take, files, settings(request), database(request))
    except (InvalidInputError, FileError) as error:
        return await run_in_threadpool(_start, request, describe(error))
    finally:
        await data.close()
    return requests.redirect(request, "upload_look", id=upload.id)


def look(request: Request) -> Response:
    """Show which columns are used as what, and the first rows as they will be read."""
    upload = handler.get(request.path_params["id"], settings(request))
    if upload.plan is not None:
        raise NotFoundError("the upload is being kept, or has been")
    return _look(request, upload, _plan(request.query_params, upload, request))


async def keep(request: Request) -> Response:
    """Have a job keep the rows, and lead to its progress."""
    data = await requests.form(request)
    return await run_in_threadpool(_keep, request, data)


async def drop(request: Request) -> Response:
    """Delete an upload that is not to be kept."""
    await requests.form(request)
    upload = await run_in_threadpool(handler.get, request.path_params["id"], settings(request))
    await run_in_threadpool(handler.drop, upload, settings(request))
    return requests.redirect(request, "upload", "The files are deleted; nothing of them was kept.")


def report(request: Request) -> Response:
    """Show how far a job is, or what became of the rows."""
    found = handler.report(request.path_params["job"], settings(request), database(request))
    return page(request, "upload_report.html.j2", report=found)


def failures(request: Request) -> Response:
    """Send the rows that were not kept, and why, as CSV."""
    found = handler.report(request.path_params["job"], settings(request), database(request))
    if found.failures is None:
        raise NotFoundError("no row failed, or the report is older than a month")
    return FileResponse(found.failures, media_type="text/csv", filename=f"upload-{found.job.id}-failed.csv")


async def stop(request: Request) -> Response:
    """Stop a job."""
    await requests.form(request)
    job = request.path_params["job"]
    await run_in_threadpool(handler.stop, job, settings(request), database(request))
    return requests.redirect(request, "upload_report", "It stops; what is kept so far stays.", job=job)


async def again(request: Request) -> Response:
    """Have a job that failed go on."""
    await requests.form(request)
    job = await run_in_threadpool(handler.again, request.path_params["job"], settings(request), database(request))
    return requests.redirect(request, "upload_report", job=job.id)


def _start(request: Request, error: Problem | None = None) -> Response:
    return page(
        request,
        "upload.html.j2",
        error.status if error else 200,
        error=error,
        endings=(*TABLES, *PAGES),
        limit=settings(request).max_upload_bytes,
        recent=handler.recent(settings(request), database(request)),
    )


def _look(request: Request, upload: Upload, plan: Plan, error: Problem | None = None) -> Response:
    taxonomy = engine(request).classifier.parameters.taxonomy
    shown = handler.look(upload, plan, taxonomy, settings(request))
    status = error.status if error else 200
    return page(
        request, "upload_look.html.j2", status, look=shown, plan=plan, error=error, fields=FIELDS, names=NAMES
    )  # fmt: skip


def _keep(request: Request, data: FormData) -> Response:
    assert engine(request).classifier  # without a model there is nothing to wait for
    upload = handler.get(request.path_params["id"], settings(request))
    plan = _plan(data, upload, request)
    try:
        job = handler.keep(upload, plan, settings(request), database(request))
    except InvalidInputError as error:
        return _look(request, upload, plan, describe(error))
    return requests.redirect(request, "upload_report", job=job.id)


def _plan(given: QueryParams | FormData, upload: Upload, request: Request) -> Plan:
    """Return how rows are to be read as a form says it, else as it is guessed."""
    if "source" not in given:
        return handler.guess(upload)
    columns: list[dict[str, str]] = []
    for number, group in enumerate(upload.groups):
        chosen: dict[str, str] = {}
        for field in FIELDS:
            # a column's place in the table: its name may be anything
            place = str(given.get(f"{field}-{number}", ""))
            if place.isdecimal() and int(place[:6]) < len(group[0].columns):
                chosen[field] = group[0].columns[int(place[:6])]
        columns.append(chosen)
    by = requests.analyst(request) if given.get("labels") else None
    return Plan(columns, str(given["source"]), by)
