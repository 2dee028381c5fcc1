"""What is in uploaded files: a survey when they come in, the first rows for a look, all rows to keep."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec

from model.article import Article
from model.errors import TopicdeskError
from model.taxonomy import Taxonomy
from service.handlers import articles, classify
from service.intake import document
from service.intake.page import Extract
from service.settings import Settings
from service.uploads import rows, shelf
from service.uploads.fields import Entry, Mapped
from service.uploads.shelf import File, Plan, Upload
from training import tables

COUNT_SECONDS = 4.0  # of one file, after which its rows are not counted to the end


def surveyed(upload: Upload, settings: Settings) -> Upload:
    """Return an upload with what its files hold: columns, how many rows, and why one cannot be read."""
    files = []
    for file in upload.files:
        try:
            files.append(_page(file, upload, settings) if file.is_page else _table(file, upload, settings))
        except TopicdeskError as error:
            files.append(msgspec.structs.replace(file, error=str(error)))
    return msgspec.structs.replace(upload, files=files)


def _table(file: File, upload: Upload, settings: Settings) -> File:
    path = shelf.folder(settings, upload.id) / file.stored
    columns = dict.fromkeys(rows.columns(path, file.name))
    said = bool(columns)
    end, count = time.monotonic() + COUNT_SECONDS, 0
    for row in rows.read(path, file.name):
        count += 1
        if not said and row.values.keys() - columns.keys() and len(columns) < rows.MAX_COLUMNS:
            columns |= dict.fromkeys(row.values)
        if time.monotonic() > end:
            return msgspec.structs.replace(file, columns=list(columns)[: rows.MAX_COLUMNS], rows=count, more=True)
    error = None if count else "there is no row in it"
    return msgspec.structs.replace(file, columns=list(columns)[: rows.MAX_COLUMNS], rows=count, error=error)


def _page(file: File, upload: Upload, settings: Settings) -> File:
    return msgspec.structs.replace(file, rows=len(_extracts(file, upload, settings)))


def _extracts(file: File, upload: Upload, settings: Settings) -> list[Extract]:
    path = shelf.folder(settings, upload.id) / file.stored
    try:
        with path.open("rb") as content:
            data = content.read(4 * settings.max_text_chars + 4)  # longer than the longest page: told as too long
    except OSError as error:
        raise tables.explained(path.with_name(file.name), error) from None
    return classify.extract(document.decode(data), settings)


@dataclass(frozen=True)
class Reader:
    """Reads the rows of an upload by a plan, with the topics that labels may name."""

    upload: Upload
    plan: Plan
    taxonomy: Taxonomy
    settings: Settings

    def first(self, group: Sequence[File], columns: Mapping[str, str], count: int) -> list[Entry]:
        """Return the first rows of tables as they would be kept. Raises `FileError` or `InvalidInputError`."""
        return list(islice((one for file in group for one in self.table(file, columns)), count))

    def every(self) -> Iterator[Entry]:
        """Yield the rows of all files; where one cannot be read on, one more row says what is wrong."""
        groups = zip(self.upload.groups, self.plan.columns, strict=True)
        columns = {file.stored: chosen for group, chosen in groups for file in group}
        for file in self.upload.readable:
            number = 0
            try:
                for one in self.page(file) if file.is_page else self.table(file, columns[file.stored]):
                    number = one.number
                    yield one
            except TopicdeskError as error:
                yield Entry(file.name, number + 1, self.plan.source, error=str(error))

    def table(self, file: File, columns: Mapping[str, str]) -> Iterator[Entry]:
        """Yield the rows of a table. Raises `FileError` or `InvalidInputError` where it cannot be read on."""
        path = shelf.folder(self.settings, self.upload.id) / file.stored
        how = Mapped(columns, self.plan, self.taxonomy, self.settings, escaped=tables.suffix(path) == ".csv")
        return (how.entry(file.name, row) for row in rows.read(path, file.name))

    def page(self, file: File) -> Iterator[Entry]:
        """Yield the articles on a page. Raises `InvalidInputError` where there is none."""
        source = self.plan.source
        for number, found in enumerate(_extracts(file, self.upload, self.settings), 1):
            try:
                article = Article(title=found.title, text=found.text, source=source)
                yield Entry(file.name, number, source, articles.check(article, self.settings))
            except TopicdeskError as error:
                yield Entry(file.name, number, source, error=str(error))
