"""HTTP for labels and for what to judge next."""

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.access.caller import current
from service.handlers import classify
from service.handlers import labels as handler
from service.routes.requests import JSON, answer, body, database, engine


async def give(request: Request) -> Response:
    """Give a kept article a label, with `group` its near duplicates too."""
    wanted = classify.decode(await body(request, JSON), handler.LabelRequest)
    caller = current()
    if caller.key is not None and wanted.by == handler.ANONYMOUS:
        wanted = msgspec.structs.replace(wanted, by=caller.name)
    taxonomy = engine(request).classifier.parameters.taxonomy
    return answer(await run_in_threadpool(handler.give, wanted, taxonomy, database(request)), 201)


def take_back(request: Request, id: str, group: bool = False) -> Response:  # noqa: A002  # its name in the path
    """Take an article's label back; its history keeps it.

    With `group` the decision is undone that the label is of: all articles that it labelled have what they had before.
    """
    if group:
        return answer(handler.take_back_group(id, database(request)))
    handler.take_back(id, database(request))
    return Response(status_code=204)


def review(request: Request, status: str = "review", limit: int = 20) -> Response:
    """Return the articles to judge next: those that teach the model most first, and of near duplicates one."""
    return answer(handler.review(engine(request).classifier, database(request), status, limit))
