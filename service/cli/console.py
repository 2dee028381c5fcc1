"""What the commands share: input, JSON out, tables, and a progress bar on stderr."""

import signal
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model.errors import FileError

if TYPE_CHECKING:
    from rich.progress import TaskID

    from model.classifier import Classifier

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Source = Annotated[str, typer.Argument(metavar="[FILE|-]", help="A text, HTML or page dump; - or nothing is stdin.")]


GUTTER = 2


def say(message: str) -> None:
    """Tell the user something that is not a result."""
    print(message, file=sys.stderr)


def say_errors(first: Sequence[str], failed: int) -> None:
    """Tell what was wrong with the first rows that failed, and how many more there were."""
    for error in first:
        say(f"  {error}")
    if failed > len(first):
        say(f"  ... and {failed - len(first)} more")


def read_document(name: str) -> str:
    """Return the text in a file or on stdin. Raises `FileError` or `InvalidInputError`."""
    from service.intake import document

    try:
        return document.decode(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
    except OSError as error:
        raise FileError(f"cannot read {name}: {error.strerror}") from None


def load_classifier(model_id: str = "current") -> "Classifier":
    """Return a model of the registry, ready to answer."""
    from service import settings

    return settings.get().classifier(model_id)


def clean(text: str) -> str:
    """Return a text from outside without control characters, which a terminal would obey."""
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc")


def print_json(content: object) -> None:
    """Print a result as indented JSON."""
    import msgspec

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(content)).decode() + "\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a result as a table that fits the terminal; the last column is cut where it must be."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    cells = [["" if cell is None else clean(" ".join(str(cell).split())) for cell in row] for row in rows]
    console = Console(highlight=False, markup=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, GUTTER - 1, 0, 0), pad_edge=False, show_edge=False)
    widths = [max([len(name), *(len(row[n]) for row in cells)]) for n, name in enumerate(columns)]
    # only the last column gives way where the terminal is narrow
    widths[-1] = max(min(widths[-1], console.width - sum(widths[:-1]) - GUTTER * len(widths)), len(columns[-1]))
    for name, width in zip(columns, widths, strict=True):
        table.add_column(name, no_wrap=True, overflow="ellipsis", width=width)
    for row in cells:
        table.add_row(*row)
    console.print(table)


@contextmanager
def steps() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function that shows a step's name and how much of it is done, where stderr is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, disable=not screen.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield show


@contextmanager
def progress(what: str) -> Iterator[Callable[[int], None]]:
    """Yield a function that shows how many are done, where stderr is a terminal."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    screen = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn(what), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, disable=not screen.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def share(what: str) -> Iterator[Callable[[int, float], None]]:
    """Yield a function that shows how many are done, how fast, and the share of all, where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.fields[done]:,} " + what), TextColumn("{task.fields[rate]:,.0f}/s"))
    rest = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, *rest, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0, done=0, rate=0.0)
        first: list[tuple[float, int]] = []

        def show(done: int, part: float) -> None:
            now = time.monotonic()
            first[1:] = [] if first else [(now, done)]
            begin, before = first[0]
            rate = (done - before) / (now - begin) if now > begin else 0.0
            bar.update(task, completed=part, done=done, rate=rate)

        yield show


class Stopped(BaseException):
    """A signal asked this process to stop."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Stop what goes on inside at SIGINT or SIGTERM, once, and exit as a process does that such a signal ends."""
    caught: list[int] = []

    def stop(number: int, _frame: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):  # what follows must not be interrupted
            signal.signal(each, signal.SIG_IGN)
        caught.append(number)
        raise Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except Stopped:
        raise typer.Exit(128 + caught[0]) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
