"""Templates to pages, with what every page shows."""

import hashlib
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from model.errors import ModelError
from model.taxonomy import Topic
from service.access.gate import CALLER
from service.desk import formats, requests
from service.desk.navigation import shown
from service.problems import Problem
from service.routes.requests import engine

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent


@cache
def environment() -> "Environment":
    """Return the templates; whatever is put into one is escaped, and a name it misses is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters.update(formats.FILTERS)
    return made


@cache
def version(name: str) -> str:
    """Return what tells one version of a static file from another."""
    return hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]


def page(request: Request, template: str, status: int = 200, /, **context: Any) -> Response:
    """Return a page. Templates find `link`, `static`, `topics` (by id), `here`, `analyst`, `said` and the context."""
    text = environment().get_template(template).render(_shared(request) | context)
    response = HTMLResponse(text, status)
    if requests.SAID in request.cookies:
        response.delete_cookie(requests.SAID, httponly=True, samesite="strict")
    return response


def problem(request: Request, found: Problem) -> Response:
    """Return a page that says what went wrong and where to go on."""
    return page(request, "problem.html.j2", found.status, problem=found)


def topics(request: Request) -> dict[str, Topic]:
    """Return the topics of the model that serves, none where there is no model."""
    try:
        return {topic.id: topic for topic in engine(request).classifier.parameters.taxonomy.topics}
    except ModelError:
        return {}


def _shared(request: Request) -> dict[str, Any]:
    link = partial(requests.link, request)
    return {
        "link": link,
        "static": lambda name: link("static", path=name) + "?v=" + version(name),
        "here": request.url.path.removeprefix(request.scope.get("root_path", "")),
        "caller": request.scope.get(CALLER),
        "with_keys": request.app.state.keyring is not None,
        "navigation": shown(request),
        "topics": topics(request),
        "model_id": engine(request).model_id,
        "analyst": requests.analyst(request),
        "said": requests.said(request),
    }
