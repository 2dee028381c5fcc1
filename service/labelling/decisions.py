"""Decisions on rows."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from model.article import Article
from model.classifier import Classifier
from model.decision import Decision
from model.errors import InvalidInputError
from training import tables

READ = ("id", "title", "text")
AT_ONCE = 250

Halted = Callable[[], bool]


class Refused(NamedTuple):
    """What is wrong with a row that is no article."""

    id: str | None
    error: str


class Halt(Exception):  # noqa: N818
    """The run has been stopped; what this chunk would be is not wanted any more."""


def decide(rows: Sequence[tables.Row], classifier: Classifier, halted: Halted) -> list[Decision | Refused]:
    """Return the decision on each row, or what is wrong with it. Raises `Halt` soon after the run was stopped."""
    read = [_article(row) for row in rows]
    articles = [article for article in read if isinstance(article, Article)]
    decided: list[Decision] = []
    for start in range(0, len(articles), AT_ONCE):
        if halted():
            raise Halt
        decided += classifier.classify_batch(articles[start : start + AT_ONCE])
    if len(decided) == len(read):
        return [*decided]
    rest = iter(decided)
    return [one if isinstance(one, Refused) else next(rest) for one in read]


def _article(row: tables.Row) -> Article | Refused:
    number, values, error = row
    text, given, title = values.get("text"), values.get("id"), values.get("title")
    if error is None and type(text) is str and _plain(given) and _plain(title):  # nearly all of them
        return Article(id=given or None, title=title or None, text=text)
    try:
        if error is not None:
            raise InvalidInputError(error)
        return Article.from_row({name: values.get(name) for name in READ})
    except InvalidInputError as wrong:
        return Refused(None if given is None else str(given), f"row {number}: {wrong}")


def _plain(value: object) -> bool:
    return value is None or type(value) is str
