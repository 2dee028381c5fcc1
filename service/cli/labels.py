"""topicdesk labels"""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import console

app = typer.Typer(no_args_is_help=True, help="What people said articles are about.")

Source = Annotated[Path, typer.Argument(metavar="FILE", help="Labelled articles: .jsonl, .csv, .parquet, also .gz")]
Target = Annotated[Path, typer.Argument(metavar="FILE", help="A file to write: .jsonl or .csv, also .gz")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who labelled, where a row does not say.")]
Format = Annotated[str | None, typer.Option("--format", metavar="jsonl|csv", help="Default: what the name says.")]


@app.command("import")
def import_labels(source: Source, by: By = "import") -> None:
    """Keep the labelled articles of a file, with their labels; a row that is not right is reported, the rest kept."""
    from service import settings
    from service.handlers import exchange

    with console.progress("articles") as progress:
        summary = exchange.read(source, by, settings.get(), progress)
    console.say(
        f"{summary.seen} rows: {summary.added} labels added, {summary.changed} changed, "
        f"{summary.unchanged} there already, {summary.older} older than what is kept, {summary.failed} failed"
    )
    console.say_errors(summary.first_errors, summary.failed)
    if summary.failed:
        raise typer.Exit(1)


@app.command("export")
def export_labels(target: Target, form: Format = None) -> None:
    """Write all labelled articles to a file that `labels import`, `train` and `evaluate` read."""
    from service import settings
    from service.handlers import exchange

    console.say(f"wrote {exchange.write(target, form, settings.get())} labelled articles to {target}")
