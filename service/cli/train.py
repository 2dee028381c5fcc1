"""topicdesk train"""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import console

Topics = Annotated[Path | None, typer.Option("--topics", metavar="FILE", help="Topics; default: the starter topics.")]
Data = Annotated[
    list[str] | None,
    typer.Option("--data", metavar="FILE", help="Labelled articles, instead of the starter corpus; repeat for more. "
                 "The word `starter` names the starter corpus."),
]  # fmt: skip

FIGURES = (
    "macro_f1",
    "mean_average_precision",
    "out_of_scope_auroc",
    "assigned_precision",
    "in_scope_recall",
    "expected_calibration_error",
)
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the cross-validation's splits.")]


def train(topics: Topics = None, data: Data = None, seed: Seed = 0) -> None:
    """Train a model on labelled articles and make it the current one.

    About 15 % of the articles are held out, the same ones each time, so that later models can be compared with it.
    """
    from model.classifier import Classifier
    from model.taxonomy import Taxonomy
    from service import settings
    from training import dataset, holdout
    from training import evaluate as evaluation
    from training import train as training

    taxonomy = Taxonomy.read(topics or dataset.TOPICS)
    articles = dataset.read(dataset.paths(data or ["starter"]), taxonomy)
    fit_on, held_out = holdout.prepare(articles)
    console.say(f"training on {len(fit_on.articles)} articles, holding out {len(held_out.articles)}")
    if not held_out.articles:
        console.say("too few articles to hold any out: no later model can be compared with this one")
    with console.steps() as progress:
        model = training.train(fit_on, seed, progress)
    model_id = settings.get().registry.publish(model)
    _say(model.facts.cross_validation, "cross-validated on the training articles")
    if held_out.articles:
        figures = evaluation.measure(evaluation.judge(Classifier(model, model_id), held_out))
        _say({name: getattr(figures, name) for name in FIGURES}, "on the articles held out")
    print(model_id)


def _say(figures: dict[str, float], where: str) -> None:
    for name, value in figures.items():
        console.say(f"  {name.replace('_', ' ')}: {value:.3f} ({where})")
