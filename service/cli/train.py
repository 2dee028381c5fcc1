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

Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the cross-validation's splits.")]


def train(topics: Topics = None, data: Data = None, seed: Seed = 0) -> None:
    """Train a model on labelled articles and make it the current one."""
    from model.taxonomy import Taxonomy
    from service import settings
    from training import dataset
    from training import train as training

    taxonomy = Taxonomy.read(topics or dataset.TOPICS)
    paths = [dataset.STARTER if name == "starter" else Path(name) for name in data or ["starter"]]
    articles = dataset.read(paths, taxonomy)
    console.say(f"training on {len(articles.articles)} articles")
    model = training.train(articles, seed)
    model_id = settings.get().registry.publish(model)
    for name, value in model.facts.cross_validation.items():
        console.say(f"  {name.replace('_', ' ')}: {value:.3f} (cross-validated on the training articles)")
    print(model_id)
