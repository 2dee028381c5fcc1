"""topicdesk cluster"""

import time
from pathlib import Path
from typing import Annotated

import typer

from service.cli import console

Input = Annotated[Path, typer.Argument(metavar="INPUT", help="Articles: .jsonl, .csv, .parquet, also .gz")]
Output = Annotated[Path, typer.Argument(metavar="OUTPUT", help="The same rows with stories; any of those formats.")]
Online = Annotated[bool, typer.Option("--online", help="Place articles in the order of the file, as a feed would.")]


def cluster(source: Input, target: Output, online: Online = False, as_json: console.AsJson = False) -> None:
    """Draw the articles of a file into stories: adds story, story_label and duplicate_of to every row."""
    from service.stories import background, files

    begin = time.monotonic()
    frequencies = background.frequencies(console.load_classifier, console.say)
    with console.stoppable(), console.progress("articles") as progress:
        summary = files.cluster(source, target, frequencies, progress, online=online)
    seconds = time.monotonic() - begin
    console.say(
        f"{summary.seen} rows: {summary.articles} articles, {summary.independent} independent texts, "
        f"{summary.articles - summary.independent} copies; {len(summary.stories)} stories, {summary.single} of them of "
        f"one article; {summary.failed} failed; {seconds:.1f} s"
    )
    if summary.undated:
        console.say(f"  {summary.undated} have a `published` that is no ISO 8601 date: placed as without a date")
    console.say_errors(summary.first_errors, summary.failed)
    if as_json:
        console.print_json({"stories": summary.stories})
    if summary.failed:
        raise typer.Exit(1)
