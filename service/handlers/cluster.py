"""Draw the articles of one request into stories; nothing is kept."""

from collections.abc import Sequence

import msgspec

from model.article import Article
from model.errors import InvalidInputError, TooLargeError
from service.engine import Engine
from service.handlers import classify
from service.settings import Settings
from service.stories.story import Clustered


class Wanted(msgspec.Struct):
    """Articles to draw into stories; one without an id is known by its place, from 0 on."""

    articles: list[Article]


def cluster(data: bytes, engine: Engine, settings: Settings) -> Clustered:
    """Draw the articles in a piece of JSON into stories.

    Raises `InvalidInputError` naming the place of an article that is not valid, `TooLargeError` past a limit.
    """
    articles = classify.decode(data, Wanted).articles
    if len(articles) > settings.max_batch:
        raise TooLargeError(f"{len(articles)} articles in one request; the most is {settings.max_batch}")
    for n, article in enumerate(articles):
        try:
            classify.check_length(article, settings)
        except TooLargeError as error:
            raise TooLargeError(f"`articles[{n}]`: {error}") from None
    names = _names(articles)
    from service.stories import background, grouping

    drawn = grouping.at_once(articles, background.frequencies(lambda: engine.classifier))
    return Clustered([drawn.told(group, names) for group in drawn.groups])


def _names(articles: Sequence[Article]) -> list[str]:
    """Return each article's id, or its place as text. Raises `InvalidInputError` where two are the same."""
    places: dict[str, int] = {}
    for n, article in enumerate(articles):
        before = places.setdefault(article.id or str(n), n)
        if before != n:
            raise InvalidInputError(
                f"`articles[{before}]` and `articles[{n}]` have the same id (one without an id is known by its place)"
            )
    return list(places)
