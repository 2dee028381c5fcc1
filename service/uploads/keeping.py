"""The job `keep`: the articles of an upload, kept a portion at a time; what fails is written to a report.

After each portion it is written down how far the job is, so that one that is cut short goes on from there. Should it be
cut short between a portion and the note of it, the portion's articles count as known the next time.
"""

import contextlib
import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from model.classifier import Classifier
from model.errors import FileError, NotFoundError, TopicdeskError
from service import outputs
from service.handlers import articles
from service.jobs.ends import Stopped
from service.settings import Settings
from service.store import labels as judgements
from service.store import records
from service.store.columns import now
from service.store.database import Database
from service.stories.follower import Follower
from service.uploads import reading, shelf
from service.uploads.fields import Entry
from service.uploads.shelf import Plan

if TYPE_CHECKING:
    from service.jobs.kinds import Advance

PORTION = 200
MOST_REPORTED, MOST_SOURCES = 100_000, 500
REPORT, STATE = "failed.csv", "state.json"


class Counts(msgspec.Struct):
    """What became of rows: `extracted` are articles, of which `kept` are new and `known` were kept before."""

    seen: int = 0
    extracted: int = 0
    kept: int = 0
    known: int = 0
    failed: int = 0

    def count(self, entry: Entry, kept: articles.Kept | TopicdeskError | None) -> None:
        """Count a row, whose article was `kept` or not, or which is no article."""
        self.seen += 1
        self.extracted += entry.article is not None
        if isinstance(kept, articles.Kept):
            self.kept += kept.created
            self.known += not kept.created
        else:
            self.failed += 1


class State(Counts):
    """How far a job is. `labelled` articles got the label of their row, `judged` had one that stays.

    `sources` counts the rows of each source, "" for those without one; `reported` is the report's size in bytes.
    """

    labelled: int = 0
    judged: int = 0
    sources: dict[str, Counts] = {}
    reported: int = 0

    def of(self, entry: Entry) -> tuple[Counts, Counts]:
        """Return the counts to which a row belongs."""
        source = entry.source or ""
        if source not in self.sources and len(self.sources) >= MOST_SOURCES:
            source = ""
        return self, self.sources.setdefault(source, Counts())


def state(settings: Settings, upload_id: str) -> State:
    """Return how far the job with an upload is."""
    return shelf.read(shelf.folder(settings, upload_id) / STATE, State) or State()


def run(upload_id: str, settings: Settings, database: Database, advance: "Advance") -> dict[str, Any]:
    """Keep the articles of an upload and delete its files; return what became of the rows."""
    upload = shelf.get(settings, upload_id)
    plan, classifier = upload.plan or Plan([]), settings.classifier()
    keeper = _Keeper(plan, classifier, settings.stories(database), settings, state(settings, upload_id))
    place, sofar = shelf.folder(settings, upload_id), keeper.sofar
    files = upload.readable
    total = None if any(file.more for file in files) else sum(file.rows for file in files)
    entries = reading.Reader(upload, plan, classifier.parameters.taxonomy, settings).every()
    try:
        with _report(place / REPORT, sofar.reported) as report:
            advance(sofar.seen, total)
            rest = islice(entries, sofar.seen, None)
            while portion := list(islice(rest, PORTION)):
                csv.writer(report).writerows(keeper.keep(portion))
                report.flush()
                sofar.reported = os.fstat(report.fileno()).st_size
                shelf.write(place / STATE, sofar)
                advance(sofar.seen, total)
    except Stopped:
        shelf.drop_files(settings, upload)
        raise
    except OSError as error:
        raise FileError(f"the report cannot be written: {error.strerror or error}") from None
    shelf.drop_files(settings, upload)
    found: dict[str, Any] = msgspec.to_builtins(sofar)
    del found["reported"]
    return {"upload": upload_id, **found}


@contextlib.contextmanager
def _report(path: Path, size: int) -> Iterator[IO[str]]:
    """Yield the report to go on with after so many bytes."""
    new = not size
    with path.open("a", encoding="utf-8", newline="") as report:
        path.chmod(0o600)
        os.truncate(report.fileno(), size)
        if new:
            csv.writer(report).writerow(["file", "row", "reason"])
        yield report


@dataclass(frozen=True)
class _Keeper:
    """Keeps rows, and counts in `sofar` what became of them."""

    plan: Plan
    classifier: Classifier
    stories: Follower
    settings: Settings
    sofar: State

    def keep(self, portion: Sequence[Entry]) -> list[list[object]]:
        """Keep some rows; return the lines of the report on those that cannot be."""
        good = [entry.article for entry in portion if entry.article is not None]
        results = iter(articles.keep(good, self.classifier, self.stories, self.settings))
        lines: list[list[object]] = []
        judged: list[tuple[str, list[str]]] = []
        for entry in portion:
            kept = None if entry.article is None else next(results)
            error = str(kept) if isinstance(kept, TopicdeskError) else entry.error
            for counts in self.sofar.of(entry):
                counts.count(entry, kept)
            if error is not None and self.sofar.failed <= MOST_REPORTED:
                lines.append([outputs.inert(entry.file), entry.number, outputs.inert(error)])
            if isinstance(kept, articles.Kept) and entry.labels is not None:
                judged.append((kept.id, entry.labels))
        if judged and self.plan.by is not None:
            self._label(judged, self.plan.by)
        return lines

    def _label(self, judged: Sequence[tuple[str, list[str]]], by: str) -> None:
        """Give articles the labels of their rows; what a person has judged here stays as it is."""
        with self.stories.database.write() as connection:
            places = list[tuple[int, list[str]]]()
            for article, topics in judged:
                with contextlib.suppress(NotFoundError):  # deleted just now
                    places.append((records.place(connection, article), topics))
            given = judgements.read(connection, [seq for seq, _ in places])
            for seq, topics in places:
                before = given.get(seq)
                if before is None:
                    given[seq] = judgements.Judgement(verdict="correct", labels=topics, by=by, at=now(), note=None)
                    judgements.give(connection, seq, given[seq])
                    self.sofar.labelled += 1
                elif before.by != by or before.labels != topics:  # else it is this job's own, of an attempt cut short
                    self.sofar.judged += 1
