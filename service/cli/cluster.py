"""topicdesk cluster"""

import time
from pathlib import Path
from typing import Annotated

import typer

from model.errors import UsageError
from service.cli import console

Input = Annotated[Path, typer.Argument(metavar="INPUT", help="Articles: .jsonl, .csv, .parquet, also .gz")]
Output = Annotated[Path, typer.Argument(metavar="OUTPUT", help="The same rows with stories; any of those formats.")]
Online = Annotated[bool, typer.Option("--online", help="Place articles in the order of the file, as a feed would.")]
Themes = Annotated[
    bool,
    typer.Option("--themes", help="Divide each topic's stories into themes too: theme, theme_label, map_x, map_y."),
]
Topic = Annotated[str | None, typer.Option("--topic", metavar="ID", help="Only this topic's themes.")]


def cluster(  # noqa: PLR0917  # the options of the command
    source: Input,
    target: Output,
    online: Online = False,
    themes: Themes = False,
    topic: Topic = None,
    as_json: console.AsJson = False,
) -> None:
    """Draw the articles of a file into stories: adds story, story_label and duplicate_of to every row."""
    if topic is not None and not themes:
        raise UsageError("--topic goes with --themes")
    from service.stories import background, files
    from service.stories.theming import Theming

    begin = time.monotonic()
    frequencies = background.frequencies(console.load_classifier, console.say)
    divided = Theming(frequencies, console.load_classifier, topic, console.say) if themes else None
    with console.stoppable(), console.progress("articles") as progress:
        summary = files.cluster(source, target, frequencies, progress, online=online, themes=divided)
    seconds = time.monotonic() - begin
    console.say(
        f"{summary.seen} rows: {summary.articles} articles, {summary.independent} independent texts, "
        f"{summary.articles - summary.independent} copies; {len(summary.stories)} stories, {summary.single} of them of "
        f"one article; {summary.failed} failed; {seconds:.1f} s"
    )
    if summary.undated:
        console.say(f"  {summary.undated} have a `published` that is no ISO 8601 date: placed as without a date")
    console.say_errors(summary.first_errors, summary.failed)
    if divided is not None:
        console.say(f"  {len(divided.themes)} themes")
    if as_json:
        told = {} if divided is None else {"themes": divided.themes}
        console.print_json({"stories": summary.stories, **told})
    if summary.failed:
        raise typer.Exit(1)
