"""topicdesk label"""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import console

Input = Annotated[Path, typer.Argument(metavar="INPUT", help="Articles: .jsonl, .csv, .parquet, also .gz")]
Output = Annotated[Path, typer.Argument(metavar="OUTPUT", help="The same rows with decisions; any of those formats.")]


def label(source: Input, target: Output) -> None:
    """Label every article of a file, in order; a row that cannot be read is reported and the rest labelled."""
    from service import batch

    with console.progress("articles") as progress:
        summary = batch.label(source, target, console.load_classifier(), progress)
    console.say(
        f"{summary.seen} rows: {summary.assigned} assigned, {summary.review} for review, "
        f"{summary.out_of_scope} out of scope, {summary.failed} failed"
    )
    for error in summary.first_errors:
        console.say(f"  {error}")
    if summary.failed > len(summary.first_errors):
        console.say(f"  ... and {summary.failed - len(summary.first_errors)} more with status `error` in {target}")
    if summary.failed:
        raise typer.Exit(1)
