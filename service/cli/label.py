"""topicdesk label"""

import time
from pathlib import Path
from typing import Annotated

import typer

from service.cli import console

Input = Annotated[Path, typer.Argument(metavar="INPUT", help="Articles: .jsonl, .csv, .parquet, also .gz")]
Output = Annotated[Path, typer.Argument(metavar="OUTPUT", help="The same rows with decisions; any of those formats.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Threads that label; the output is the same. Default: one a core.")
]
Resume = Annotated[
    bool, typer.Option("--resume/--no-resume", help="Go on where the same run was cut short, or start over.")
]


def label(source: Input, target: Output, workers: Workers = None, resume: Resume = True) -> None:
    """Label every article of a file, in order; a row that cannot be read is reported and the rest labelled.

    Cut short, the same command goes on from there.
    """
    from service import batch

    begin = time.monotonic()
    with console.stoppable(), console.share("articles") as progress:
        summary = batch.label(
            source, target, console.load_classifier(), progress, workers=workers, resume=resume, tell=console.say
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
