"""The pages that every page leads to."""

from typing import NamedTuple

from starlette.requests import Request


class Place(NamedTuple):
    """A page by its route's name, what it is called, and the key that leads there after `g`."""

    name: str
    title: str
    key: str


PLACES = [
    Place("start", "Overview", "o"),
    Place("inbox", "Inbox", "i"),
    Place("review", "Review", "r"),
    Place("stories", "Stories", "s"),
    Place("themes", "Themes", "t"),
    Place("try", "Try it", "y"),
    Place("upload", "Upload", "u"),
    Place("feeds", "Feeds", "f"),
    Place("models", "Models", "m"),
    Place("news", "Health of the news", "h"),
]


def shown(request: Request) -> list[Place]:
    """Return the places that this desk has."""
    there = {getattr(route, "name", None) for route in request.app.routes}
    return [place for place in PLACES if place.name in there]
