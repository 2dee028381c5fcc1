"""The command line: one command a module, nothing heavy imported before it is needed."""

import sys

import typer

from model.errors import TopicdeskError
from service.cli import (
    backup,
    classify,
    cluster,
    drift,
    evaluate,
    extract,
    feeds,
    keys,
    label,
    labels,
    models,
    retrain,
    serve,
    train,
)

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Classify news by topic. State lives under TOPICDESK_HOME (default: var).",
)
app.command("serve")(serve.serve)
app.command("classify")(classify.classify)
app.command("label")(label.label)
app.command("cluster")(cluster.cluster)
app.command("extract")(extract.extract)
app.command("train")(train.train)
app.command("retrain")(retrain.retrain)
app.command("evaluate")(evaluate.evaluate)
app.add_typer(models.app, name="models")
app.add_typer(labels.app, name="labels")
app.add_typer(feeds.app, name="feeds")
app.add_typer(keys.app, name="keys")
app.command("drift")(drift.drift)
app.command("backup")(backup.backup)


def main() -> None:
    """Run the command line: 0 done, 1 failed with one line on stderr, 2 wrong usage."""
    if sys.stdout is not None:
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except TopicdeskError as error:
        print(f"topicdesk: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # the reader has gone, as `| head` does; nothing more can be said on stdout
        sys.stdout = None
        sys.exit(1)
    except OSError as error:
        print(f"topicdesk: {error.strerror or error}", file=sys.stderr)
        sys.exit(1)
