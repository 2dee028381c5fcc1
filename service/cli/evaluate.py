"""topicdesk evaluate"""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import console


def evaluate(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Labelled articles.")],
    model: Annotated[str, typer.Option("--model", metavar="ID", help="A model version.")] = "current",
    as_json: console.AsJson = False,
) -> None:
    """Measure a model on labelled articles."""
    from training import dataset
    from training import evaluate as evaluation

    classifier = console.load_classifier(model)
    articles = dataset.read([data], classifier.parameters.taxonomy)
    figures = evaluation.evaluate(classifier, articles)
    if as_json:
        console.print_json(figures)
        return
    overall = ("articles", *(name for name in figures.__struct_fields__ if isinstance(getattr(figures, name), float)))
    console.print_table(["figure", ""], [(name.replace("_", " "), _show(getattr(figures, name))) for name in overall])
    columns = ["topic", *(name.replace("_", " ") for name in evaluation.TopicFigures.__struct_fields__)]
    rows = [(topic, *map(_show, _values(figure))) for topic, figure in figures.per_topic.items()]
    console.print_table(columns, rows)


def _values(figures: "object") -> list[float]:
    return [getattr(figures, name) for name in getattr(figures, "__struct_fields__", ())]


def _show(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"
