"""Classify articles, one or a batch, and the articles on a page."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from model.article import Article, plain
from model.classifier import Classifier
from model.decision import Decision
from model.errors import InvalidInputError, TooLargeError, TopicdeskError
from service.intake import document
from service.intake.page import Extract
from service.settings import Settings

T = TypeVar("T")


class _OnlyId(msgspec.Struct):
    id: str | None = None


class Found(Decision, frozen=True, kw_only=True):
    """An article found on a page and the decision on it."""

    title: str | None
    text: str
    start: int | None
    end: int | None


def one(article: Article, classifier: Classifier, settings: Settings, *, evidence: bool = False) -> Decision:
    """Decide on one article. Raises `TooLargeError` where its text passes the limit."""
    if len(article.text) > settings.max_text_chars or len(article.title or "") > settings.max_text_chars:
        raise TooLargeError(f"the text is longer than {settings.max_text_chars} characters")
    return classifier.classify(article, evidence=evidence)


def batch(
    articles: Sequence[msgspec.Raw], classifier: Classifier, settings: Settings
) -> list[Decision | tuple[str | None, TopicdeskError]]:
    """Decide on each article by itself; one that is not valid gives its id, if it has one, and what is wrong."""
    if len(articles) > settings.max_batch:
        raise TooLargeError(f"{len(articles)} articles in one request; the most is {settings.max_batch}")
    results: list[Decision | tuple[str | None, TopicdeskError]] = []
    for raw in articles:
        try:
            article = parse(raw)
            results.append(one(article, classifier, settings))
        except TopicdeskError as error:
            results.append((only_id(raw), error))
    return results


def parse(data: bytes | msgspec.Raw) -> Article:
    """Return the article in a piece of JSON. Raises `InvalidInputError`, which never repeats the input."""
    return decode(data, Article)


def decode(data: bytes | msgspec.Raw, shape: type[T]) -> T:
    """Return JSON as an object of a shape. Raises `InvalidInputError`, which never repeats the input."""
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        raise InvalidInputError(plain(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInputError(f"not valid JSON: {error}") from None


def only_id(raw: msgspec.Raw) -> str | None:
    """Return the id of an article that is not valid, where it has one."""
    try:
        return msgspec.json.decode(raw, type=_OnlyId).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def extract(text: str, settings: Settings) -> list[Extract]:
    """Find the articles in a text, an HTML document or a page dump. Raises `TooLargeError` past the limit."""
    if len(text) > settings.max_text_chars:
        raise TooLargeError(f"the page is longer than {settings.max_text_chars} characters")
    return document.extract(text)


def page(text: str, classifier: Classifier, *, evidence: bool = False) -> list[Found]:
    """Decide on every article found in a text, an HTML document or a page dump."""
    found = []
    for part in document.extract(text):
        decision = classifier.classify(Article(title=part.title, text=part.text), evidence=evidence)
        found.append(Found(**msgspec.structs.asdict(part), **msgspec.structs.asdict(decision)))
    return found
