"""One doubtful article at a time: judged, skipped, and the last label undone."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from model.decision import Status
from model.errors import InvalidInputError, NotFoundError
from service.desk import judged, requests, session
from service.desk.doubt import doubt
from service.desk.judged import Choice
from service.desk.pages.article import address, evidence
from service.desk.rendering import page, topics
from service.handlers import judging, labels, progress
from service.handlers.labels import Waiting
from service.routes.requests import database, engine, settings

MOST = labels.MAX_ASKED
QUEUES = (Status.REVIEW, Status.ASSIGNED, Status.OUT_OF_SCOPE)


def review(request: Request) -> Response:
    """Show the article to judge next, or the one that the address names."""
    status = request.query_params.get("status") or Status.REVIEW
    return _show(request, status, request.query_params.get("article"))


async def give(request: Request) -> Response:
    """Label the article that was shown and go on to the next."""
    data = await requests.form(request)
    return await run_in_threadpool(_give, request, data)


def _give(request: Request, data: FormData) -> Response:
    name, status, choice = requests.field(data, "article"), _status(data), judged.read(data)
    try:
        label = judged.label(
            name, choice, requests.analyst(request), unsure=requests.field(data, "verdict") == "unsure"
        )
    except InvalidInputError as error:
        return _show(request, status, name, 422, choice=choice, wrong=str(error).capitalize() + ".")
    taxonomy, named = engine(request).classifier.parameters.taxonomy, topics(request)
    try:
        found = judging.give(database(request), label, requests.field(data, "seen"), taxonomy)
    except NotFoundError:
        return requests.redirect(request, "review", "That article was deleted meanwhile.", query=_query(status))
    if isinstance(found, judging.Meanwhile):
        told = judged.meanwhile(found.label, named)
        return _show(request, status, name, 409, choice=choice, wrong=told, conflict=True)
    said = judged.saved(label.labels, found.copies, named)
    response = requests.redirect(request, "review", f"{said} Undo with z.", query=_query(status))
    session.remember_labelled(response, [*session.labelled(request), (name, found.token)])
    return response


async def take_back(request: Request) -> Response:
    """Undo a label of this session and show its article again."""
    data = await requests.form(request)
    return await run_in_threadpool(_take_back, request, data)


def _take_back(request: Request, data: FormData) -> Response:
    entry, status = (requests.field(data, "article"), requests.field(data, "token")), _status(data)
    stack = session.labelled(request)
    if entry not in stack:  # sent twice, or from a page of before
        return requests.redirect(request, "review", "That was undone already.", query=_query(status))
    try:
        done = judging.take_back(database(request), *entry)
    except NotFoundError:
        done = False
    said = "Undone: judge it again." if done else "Somebody has judged or deleted it since; nothing was undone."
    query = _query(status) | ({"article": entry[0]} if done else {})
    response = requests.redirect(request, "review", said, query=query)
    session.remember_labelled(response, [one for one in stack if one != entry])
    return response


async def skip(request: Request) -> Response:
    """Leave an article for later in this session, or show all that were left."""
    data = await requests.form(request)
    name = requests.field(data, "article")
    said = "Skipped for now." if name else "What was skipped comes again."
    response = requests.redirect(request, "review", said, query=_query(_status(data)))
    session.remember_skipped(response, [*session.skipped(request), session.mark(name)] if name else [])
    return response


def _status(data: FormData) -> str:
    return requests.field(data, "status") or Status.REVIEW


def _query(status: str) -> dict[str, object]:
    return {} if status == Status.REVIEW else {"status": status}


def _show(
    request: Request, status: str, name: str | None, code: int = 200, *, choice: Choice | None = None,
    wrong: str = "", conflict: bool = False,
) -> Response:  # fmt: skip
    classifier, skipped = engine(request).classifier, set(session.skipped(request))
    queue = labels.review(classifier, database(request), status, min(len(skipped) + 1, MOST))
    left = [one for one in queue.articles if session.mark(one.id) not in skipped]
    shown = _named(request, name) if name else next(iter(left), None)
    stack = session.labelled(request)
    context = {} if shown is None else {
        "choice": choice or judged.at_first(shown), "seen": judging.token(shown.label),
        "words": doubt(shown.decision, topics(request)), "address": address(shown.url),
        **evidence(request, shown, classifier),
    }  # fmt: skip
    return page(
        request, "review.html.j2", code, status=status, statuses=QUEUES, shown=shown, waiting=queue.waiting,
        skipped=bool(queue.articles) and not left, wrong=wrong, conflict=conflict, last=stack[-1] if stack else None,
        given=len(stack), towards=progress.look(database(request), settings(request), classifier.model_id), **context,
    )  # fmt: skip


def _named(request: Request, name: str) -> Waiting | None:
    """Return an article by its id, whether it waits or not; None where it is kept no longer."""
    try:
        return judging.one(database(request), name)
    except NotFoundError:
        return None
