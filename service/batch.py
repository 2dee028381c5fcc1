"""Label a file of articles: rows in, the same rows with decisions out, in the same order."""

import contextlib
import dataclasses
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from model.classifier import Classifier
from model.errors import InvalidInputError, TopicdeskError
from service import outputs
from service.labelling import chunks, encoders, identity, layout, parquet, partial, pipeline, places
from service.labelling.chunks import Chunk
from service.labelling.journal import Header
from service.labelling.partial import Partial
from service.labelling.work import Piece, Work

Progress = Callable[[int, float], None]
Tell = Callable[[str], None]
Employ = Callable[[Work], pipeline.Executor]


class Summary(msgspec.Struct, frozen=True):
    """What became of the rows of a file; `resumed` of them were labelled by a run that was cut short."""

    seen: int
    assigned: int
    review: int
    out_of_scope: int
    failed: int
    first_errors: list[str]
    resumed: int = 0


def label(
    source: Path,
    target: Path,
    classifier: Classifier,
    progress: Progress = lambda _rows, _share: None,
    *,
    workers: int | None = None,
    resume: bool = True,
    tell: Tell = lambda _line: None,
    employ: Employ | None = None,
) -> Summary:
    """Label the rows of `source` into `target`, whose formats their names tell.

    A row that is no article gets status `error` and the others go on. `target` appears when it is whole; what a run
    that was cut short has finished stays beside it, and the same run goes on from there unless `resume` is false. The
    output is the same to the byte for any number of `workers`, by default one a core, and wherever `employ` has them.
    Calls `progress` with the rows done and the share of the input, and `tell` with what a user should know.
    Raises `FileError` or `InvalidInputError` for a file that cannot be used at all.
    """
    outputs.check(source, target)
    with partial.opened(target.resolve()) as done:  # a link stays a link
        try:
            return _Run(source, classifier, done, tell).label(progress, workers, employ, resume=resume)
        except InvalidInputError:
            if done.ours:
                done.discard()  # there is no going on in such a file
            raise
        except BaseException as error:
            if kept := _keep(done):
                if isinstance(error, TopicdeskError):
                    raise type(error)(f"{error} ({kept})") from error
                tell(kept)
            raise


@dataclasses.dataclass
class _Run:
    source: Path
    classifier: Classifier
    done: Partial
    tell: Tell

    def label(self, progress: Progress, workers: int | None, employ: Employ | None, *, resume: bool) -> Summary:
        done, found = self.done, identity.of_input(self.source)
        work = Work(self.classifier, self._prepare(found, resume=resume))
        resumed, head = done.state.rows, encoders.head(work.layout)

        def write(chunk: Chunk, piece: Piece) -> None:
            with places.told(done.target):
                done.write(piece, head, chunk.end)
            progress(done.state.rows, chunk.share)

        with (
            chunks.opened_at(self.source, done.state.position) as rest,
            employ(work) if employ else pipeline.Threads(work, workers or pipeline.cores()) as executor,
        ):
            pipeline.run(rest, executor, write)
        if identity.of_input(self.source) != found:
            raise InvalidInputError(f"{self.source} was changed while it was read")
        with places.told(done.target):
            done.save()
            ending = b"" if done.sizes else head
            if work.layout.kind == ".parquet":
                ending = parquet.ending(done.part, done.sizes, work.layout)
            done.finish(ending)
        counts = Counter(done.state.statuses)
        return Summary(
            seen=done.state.rows,
            assigned=counts["assigned"],
            review=counts["review"],
            out_of_scope=counts["out_of_scope"],
            failed=counts["error"],
            first_errors=done.state.errors,
            resumed=resumed,
        )

    def _prepare(self, found: list[Any], *, resume: bool) -> layout.Layout:
        """Go back to where the same run was cut short, or start over; returns the layout of the output."""
        done, run = self.done, identity.run(found, self.done.target, self.classifier)
        left = done.left() if resume else None
        if left is not None and left.run != run:
            other = identity.differences(run, left.run)
            self.tell(f"an earlier run was cut short, but with another {other}: starting over")
            left = None
        elif left is not None and not done.resume():
            left = None
        added = outputs.flat_columns(self.classifier.parameters.taxonomy.ids)
        columns = layout.inferred(self.source, done.target) if left is None else left.columns
        planned = layout.plan(self.source, done.target, added, columns)
        if left is not None:
            self.tell(f"resuming after {done.state.rows} rows")
            return planned
        with places.told(done.target):
            done.begin(Header(run, columns))
        return planned


def discard(target: Path) -> None:
    """Remove what a run that was cut short has left. Raises `FileError` where it goes on elsewhere."""
    with partial.opened(target.resolve()) as left:
        left.discard()


def _keep(done: Partial) -> str | None:
    """Keep what a run that was cut short has finished, and say so."""
    if not done.ours:
        return None
    with contextlib.suppress(OSError):  # on a disk that takes no more, that of a second ago is kept
        done.save()
    if not done.state.rows:
        done.discard()
        return None
    return f"{done.state.rows} rows are finished: the same command goes on from there"
