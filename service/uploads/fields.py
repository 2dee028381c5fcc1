"""From the columns of a table to the fields of an article."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from model.article import Article
from model.errors import InvalidInputError, TopicdeskError
from model.taxonomy import Taxonomy
from service import outputs
from service.handlers import articles, labels
from service.settings import Settings
from service.store.columns import now
from service.uploads.shelf import FIELDS, Plan
from training.records import Row
from training.tables import split_labels

NAMES = {
    "title": ("title", "headline", "heading", "subject"),
    "text": ("text", "body", "content", "article_text", "full_text", "fulltext", "maintext", "article", "story",
             "description", "summary"),
    "id": ("id", "article_id", "articleid", "guid", "uuid", "uid", "doc_id", "key"),
    "url": ("url", "link", "href", "web_url", "article_url", "permalink"),
    "published": ("published", "published_at", "publishedat", "pubdate", "pub_date", "publication_date",
                  "date_published", "date", "datetime", "timestamp"),
    "source": ("source", "outlet", "publisher", "publication", "newspaper", "source_name", "site", "domain"),
    "labels": ("labels", "label"),
}  # fmt: skip
NONE = "none"


class Entry(NamedTuple):
    """What became of a row: an article, with labels where it has some, or what is wrong with it."""

    file: str
    number: int
    source: str | None
    article: Article | None = None
    labels: list[str] | None = None
    error: str | None = None


def guessed(columns: Sequence[str]) -> dict[str, str]:
    """Return which column is each field, by the names that tables of news give them."""
    plain = {re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"): name for name in reversed(columns)}
    found: dict[str, str] = {}
    for field in FIELDS:
        name = next((plain[name] for name in NAMES[field] if name in plain), None)
        if name is not None:
            found[field] = name
    return found


@dataclass(frozen=True)
class Mapped:
    """Reads the rows of a table whose fields are these `columns`; `escaped` where cells may have been made inert."""

    columns: Mapping[str, str]
    plan: Plan
    taxonomy: Taxonomy
    settings: Settings
    escaped: bool

    def entry(self, name: str, row: Row) -> Entry:
        """Return the article in a row of a file, or what is wrong with it."""
        values = {field: row.values.get(column) for field, column in self.columns.items()}
        if self.escaped:
            values = {field: outputs.without_inert(value) for field, value in values.items()}
        source = values.get("source") or self.plan.source
        shown = source if isinstance(source, str) and len(source) <= articles.MAX_SOURCE else None
        try:
            if row.error is not None:
                raise InvalidInputError(row.error)
            given = {field: value for field, value in values.items() if field != "labels" and value not in (None, "")}
            given["source"] = source
            given["published"] = _moment(given.get("published"))
            given.setdefault("text", "" if given.get("title") else None)
            article = articles.check(Article.from_row(given), self.settings)
            by = self.plan.by
            judged = None if by is None else _labels(values.get("labels"), by, self.taxonomy)
        except TopicdeskError as error:
            return Entry(name, row.number, shown, error=str(error))
        return Entry(name, row.number, article.source, article, judged)


def _moment(value: Any) -> Any:
    """Return a date as ISO 8601: Parquet has dates of its own, feeds write them as e-mail does (RFC 5322)."""
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            try:
                return parsedate_to_datetime(value).isoformat()
            except (ValueError, OverflowError):
                raise InvalidInputError("`published` is no date such as 2024-03-05 or 2024-03-05T10:30") from None
    return value


def _labels(value: Any, by: str, taxonomy: Taxonomy) -> list[str] | None:
    """Return the topics that a cell names by id or label: none where it says `none`, None where it is empty."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    given = split_labels(value)
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise InvalidInputError("`labels` is no list of topics")
    ids = {topic.label.casefold(): topic.id for topic in taxonomy.topics}
    named = [ids.get(one.casefold()) or one for one in given if one.casefold() != NONE]
    if not set(named) <= set(taxonomy.ids):  # named in no answer: it is what was sent
        raise InvalidInputError(f"`labels` holds what is no topic; the topics are {', '.join(taxonomy.ids)}")
    request = labels.LabelRequest(article="", verdict="correct", labels=named, by=by)
    return labels.check(request, taxonomy, None, now()).labels
