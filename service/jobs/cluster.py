"""The job `cluster`: a file of articles drawn into stories."""

import contextlib
import glob
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import msgspec

from service.jobs import paths
from service.settings import Settings

if TYPE_CHECKING:
    from service.jobs.kinds import Advance, Cluster

LOOK_SECONDS = 0.5


def check(params: "Cluster", settings: Settings) -> tuple[Path, Path]:
    """Return the input and output files. Raises `InvalidInputError` or `ConflictError`."""
    return paths.files(params.input, params.output, settings)


def run(params: "Cluster", settings: Settings, advance: "Advance") -> dict[str, Any]:
    """Draw the file's articles into stories, and return what became of the rows and how many stories there are."""
    from service.stories import background, files

    source, target = check(params, settings)
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.part"):  # of an attempt that was killed
        left.unlink(missing_ok=True)
    notes = list[str]()
    frequencies = background.frequencies(settings.classifier, notes.append)
    with _looking_in(advance) as progress:
        summary = files.cluster(source, target, frequencies, progress, online=params.online)
    advance(summary.seen, summary.seen)
    told = {name: getattr(summary, name) for name in summary.__struct_fields__ if name != "stories"}
    return {"stories": len(summary.stories), "notes": notes, **msgspec.to_builtins(told)}


@contextlib.contextmanager
def _looking_in(advance: "Advance") -> Iterator["_Rows"]:
    """Yield what notes how many rows are read, and ask now and then whether to go on: stories take a while to draw.

    Asking is a signal's work, so that what it raises ends the drawing wherever that is.
    """
    rows = _Rows(advance)
    before = signal.signal(signal.SIGALRM, rows.look)
    try:
        signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS, LOOK_SECONDS)
        yield rows
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class _Rows:
    """How many rows have been read."""

    def __init__(self, advance: "Advance") -> None:
        self._advance = advance
        self._count = 0

    def __call__(self, count: int) -> None:
        """Note it."""
        self._count = count

    def look(self, _number: int, _frame: FrameType | None) -> None:
        """Tell how many, and raise `Stopped` where the job should end."""
        try:
            self._advance(self._count, None)
        except BaseException:
            signal.setitimer(signal.ITIMER_REAL, 0)  # nothing may interrupt what follows
            raise
