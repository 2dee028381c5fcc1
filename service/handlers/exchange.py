"""Labelled articles in and out of files."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from model.article import Article, plain
from model.classifier import Classifier
from model.errors import FileError, InvalidInputError, NoModelError, TopicdeskError
from model.taxonomy import Taxonomy
from service import outputs
from service.handlers import articles, coverage, labels
from service.settings import Settings
from service.store import articles as store
from service.store import coverage as ledger
from service.store import labels as judgements
from service.store import records
from service.store.columns import now
from service.stories.follower import Follower
from training import dataset, tables

CHUNK = 200
FIELDS = ("id", "title", "text", "url", "source", "published")
COLUMNS = (*FIELDS, "labels", "verdict", "by", "at", "note")
MOST_ERRORS_SHOWN = 5


class Summary(msgspec.Struct):
    """What became of the rows of a file; `older` are labels that were given before the ones that are kept."""

    seen: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    failed: int = 0
    first_errors: list[str] = []

    def fail(self, number: int, error: TopicdeskError) -> None:
        """Count a row that was not right."""
        self.failed += 1
        if len(self.first_errors) < MOST_ERRORS_SHOWN:
            self.first_errors.append(f"row {number}: {error}")


class _Row(msgspec.Struct, frozen=True):
    number: int
    article: Article
    judgement: judgements.Judgement
    dated: bool


def read(source: Path, by: str, settings: Settings, progress: Callable[[int], None]) -> Summary:
    """Keep the labelled articles of a file with their labels, a few hundred at a time.

    `by` is who labelled where a row does not say. An article that is kept already gets the label; one without a model
    to classify it is kept without a decision. Raises `FileError` or `InvalidInputError` for a file of another kind.
    """
    if not source.is_file():
        raise FileError(f"there is no file {source}")
    try:
        classifier: Classifier | None = settings.classifier()
    except NoModelError:
        classifier = None
    taxonomy = Taxonomy.read(dataset.TOPICS) if classifier is None else classifier.parameters.taxonomy
    escaped = tables.suffix(source) == ".csv"
    database, summary = settings.database(), Summary()
    stories = settings.stories(database)
    with database.read():  # a database that is away is told before the file is read
        pass
    for chunk in _chunks(tables.read(source)):
        good: list[_Row] = []
        failed: list[ledger.Outcome] = []
        for row in chunk:
            summary.seen += 1
            try:
                good.append(_checked(row, by, taxonomy, settings, escaped=escaped))
            except TopicdeskError as error:
                summary.fail(row.number, error)
                failed.append((coverage.named(row.values.get("source")), error.code))
        _keep(good, failed, classifier, stories, settings, summary)
        progress(summary.seen)
    return summary


def _chunks(rows: Iterator[tables.Row]) -> Iterator[list[tables.Row]]:
    chunk: list[tables.Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _checked(row: tables.Row, by: str, taxonomy: Taxonomy, settings: Settings, *, escaped: bool) -> _Row:
    if row.error is not None:
        raise InvalidInputError(row.error)
    values = {name: value for name, value in row.values.items() if name in COLUMNS and value not in (None, "")}
    if escaped:
        values = {name: outputs.without_inert(value) for name, value in values.items()}
    if "labels" in row.values and row.values["labels"] is not None:
        values["labels"] = tables.split_labels(row.values["labels"])
    given = {name: values.get(name) for name in FIELDS}
    if isinstance(given["published"], date):  # a datetime is one
        given["published"] = given["published"].isoformat()
    given["text"] = values.get("text", "" if given["title"] else None)
    article = articles.check(Article.from_row(given), settings)
    verdict = values.get("verdict", "correct")
    wanted = {"article": "", "by": by, "labels": values.get("labels"), "verdict": verdict}
    wanted |= {name: values[name] for name in ("by", "note") if name in values}
    if verdict == "unsure":
        wanted["labels"] = None
    try:
        request = msgspec.convert(wanted, labels.LabelRequest)
        at = store.moment(str(values["at"])) if "at" in values else None
    except msgspec.ValidationError as error:
        raise InvalidInputError(plain(error)) from None
    except (ValueError, OverflowError):
        raise InvalidInputError("`at` is not an ISO 8601 date") from None
    return _Row(row.number, article, labels.check(request, taxonomy, None, at or now()), dated=at is not None)


def _keep(  # noqa: PLR0917
    rows: Sequence[_Row],
    failed: Sequence[ledger.Outcome],
    classifier: Classifier | None,
    stories: Follower,
    settings: Settings,
    summary: Summary,
) -> None:
    hashes = [store.content_hash(row.article.title, row.article.text) for row in rows]
    with stories.database.read() as connection:
        known = store.find(connection, hashes)
    news = [
        articles.prepare(row.article, digest, None if digest in known else classifier, settings)
        for row, digest in zip(rows, hashes, strict=True)
    ]
    with stories.write(None if classifier is None else classifier.parameters) as writing:
        connection = writing.connection
        if classifier is not None:
            news = articles.complete(connection, news, classifier, settings)
        places = store.add(connection, news)
        ledger.note(connection, news, places, failed)
        writing.place(store.created(news, places))
        given = judgements.read(connection, [place.seq for place in places if isinstance(place, store.Place)])
        for row, place in zip(rows, places, strict=True):
            if isinstance(place, TopicdeskError):
                summary.fail(row.number, place)
                continue
            before = given.get(place.seq)
            if before is not None and _same(before, row.judgement):
                summary.unchanged += 1
            elif before is not None and row.dated and row.judgement.at < before.at:
                summary.older += 1
            else:
                judgements.give(connection, place.seq, row.judgement)
                given[place.seq] = row.judgement
                summary.added += before is None
                summary.changed += before is not None


def _same(one: judgements.Judgement, other: judgements.Judgement) -> bool:
    ours, theirs = ((each.verdict, sorted(each.labels or ()), each.by, each.note) for each in (one, other))
    return ours == theirs


def write(target: Path, form: str | None, settings: Settings) -> int:
    """Write all labelled articles whose texts are kept to a file, whole or not at all; returns how many.

    `form` is jsonl or csv, None for what the file's name says. Raises `InvalidInputError` or `FileError`.
    """
    kind = f".{form}" if form is not None else tables.suffix(target)
    if kind not in (".jsonl", ".csv"):
        raise InvalidInputError("labels are written as jsonl or csv")
    count = 0
    with (
        settings.database().read() as connection,
        outputs.replacing(target) as raw,
        outputs.packed(raw, target) as send,
    ):
        if kind == ".csv":
            sheet = csv.writer(outputs.Lines(send))
            sheet.writerow(COLUMNS)
        for record in judgements.labelled(connection):
            if record.text is None:  # only its words are kept: nothing to train on or to import
                continue
            count += 1
            line = row(record)
            if kind == ".csv":
                line["labels"] = None if line["labels"] is None else "|".join(line["labels"])
                sheet.writerow([outputs.inert(line[name]) for name in COLUMNS])
            else:
                send(msgspec.json.encode(line) + b"\n")
    return count


def row(record: records.Whole) -> dict[str, Any]:
    """Return a labelled article as a line of a file."""
    assert record.label is not None
    fields = {name: getattr(record, name) for name in FIELDS}
    return fields | {name: getattr(record.label, name) for name in ("labels", "verdict", "by", "at", "note")}
