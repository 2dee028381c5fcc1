"""A file of articles drawn into stories: rows in, the same rows with their stories out, in the same order."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import msgspec

from model.article import Article
from model.errors import InvalidInputError
from model.stories.frequencies import Frequencies
from service import outputs
from service.labelling import chunks, encoders, identity, layout, parquet
from service.labelling.chunks import Position
from service.labelling.work import MOST_ERRORS_SHOWN
from service.stories import grouping, rows
from service.stories.grouping import Grouping
from service.stories.story import DrawnStory
from service.stories.theming import Cells, Theming
from training import tables

ADDED = ("story", "story_label", "duplicate_of", "error")
WITH_THEMES = (*ADDED[:-1], "theme", "theme_label", "map_x", "map_y", "error")


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file: `single` are stories of one article, `undated` articles whose date cannot be read."""

    seen: int
    articles: int
    independent: int
    single: int
    failed: int
    undated: int
    first_errors: list[str]
    stories: list[DrawnStory]


def cluster(
    source: Path,
    target: Path,
    frequencies: Frequencies,
    progress: Callable[[int], None] = lambda _rows: None,
    *,
    online: bool = False,
    themes: Theming | None = None,
) -> Summary:
    """Draw the articles of `source` into stories, and write its rows with them to `target`, whole or not at all.

    A row that is no article gets an `error` and the others go on. `online` places them in the order of the file.
    `frequencies` is the background, which learns. With `themes` the stories are divided as well. Raises `FileError` or
    `InvalidInputError` for a file that cannot be used at all.
    """
    outputs.check(source, target)
    found = identity.of_input(source)
    with outputs.replacing(target) as raw:
        added = ADDED if themes is None else WITH_THEMES
        run = _Run(source, layout.plan(source, target, added, layout.inferred(source, target)), themes)
        draw = grouping.one_by_one if online else grouping.at_once
        drawn = draw(run.read(progress), frequencies)
        run.divide(drawn)
        run.write(raw, drawn)
        if identity.of_input(source) != found:
            raise run.changed()
    return run.summary(drawn)


@dataclass
class _Run:
    """The file is read twice, first for the articles and then for the rows, so that no whole table is ever held."""

    source: Path
    layout: layout.Layout
    themes: Theming | None = None
    cells: list[Cells] = field(default_factory=list)  # of the articles, where there are themes
    names: list[str] = field(default_factory=list)  # of the articles, in order
    errors: dict[int, str] = field(default_factory=dict)  # by the number of the row
    seen: int = 0
    undated: int = 0

    def read(self, progress: Callable[[int], None]) -> Iterator[Article]:
        """Yield the articles of the file."""
        for some, _ in self._chunks((*rows.READ, "labels")):
            for row in some:
                self.seen += 1
                try:
                    one = rows.read(row)
                except InvalidInputError as error:
                    self.errors[row.number] = f"row {row.number}: {error}"
                    continue
                self.names.append(one.article.id or str(row.number))
                self.undated += one.undated
                if self.themes is not None:
                    self.themes.add(one.article, row.values.get("labels"))
                yield one.article
            progress(self.seen)

    def divide(self, drawn: Grouping) -> None:
        """Divide the stories into themes, where those are wanted."""
        if self.themes is not None:
            self.cells = self.themes.draw(drawn, self.names)

    def write(self, raw: IO[bytes], drawn: Grouping) -> None:
        """Write the rows with their stories."""
        with ExitStack() as stack:
            if self.layout.kind == ".parquet":
                to = stack.enter_context(parquet.writer(raw, parquet.schema(self.layout)))
            else:
                raw.write(encoders.head(self.layout))
            place = 0
            for some, content in self._chunks(None):
                cells = []
                for row in some:
                    error = self.errors.get(row.number)
                    nothing = (None,) * (len(self.layout.added) - 1)
                    cells.append((*nothing, error) if error else self._cells(place, drawn))
                    place += not error
                columns = list(zip(*cells, strict=True)) or [()] * len(self.layout.added)
                if self.layout.kind == ".parquet":
                    to.write_table(parquet.table(some, content, columns, self.layout))
                elif some:
                    raw.write(encoders.pack(self._encoded(some, columns), self.layout))

    def _encoded(self, some: list[tables.Row], columns: list[tuple[Any, ...]]) -> bytes:
        if self.layout.kind == ".csv":
            return encoders.csv_lines(some, columns, self.layout)
        added = self.layout.added
        results = (dict(zip(added, cells, strict=True)) for cells in zip(*columns, strict=True))
        return encoders.jsonl(some, ({k: v for k, v in r.items() if v or k != "error"} for r in results), added)

    def _cells(self, place: int, drawn: Grouping) -> tuple[object, ...]:
        if place >= len(self.names):
            raise self.changed()
        group, original = drawn.groups[drawn.of[place]], drawn.original[place]
        of_theme = self.cells[place] if self.cells else ()
        return group.id, group.label, None if original == place else self.names[original], *of_theme, None

    def _chunks(self, wanted: tuple[str, ...] | None) -> Iterator[tuple[list[tables.Row], Any]]:
        with chunks.opened_at(self.source, Position()) as found:
            for chunk in found:
                yield chunks.parsed(self.source, chunk, self.layout.header, wanted), chunk.content

    def changed(self) -> InvalidInputError:
        """Return what is wrong with a file that was not the same when it was read again."""
        return InvalidInputError(f"{self.source} was changed while it was read")

    def summary(self, drawn: Grouping) -> Summary:
        """Say what became of the file."""
        return Summary(
            seen=self.seen,
            articles=len(self.names),
            independent=sum(n == original for n, original in enumerate(drawn.original)),
            single=sum(len(group.places) == 1 for group in drawn.groups),
            failed=len(self.errors),
            undated=self.undated,
            first_errors=list(self.errors.values())[:MOST_ERRORS_SHOWN],
            stories=[drawn.told(group, self.names) for group in drawn.groups],
        )
