"""Try a text on the model; nothing of it is kept unless that is asked for."""

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from model.errors import EmptyInputError, InvalidInputError, ModelError, TooLargeError
from service.desk import marking, requests
from service.desk.examples import EXAMPLES
from service.desk.navigation import shown
from service.desk.rendering import page
from service.handlers import trial
from service.intake import document
from service.problems import describe
from service.routes.requests import engine, settings, stories

BYTES_A_CHARACTER = 4  # at most, in UTF-8


def show(request: Request) -> Response:
    """Show where a text goes in; an example that is asked for is tried at once."""
    number = request.query_params.get("example", "")
    if number.isdecimal() and int(number[:3]) < len(EXAMPLES):
        return _tried(request, EXAMPLES[int(number[:3])].text, request.query_params.get("topic"))
    return _page(request)


async def attempt(request: Request) -> Response:
    """Show the articles in what was sent, and what is decided on them."""
    data = await requests.form(request)
    text = requests.field(data, "text").replace("\r\n", "\n")
    topic = requests.field(data, "topic") or None
    file = data.get("file")
    try:
        if isinstance(file, UploadFile) and file.filename:
            if (file.size or 0) > BYTES_A_CHARACTER * settings(request).max_text_chars:
                raise TooLargeError(f"the file is longer than {settings(request).max_text_chars} characters")
            text = document.decode(await file.read()).replace("\r\n", "\n")
    except InvalidInputError as error:
        return await run_in_threadpool(_page, request, text=text, error=error)
    finally:
        await data.close()
    return await run_in_threadpool(_tried, request, text, topic)


async def keep(request: Request) -> Response:
    """Keep the articles that were tried."""
    data = await requests.form(request)
    text = requests.field(data, "text").replace("\r\n", "\n")
    kept = await run_in_threadpool(
        trial.keep, text, engine(request).classifier, stories(request), settings(request)
    )  # fmt: skip
    parts = [
        f"{kept.new} kept" if kept.new else "",
        f"{kept.known} kept already" if kept.known else "",
        f"{len(kept.failed)} not kept: {kept.failed[0]}" if kept.failed else "",
    ]
    said = f"Articles: {'; '.join(part for part in parts if part)}."
    if "inbox" in {place.name for place in shown(request)} and not kept.failed:
        return requests.redirect(request, "inbox", said, query={"source": trial.SOURCE})
    return requests.redirect(request, "try", said)


def _tried(request: Request, text: str, topic: str | None) -> Response:
    try:
        found = trial.attempt(text, engine(request).classifier, settings(request), topic)
    except EmptyInputError:
        return _page(request, text=text, error=EmptyInputError("Paste a text first, or choose a file."))
    except (InvalidInputError, ModelError) as error:
        return _page(request, text=text, error=error)
    articles = []
    for one in found.articles:
        marked = marking.marked(one.found.title or "", one.found.text[: one.chars], one.evidence)
        articles.append((one, *map(marking.markup, marked)))
    return _page(request, text=text, articles=articles, count=found.count, topic=topic)


_EMPTY: dict[str, object] = {"text": "", "articles": [], "count": 0, "topic": None, "error": None}


def _page(request: Request, **context: object) -> Response:
    error = context.get("error")
    found = describe(error) if isinstance(error, (InvalidInputError, ModelError)) else None
    limit = settings(request).max_text_chars
    show_page = partial(page, request, "try.html.j2", found.status if found else 200)
    return show_page(**_EMPTY | context | {"error": found}, examples=EXAMPLES, limit=limit)
