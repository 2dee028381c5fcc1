"""Rows of a file as articles that can be drawn into stories."""

from datetime import date, datetime
from typing import NamedTuple

from model.article import Article
from model.errors import InvalidInputError
from training import tables

READ = ("id", "title", "text", "published")


class Read(NamedTuple):
    """The article in a row; `undated` tells that what stands for its date is none."""

    article: Article
    undated: bool


def read(row: tables.Row) -> Read:
    """Return the article in a row. Raises `InvalidInputError` where there is none.

    A date that cannot be read is no reason to leave an article out: it is placed as one without a date.
    """
    if row.error is not None:
        raise InvalidInputError(row.error)
    values = {name: row.values.get(name) for name in READ}
    given = values["published"]
    values["published"] = published = _date(given)
    return Read(Article.from_row(values), undated=published is None and given not in (None, ""))


def _date(value: object) -> str | None:
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if not isinstance(value, str):
        return None
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return None
    return value
