"""topicdesk label"""

import functools
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model.errors import UsageError
from service.cli import console

if TYPE_CHECKING:
    from service import batch

Input = Annotated[Path, typer.Argument(metavar="INPUT", help="Articles: .jsonl, .csv, .parquet, also .gz")]
Output = Annotated[Path, typer.Argument(metavar="OUTPUT", help="The same rows with decisions; any of those formats.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Threads that label; the output is the same. Default: one a core.")
]
Scheduler = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler whose workers label: tcp://HOST:8786")
]
Resume = Annotated[
    bool, typer.Option("--resume/--no-resume", help="Go on where the same run was cut short, or start over.")
]


def label(
    source: Input, target: Output, workers: Workers = None, scheduler: Scheduler = None, resume: Resume = True
) -> None:
    """Label every article of a file, in order; a row that cannot be read is reported and the rest labelled.

    Cut short, the same command goes on from there.
    """
    from service import batch

    employ = None if scheduler is None else _cluster(scheduler, workers)
    begin = time.monotonic()
    with console.stoppable(), console.share("articles") as progress:
        summary = batch.label(
            source,
            target,
            console.load_classifier(),
            progress,
            workers=workers,
            resume=resume,
            tell=console.say,
            employ=employ,
        )
    seconds = time.monotonic() - begin
    console.say(
        f"{summary.seen} rows: {summary.assigned} assigned, {summary.review} for review, "
        f"{summary.out_of_scope} out of scope, {summary.failed} failed; "
        f"{seconds:.1f} s, {(summary.seen - summary.resumed) / seconds:,.0f} rows/s"
    )
    for error in summary.first_errors:
        console.say(f"  {error}")
    if summary.failed > len(summary.first_errors):
        console.say(f"  ... and {summary.failed - len(summary.first_errors)} more with status `error` in {target}")
    if summary.failed:
        raise typer.Exit(1)


def _cluster(address: str, workers: int | None) -> "batch.Employ":
    """Return what has chunks labelled by the workers of a Dask cluster."""
    if workers is not None:
        raise UsageError("--workers and --scheduler do not go together: the cluster has its own workers")
    try:
        from service.cluster import Cluster
    except ImportError as error:
        raise UsageError("--scheduler needs Dask: pip install 'topicdesk[dask]'") from error
    return functools.partial(Cluster, address)
