"""What came in: filtered, listed, written to a file, labelled and deleted by the many."""

from collections.abc import Iterator
from itertools import chain

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from model.decision import Status
from model.errors import InvalidInputError
from service.desk import asked as asking
from service.desk import formats, judged, requests
from service.desk.asked import Asked
from service.desk.pages.article import classifier
from service.desk.rendering import page, topics
from service.handlers import bulk, exporting
from service.handlers import inbox as handler
from service.routes.requests import database, engine, stories
from service.store.listing import Filter

LIMIT = 50
MEDIA: dict[str, tuple[exporting.Form, str]] = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "jsonl": ("jsonl", "application/x-ndjson"),
}


def inbox(request: Request) -> Response:
    """List what came in by what the address asks for."""
    asked, cursor = asking.read(request.query_params), request.query_params.get("cursor") or None
    found, wrong = handler.Inbox(articles=[], next=None, stories={}, beginnings={}), ""
    try:
        found = handler.look(database(request), asking.wanted(asked), cursor, LIMIT)
    except InvalidInputError as error:
        wrong = str(error)
    return page(
        request, "inbox.html.j2", 422 if wrong else 200, asked=asked, cursor=cursor, found=found, wrong=wrong,
        statuses=list(Status), sources=handler.sources(database(request)), most=bulk.MOST,
    )  # fmt: skip


def export(request: Request) -> Response:
    """Send all that match the address's filters as a file."""
    form, media = _form(request)
    chosen = asking.wanted(asking.read(request.query_params))
    return _sent(exporting.matching(database(request), chosen, form, list(topics(request))), form, media)


async def export_chosen(request: Request) -> Response:
    """Send the articles that were chosen as a file."""
    form, media = _form(request)
    wanted = _wanted(await requests.form(request))
    known, names = database(request), list(topics(request))
    if isinstance(wanted, list):
        lines = exporting.chosen(known, wanted, form, names)
    else:
        lines = exporting.matching(known, wanted, form, names)
    return await run_in_threadpool(_sent, lines, form, media)


def _form(request: Request) -> tuple[exporting.Form, str]:
    try:
        return MEDIA[request.path_params["form"]]
    except KeyError:
        raise HTTPException(404) from None


def _sent(lines: Iterator[bytes], form: str, media: str) -> Response:
    begun = [next(lines), next(lines, b"")]  # what is wrong is told before the answer begins
    name = {"content-disposition": f'attachment; filename="articles.{form}"'}
    return StreamingResponse(chain(begun, lines), headers=name, media_type=media)


def _wanted(data: FormData) -> Filter | list[str]:
    """Return the filter, or the ids of the articles, that a form is about."""
    if data.get("all"):
        return asking.wanted(asking.read(data))
    ids = [value for value in data.getlist("article") if isinstance(value, str)]
    if not ids:
        raise InvalidInputError("no article was chosen: go back and tick some, or “all that match”")
    return ids


async def confirm(request: Request) -> Response:
    """Ask once more before many articles are labelled or deleted."""
    data = await requests.form(request)
    doing = request.path_params["doing"]
    if doing not in {"label", "delete"}:
        raise HTTPException(404)
    chosen = await run_in_threadpool(bulk.choose, database(request), _wanted(data))
    return page(
        request, f"{doing}_many.html.j2", chosen=chosen, asked=asking.read(data), most=bulk.MOST
    )  # fmt: skip


async def label(request: Request) -> Response:
    """Label the articles that were chosen."""
    data = await requests.form(request)
    ids, labels = _ids(data), [value for value in data.getlist("about") if isinstance(value, str)]
    if not labels and not data.get("none"):
        raise InvalidInputError("no topic was chosen: go back and tick topics, or “none of them”")
    if labels and data.get("none"):
        raise InvalidInputError("“none of them” goes with no topic: go back and tick either")
    done = await run_in_threadpool(
        lambda: bulk.label(
            database(request), ids, labels, requests.analyst(request), engine(request).classifier.parameters.taxonomy,
            replace=bool(data.get("replace")),
        )
    )  # fmt: skip
    said = f"{formats.plural(done.done, 'article')} labelled: {judged.said(labels, topics(request))}."
    if done.left:
        said += f" {formats.plural(done.left, 'article')} had a label and kept it."
    return _back(request, data, said, done)


async def delete(request: Request) -> Response:
    """Delete the articles that were chosen."""
    data = await requests.form(request)
    ids = _ids(data)
    done = await run_in_threadpool(_delete, request, ids)
    return _back(request, data, f"{formats.plural(done.done, 'article')} deleted.", done)


def _delete(request: Request, ids: list[str]) -> bulk.Done:
    model = classifier(request)
    if model is None:
        return bulk.delete(database(request), ids)
    rename = stories(request).likeness.rename
    return bulk.delete(database(request), ids, lambda connection, story: rename(connection, [story], model.parameters))


def _ids(data: FormData) -> list[str]:
    ids = [value for value in data.getlist("article") if isinstance(value, str)]
    if len(ids) > bulk.MOST:
        raise InvalidInputError(f"at most {bulk.MOST} articles at once")
    return ids


def _back(request: Request, data: FormData, said: str, done: bulk.Done) -> Response:
    if done.gone:
        said += f" {formats.plural(done.gone, 'article')} had been deleted before."
    asked: Asked = asking.read(data)
    return requests.redirect(request, "inbox", said, query=asked.fields)
