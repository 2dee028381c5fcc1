"""Feeds: the list and how each is, adding them by address or as a list, removing them, fetching one now."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from model.errors import ConflictError, InvalidInputError
from service.desk import requests
from service.desk.formats import plural
from service.desk.rendering import page
from service.feeds.outcome import Polled
from service.handlers import feeds as handler
from service.routes.requests import database, engine, settings, stories

PAGE = 50
LAST_PAGE = 10_000


def listed(request: Request) -> Response:
    """List the feeds, those added last first, or only those that do not work."""
    return _listed(request)


def _listed(request: Request, asked: handler.FeedRequest | None = None, wrong: str = "", where: str = "") -> Response:
    """Return the list, with what was wrong with what a form sent; `where` names the form."""
    text = request.query_params.get("page", "")
    number = min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    failing = request.query_params.get("show") == "failing"
    found, every, troubled = handler.page(database(request), number, PAGE, failing=failing)
    return page(
        request, "feeds.html.j2", 422 if wrong else 200,
        found=found, every=every, troubled=troubled, failing=failing, number=number,
        more=(number + 1) * PAGE < (troubled if failing else every), asked=asked, wrong=wrong, where=where,
        polling=settings(request).feeds_every > 0,
    )  # fmt: skip


async def add(request: Request) -> Response:
    """Add a feed by its address."""
    data = await requests.form(request)
    wanted = handler.FeedRequest(requests.field(data, "url").strip(), requests.field(data, "source").strip() or None)
    try:
        found, is_new = await run_in_threadpool(handler.add, database(request), wanted, settings(request))
    except InvalidInputError as error:
        return await run_in_threadpool(_listed, request, wanted, str(error), "add")
    done = "was added; it is fetched by and by, or now if you ask for it" if is_new else "was there already"
    return requests.redirect(request, "feeds", f"{found.url} {done}.")


async def add_list(request: Request) -> Response:
    """Add the feeds of an OPML file."""
    sent = (await requests.form(request)).get("list")
    try:
        if not isinstance(sent, UploadFile) or not sent.filename:
            raise InvalidInputError("no file was chosen")
        content = await sent.read()
        summary = await run_in_threadpool(handler.add_list, database(request), content, settings(request))
    except InvalidInputError as error:
        return await run_in_threadpool(_listed, request, None, str(error), "list")
    said = f"{plural(summary.added, 'feed')} added, {summary.known} there already."
    if summary.refused:
        said += f" {summary.refused} cannot be fetched, the first: {summary.first_errors[0]}."
    return requests.redirect(request, "feeds", said)


async def remove(request: Request) -> Response:
    """Remove a feed."""
    await requests.form(request)
    found = await run_in_threadpool(handler.remove, database(request), request.path_params["id"])
    return requests.redirect(request, "feeds", f"{found.url} was removed; its articles stay.")


async def poll(request: Request) -> Response:
    """Fetch a feed now."""
    await requests.form(request)
    classifier = engine(request)
    try:
        found = await run_in_threadpool(
            handler.poll, stories(request), settings(request), lambda: classifier.classifier, request.path_params["id"]
        )
    except ConflictError as error:
        return requests.redirect(request, "feeds", f"Not fetched: {error}.")
    return requests.redirect(request, "feeds", _came(found))


def _came(found: Polled) -> str:
    if found.error is not None:
        return f"{found.url} could not be fetched: {found.error}."
    if found.unchanged:
        return f"{found.url} has nothing new."
    said = f"{plural(found.new, 'new article')} from {found.url}, {found.known} known already"
    return f"{said}, {plural(found.failed, 'entry', 'entries')} not kept." if found.failed else f"{said}."


def export(request: Request) -> Response:
    """Send all feeds as an OPML file."""
    headers = {"content-disposition": 'attachment; filename="feeds.opml"'}
    return PlainTextResponse(handler.export(database(request)), headers=headers, media_type="text/x-opml")
