"""Stories: the list, one of them, and drawing them otherwise by hand."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from model.errors import InvalidInputError
from service.desk import asked as asking
from service.desk import requests, timeline
from service.desk.formats import plural
from service.desk.rendering import page
from service.handlers import redraw, story_pages
from service.handlers import stories as handler
from service.routes.requests import database, engine, stories

PAGE = 30


def listed(request: Request) -> Response:
    """List stories, those first into which something came last; what cannot be asked is told beside the form."""
    asked, cursor = asking.read(request.query_params), request.query_params.get("cursor")
    found, wrong = handler.StoryPage([], None), ""
    try:
        found = handler.page(database(request), asking.wanted(asked), cursor, PAGE)
    except InvalidInputError as error:
        wrong = str(error)
    names = story_pages.headings(database(request), found.stories)
    return page(
        request, "stories.html.j2", 422 if wrong else 200,
        asked=asked, found=found, names=names, wrong=wrong, later=bool(cursor),
    )  # fmt: skip


def one(request: Request) -> Response:
    """Show a story; a merged one leads to what it became."""
    story_id = request.path_params["id"]
    found = story_pages.one(database(request), story_id)
    if isinstance(found, handler.Moved):
        return RedirectResponse(requests.link(request, "story", id=found.id), 308)
    sought, wrong = request.query_params.get("like", "").strip(), ""
    if sought:
        try:
            near = story_pages.alike(database(request), found.story, sought)
        except InvalidInputError as error:
            near, wrong = [], str(error)
        alike = story_pages.headings(database(request), near)
    else:
        alike = found.alike
    return page(
        request, "story.html.j2", 422 if wrong else 200,
        found=found, alike=alike, bars=timeline.bars(found.story.timeline), sought=sought, wrong=wrong,
        width=timeline.WIDTH, height=timeline.HEIGHT,
    )  # fmt: skip


async def merge(request: Request) -> Response:
    """Make another story part of this one for good."""
    other = requests.field(await requests.form(request), "with")
    if not other:
        raise InvalidInputError("no story was chosen to merge with")
    parameters = engine(request).classifier.parameters
    wanted = redraw.MergeRequest(other=other)
    story = await run_in_threadpool(redraw.merge, stories(request), request.path_params["id"], wanted, parameters)
    return requests.redirect(request, "story", "The two stories are one from now on.", id=story.id)


async def split(request: Request) -> Response:
    """Take the chosen articles out of a story for good; the page of the new one follows."""
    articles = [str(value) for value in (await requests.form(request)).getlist("article")]
    if not articles:
        raise InvalidInputError("no article was chosen to split off")
    parameters = engine(request).classifier.parameters
    wanted = redraw.SplitRequest(articles=articles)
    parted = await run_in_threadpool(redraw.split, stories(request), request.path_params["id"], wanted, parameters)
    done = f"{plural(parted.new.articles, 'article')} are a story of their own from now on."
    return requests.redirect(request, "story", done, id=parted.new.id)
