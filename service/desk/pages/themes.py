"""Themes: what kinds of stories a topic had, with a map."""

from starlette.requests import Request
from starlette.responses import Response

from model.errors import InvalidInputError
from service.desk import asked as asking
from service.desk import themes
from service.desk.rendering import page, topics
from service.handlers import story_pages
from service.handlers import themes as handler
from service.routes.requests import database, engine


def shown(request: Request) -> Response:
    """Show the form and leave room for the map, which takes seconds; with `drawn` show the map."""
    known = topics(request)
    asked = asking.read(request.query_params)
    asked = asked._replace(topic=asked.topic or next(iter(known), ""))
    found, drawing, wrong = None, None, ""
    names: dict[str, str] = {}
    if request.query_params.get("drawn") and asked.topic:
        try:
            span = asking.wanted(asked)
            found = handler.report(database(request), engine(request).classifier, asked.topic, span.since, span.until)
            drawing = themes.draw(found)
            names = story_pages.titles(database(request), [dot.story for dot in drawing.dots])
        except InvalidInputError as error:
            wrong = str(error)
    return page(
        request, "themes.html.j2", 422 if wrong else 200,
        asked=asked, found=found, drawing=drawing, names=names, wrong=wrong, days=handler.DAYS,
    )  # fmt: skip
