"""topicdesk evaluate"""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import console


def evaluate(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Labelled articles.")],
    model: Annotated[str, typer.Option("--model", metavar="ID", help="A model version.")] = "current",
    as_json: console.AsJson = False,
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE.html", help="Also write a page.")] = None,
) -> None:
    """Measure a model on labelled articles."""
    import msgspec

    from model.errors import UsageError
    from model.files import write_atomically
    from training import dataset
    from training import evaluate as evaluation
    from training import report as page

    if report is not None and report.exists() and data.exists() and report.samefile(data):
        raise UsageError("the report would overwrite the data")
    classifier = console.load_classifier(model)
    articles = dataset.read([data], classifier.parameters.taxonomy)
    outcome = evaluation.judge(classifier, articles)
    figures = evaluation.measure(outcome)
    if report is not None:
        write_atomically(report, page.render(outcome, figures, classifier, data.name).encode())
        console.say(f"wrote {report}")
    if as_json:
        console.print_json(figures)
        return
    overall = ("articles", *(name for name in figures.__struct_fields__ if isinstance(getattr(figures, name), float)))
    console.print_table(
        ["figure", "value"], [(name.replace("_", " "), _show(getattr(figures, name))) for name in overall]
    )
    columns = ["topic", "precision", "recall", "F1", "avg. precision", "support"]
    rows = [(topic, *map(_show, msgspec.structs.astuple(figure))) for topic, figure in figures.per_topic.items()]
    console.print_table(columns, rows)


def _show(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"
