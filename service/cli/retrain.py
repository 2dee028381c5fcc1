"""topicdesk retrain"""

from typing import Annotated

import typer

from service.cli import console
from service.cli.train import Data, Seed, Topics

Force = Annotated[bool, typer.Option("--force", help="Publish even what the gate refuses; the receipt records it.")]
Renamed = Annotated[
    list[str] | None, typer.Option("--renamed", metavar="OLD=NEW", help="A topic of the current model has a new name.")
]
Removed = Annotated[
    list[str] | None, typer.Option("--removed", metavar="TOPIC", help="A topic of the current model is no more.")
]


def retrain(  # noqa: PLR0917  # the command's options
    force: Force = False,
    topics: Topics = None,
    data: Data = None,
    seed: Seed = 0,
    renamed: Renamed = None,
    removed: Removed = None,
    as_json: console.AsJson = False,
) -> None:
    """Train on the corpus and the kept labels, and publish the model if it is no worse than the current one."""
    from model.errors import UsageError
    from service import settings
    from service.handlers import retrain as handler
    from training import receipt_text

    pairs = [text.partition("=") for text in renamed or ()]
    if not all(old and new for old, _, new in pairs):
        raise UsageError("--renamed takes OLD=NEW")
    choice = handler.Choice(
        topics=topics,
        data=data or ["starter"],
        seed=seed,
        force=force,
        renamed={old: new for old, _, new in pairs},
        removed=removed or [],
    )
    with console.steps() as progress:
        ended = handler.retrain(choice, settings.get(), progress)
    if as_json:
        console.print_json({"model": ended.model, "path": ended.path, "receipt": ended.receipt})
    else:
        print(console.clean("\n".join(receipt_text.lines(ended.receipt))))
    console.say(f"the receipt is {ended.path}")
    if ended.model is None:
        raise typer.Exit(1)
    console.say(f"model {ended.model} serves")
