"""The web application: routes, errors and what they share."""

import os
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from model.errors import TopicdeskError
from service import problems, routes, settings
from service.access import secret
from service.access.gate import Gate
from service.access.keyring import Keyring
from service.access.rate import Limiter
from service.background import running
from service.desk import app as desk
from service.engine import Engine
from service.feeds.timer import Timer
from service.handlers.metrics import Metrics
from service.handlers.news import News
from service.jobs.supervisor import Supervisor
from service.routes import home
from service.routes.direct import Direct, Guarded
from service.server.overload import Overload
from service.stories.backlog import Backlog
from service.stories.tidier import Tidier


def create(config: settings.Settings | None = None) -> FastAPI:
    """Return the application; the command `serve` and the tests make theirs here."""
    config = config or settings.get()
    database, engine = config.database(), Engine(config)
    stories, news = config.stories(database), News(database)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        backlog = Backlog(stories, engine, database, config.story_days)
        tidier = Tidier(stories, engine, database, backlog, config.story_tidy_seconds)
        async with (
            running(engine.follow()),
            running(Supervisor(config, database).run()),
            running(tidier.run()),
            running(Timer(config, stories, engine).run()),
        ):
            yield
        await to_thread(news.close)
        database.close()

    app = FastAPI(
        title="topicdesk", version="1", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False,
        lifespan=lifespan,
    )  # fmt: skip
    app.state.settings = config
    app.state.engine = engine
    app.state.database = database
    app.state.stories = stories
    app.state.batches = CapacityLimiter(1)
    app.state.scoring = CapacityLimiter(os.cpu_count() or 1)
    app.state.metrics = Metrics(database)
    app.state.news = news
    for path, method, endpoint, needs, extra in routes.ROUTES:
        kind = Direct if endpoint in routes.DIRECT else Guarded
        app.router.add_api_route(
            path, endpoint, methods=[method], openapi_extra=extra, response_model=None, route_class_override=kind
        )
        app.router.routes[-1].needs = needs  # type: ignore[attr-defined]
    app.mount(home.DESK, desk.create(app.state), name="desk")
    for path in ("/", home.DESK):
        app.add_route(path, home.home)
    app.add_exception_handler(TopicdeskError, problems.on_expected)
    app.add_exception_handler(HTTPException, problems.on_http)
    app.add_exception_handler(RequestValidationError, problems.on_parameter)
    keyring = Keyring(database, secret.read(config.secret_file)) if config.keys else None
    limiter = Limiter(config.home / "rates", config.rate, config.burst) if config.keys and config.rate else None
    app.state.keyring = keyring
    app.add_middleware(Gate, keyring=keyring, limiter=limiter, hosts=config.hosts)
    app.add_middleware(Overload, most=config.max_requests, seconds=config.max_busy_seconds)
    app.add_middleware(problems.CatchBugs)
    app.openapi = lambda: routes.openapi.document(app)  # type: ignore[method-assign]
    return app
