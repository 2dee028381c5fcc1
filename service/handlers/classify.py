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
Refused = tuple[str | None, TopicdeskError]


class _OnlyId(msgspec.Struct):
    id: str | None = None


class _Batch(msgspec.Struct):
    articles: list[Article]


class _Unread(msgspec.Struct):
    articles: list[msgspec.Raw]


class Found(Decision, frozen=True, kw_only=True):
    """An article found on a page and the decision on it."""

    title: str | None
    text: str
    start: int | None
    end: int | None


def one(article: Article, classifier: Classifier, settings: Settings, *, evidence: bool = False) -> Decision:
    """Decide on one article. Raises `TooLargeError` where its text passes the limit."""
    check_length(article, settings)
    return classifier.classify(article, evidence=evidence)


def check_length(article: Article, settings: Settings) -> None:
    """Raise `TooLargeError` where an article's text or title passes the limit."""
    if len(article.text) > settings.max_text_chars or len(article.title or "") > settings.max_text_chars:
        raise TooLargeError(f"the text is longer than {settings.max_text_chars} characters")


def batch(data: bytes, classifier: Classifier, settings: Settings) -> list[Decision | Refused]:
    """Decide on each article of a JSON batch by itself; one that is not valid gives its id and what is wrong.

    Raises `InvalidInputError` for what is no batch, `TooLargeError` for one of too many.
    """
    articles: list[Article | Refused] = []
    for read in _articles(data, settings):
        try:
            article = parse(read) if isinstance(read, msgspec.Raw) else read
            check_length(article, settings)
            articles.append(article)
        except TopicdeskError as error:
            articles.append((only_id(read) if isinstance(read, msgspec.Raw) else read.id, error))
    decisions = iter(classifier.classify_batch([article for article in articles if isinstance(article, Article)]))
    return [next(decisions) if isinstance(article, Article) else article for article in articles]


def _articles(data: bytes, settings: Settings) -> Sequence[Article] | Sequence[msgspec.Raw]:
    """Return the articles of a batch, unread where they are not all valid."""
    articles: Sequence[Article] | Sequence[msgspec.Raw]
    try:
        articles = msgspec.json.decode(data, type=_Batch).articles
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        articles = decode(data, _Unread).articles
    if len(articles) > settings.max_batch:
        raise TooLargeError(f"{len(articles)} articles in one request; the most is {settings.max_batch}")
    return articles


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
