"""Loading the demo set, and removing it."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.desk import requests
from service.desk.formats import plural
from service.handlers import demo
from service.routes.requests import database, engine, settings, stories


async def load(request: Request) -> Response:
    """Keep the demo set."""
    await requests.form(request)
    number = await run_in_threadpool(demo.load, engine(request).classifier, stories(request), settings(request))
    return requests.redirect(request, "start", f"{plural(number, 'invented article')} came in.")


async def remove(request: Request) -> Response:
    """Delete the demo set."""
    await requests.form(request)
    number = await run_in_threadpool(demo.remove, database(request))
    return requests.redirect(request, "start", f"{plural(number, 'invented article')} and their labels are gone.")
