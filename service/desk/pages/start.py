"""The overview, and the name that labels are signed with."""

from itertools import chain

from starlette.requests import Request
from starlette.responses import Response

from model.errors import InvalidInputError
from service.desk import requests
from service.desk.rendering import page, topics
from service.handlers import demo, story_pages
from service.handlers import overview as handler
from service.routes.requests import database


def overview(request: Request) -> Response:
    """Show what there is, what waits and what to do next."""
    seen = handler.look(database(request), topics(request))
    names = story_pages.headings(database(request), chain.from_iterable(seen.latest.values()))
    return page(request, "overview.html.j2", seen=seen, names=names, demo=demo.is_loaded(database(request)))


async def sign(request: Request) -> Response:
    """Remember the name that labels are signed with from now on."""
    name = requests.field(await requests.form(request), "name").strip()
    if not name or not name.isprintable() or len(name) > 100:
        raise InvalidInputError("a name has 1 to 100 characters and no line break")
    response = requests.redirect(request, "start", f"Labels are signed {name} from now on.")
    requests.set_analyst(response, name)
    return response
