"""The versions of the model: which serves, how each came about, and training another."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from model.errors import ConflictError, InvalidInputError, InvalidModelError, NoModelError, NotFoundError
from service.desk import deltas, requests
from service.desk.rendering import page, topics
from service.handlers import jobs, receipts
from service.handlers import models as handler
from service.routes.requests import database, engine, settings
from service.store.jobs import Job, Status

UNDERWAY = {Status.QUEUED, Status.RUNNING}
KINDS = {"retrain": "The retraining", "label": "Deciding anew on the kept articles"}
CUT = 10


def every(request: Request) -> Response:
    """Show the versions, what waits to be learnt, and how far the jobs are."""
    found = handler.every(settings(request))
    versions = sorted(found.models, key=lambda version: version.created, reverse=True)
    current = next((version for version in versions if version.current), None)
    under = _jobs(request)
    polled = "hx-request" in request.headers
    running = any(job.status in UNDERWAY for job in under.values())
    return page(
        request,
        "models.html.j2",
        versions=versions,
        labels={version.id: _labels(request, version.id) for version in versions},
        current=current,
        faults=handler.faults(settings(request)),
        before=handler.before(settings(request)),
        standing=handler.standing(database(request), current) if current else None,
        jobs=under,
        underway=UNDERWAY,
        running=running,
        ended=_ended(under) if polled and not running else "",
        refused=receipts.unpublished(settings(request)),
        deltas=deltas,
    )


def _labels(request: Request, model_id: str) -> int | None:
    found = receipts.of_model(settings(request), model_id)
    return None if found is None or found.receipt is None else found.receipt.data.trained_on.labels


def _jobs(request: Request) -> dict[str, Job]:
    """Return the latest job of each kind that is shown here."""
    found: dict[str, Job] = {}
    for job in jobs.recent(database(request)).jobs:
        if job.kind in KINDS and (job.kind != "label" or not job.params):
            found.setdefault(job.kind, job)
    return found


def _ended(under: dict[str, Job]) -> str:
    last = max(under.values(), key=lambda job: (job.finished is not None, job.finished), default=None)
    if last is None:
        return ""
    ended = {Status.DONE: "has ended", Status.FAILED: "has failed", Status.CANCELLED: "was cancelled"}
    return f"{KINDS[last.kind]} {ended.get(last.status, 'goes on')}."


def one(request: Request) -> Response:
    """Show one version with its receipt; of a damaged one what can still be said."""
    model_id = request.path_params["id"]
    try:
        version = handler.one(settings(request), model_id)
        fault = None
    except NoModelError as error:
        raise NotFoundError(str(error)) from None
    except InvalidModelError as error:
        version, fault = None, str(error)
    found = receipts.of_model(settings(request), model_id)
    try:
        current = handler.one(settings(request), "current")
    except (NoModelError, InvalidModelError):
        current = None
    chosen = (settings(request).right, settings(request).catch)
    shown = {"id": model_id, "version": version, "fault": fault, "current": current, "chosen": chosen}
    return page(request, "model.html.j2", **shown, **_receipt(request, found))


def receipt(request: Request) -> Response:
    """Show the receipt of a candidate that was not published."""
    found = receipts.one(settings(request), request.path_params["name"])
    return page(request, "receipt.html.j2", **_receipt(request, found))


def _receipt(request: Request, found: receipts.Found | None) -> dict[str, Any]:
    """Return what the receipt's part of a page shows."""
    known = topics(request)
    shown: dict[str, Any] = {"found": found, "deltas": deltas, "cut": CUT, "whole": request.query_params.get("all")}
    shown |= {"compared_parts": [], "summary": [], "turned": [], "kept": {}, "has_articles": _has(request, "article")}
    if found is None or found.receipt is None:
        return shown
    told = found.receipt
    claims = [claim for each in told.contradictions for claim in each.claims] + [each.claim for each in told.suspects]
    ids = {claim.id for claim in claims if claim.id}
    comparison = told.comparison
    if comparison is not None:
        ids |= {flip.id for flip in comparison.flipped if flip.id}
    kept = receipts.titles(database(request), ids)
    if comparison is not None:
        shown |= {
            "compared_parts": deltas.parts(comparison, known),
            "summary": deltas.summary(comparison, known),
            "turned": deltas.turned(comparison.flipped, kept, known),
        }
    return shown | {"kept": kept}


def _has(request: Request, name: str) -> bool:
    return any(getattr(route, "name", None) == name for route in request.app.routes)


async def activate(request: Request) -> Response:
    """Have a version serve."""
    await requests.form(request)
    model_id = request.path_params["id"]
    try:
        made = await run_in_threadpool(
            handler.activate, settings(request), engine(request), database(request), model_id
        )
    except NoModelError as error:
        raise NotFoundError(str(error)) from None
    return requests.redirect(request, "models", f"Version {made.id} serves now.")


async def rollback(request: Request) -> Response:
    """Have the version serve again that did so before."""
    await requests.form(request)
    try:
        made = await run_in_threadpool(handler.rollback, settings(request), engine(request), database(request))
    except NoModelError as error:
        raise ConflictError(str(error)) from None
    return requests.redirect(request, "models", f"Version {made.id} serves again.")


async def queue(request: Request) -> Response:
    """Queue a retraining, or deciding anew; one that is under way already is enough."""
    data = await requests.form(request)
    kind = requests.field(data, "kind")
    if kind not in KINDS:
        raise InvalidInputError("there is no such job here")
    body = {"kind": kind} | ({"force": True} if kind == "retrain" and requests.field(data, "force") == "yes" else {})
    said = await run_in_threadpool(_queue, request, body)
    return requests.redirect(request, "models", said)


def _queue(request: Request, body: dict[str, Any]) -> str:
    under = _jobs(request).get(body["kind"])
    if under is not None and under.status in UNDERWAY:
        return f"{KINDS[body['kind']]} is under way already."
    jobs.add(body, settings(request), database(request))
    return ""


async def cancel(request: Request) -> Response:
    """Cancel a job of this page."""
    data = await requests.form(request)
    said = await run_in_threadpool(_cancel, request, requests.field(data, "job"))
    return requests.redirect(request, "models", said)


def _cancel(request: Request, job_id: str) -> str:
    job = jobs.get(job_id, database(request))
    if job.kind not in KINDS:
        raise InvalidInputError("this job is not cancelled here")
    try:
        ended = jobs.cancel(job_id, database(request))
    except ConflictError:
        return f"{KINDS[job.kind]} had ended before it could be cancelled."
    return f"{KINDS[job.kind]} was cancelled." if ended.status is Status.CANCELLED else ""
