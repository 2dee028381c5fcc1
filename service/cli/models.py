"""topicdesk models"""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import console

app = typer.Typer(no_args_is_help=True, help="The model versions that are kept.")

Id = Annotated[str, typer.Argument(metavar="ID", help="A version's id, or `current`.")]


@app.command("list")
def list_models(as_json: console.AsJson = False) -> None:
    """List the versions, oldest first."""
    from model.errors import InvalidModelError, NoModelError
    from service import settings

    registry = settings.get().registry
    manifests = registry.list()
    try:
        current = registry.current()
    except NoModelError:
        current = None
    except InvalidModelError as error:
        current = None
        console.say(str(error))
    for model_id in registry.unusable():
        console.say(f"{model_id} cannot be used; `topicdesk models verify {model_id}` says why")
    if as_json:
        console.print_json({"models": manifests, "current": current})
        return
    rows = [("*" if m.id == current else "", m.id, m.facts.articles, ", ".join(m.topics)) for m in manifests]
    console.print_table(["", "model", "articles", "topics"], rows)


@app.command()
def show(model: Id = "current", as_json: console.AsJson = False) -> None:
    """Show what one version was made from."""
    import msgspec

    from service import settings

    manifest = settings.get().registry.manifest(model)
    if as_json:
        console.print_json(manifest)
        return
    flat = msgspec.to_builtins(manifest)
    facts = flat.pop("facts")
    del flat["golden"]
    costs = facts.pop("costs")
    rows = [(name.replace("_", " "), _show(value)) for name, value in {**flat, **facts}.items()]
    console.print_table(["fact", "value"], rows)
    print()
    shares = ("precision", "assigned", "caught")
    points = [
        (*(f"{cost[name]} %" for name in ("right", "catch")), *(f"{cost[name]:.3f}" for name in shares), *_counts(cost))
        for cost in costs
    ]
    columns = ["be right", "catch", "was right", "assigned", "caught", "assigned/1000", "review/1000"]
    console.print_table(columns, points)


@app.command()
def activate(model: Id) -> None:
    """Make a version the current one, once it is found good."""
    from service import settings

    print(settings.get().registry.activate(model))


@app.command()
def rollback() -> None:
    """Make the version current again that was so before."""
    from service import settings

    print(settings.get().registry.rollback())


@app.command()
def export(model: Id, out: Annotated[Path, typer.Argument(metavar="OUT", help="A file for `joblib.load`.")]) -> None:
    """Write a version as a scikit-learn Pipeline, for notebooks; topicdesk itself never reads it."""
    import io

    import joblib

    from model import pipeline
    from model.files import write_atomically
    from service import settings

    found, parameters = settings.get().registry.load(model)
    buffer = io.BytesIO()
    joblib.dump(pipeline.build(parameters), buffer)
    write_atomically(out, buffer.getvalue())
    console.say(f"wrote model {found} to {out}; it needs topicdesk and scikit-learn, and takes articles or texts")


@app.command()
def verify(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A version's folder, a model file, an id or `current`.")],
    as_json: console.AsJson = False,
) -> None:
    """Say what is wrong with a model, or that it is good and what it is."""
    from model.registry import verdict
    from service import settings

    found = verdict.examine(settings.get().registry, path)
    if as_json:
        console.print_json(found)
        return
    print(
        f"good: model {found.id} of {found.created}, signed with {found.signed_with}, gives the scores it was "
        f"published with; {found.terms} terms, trained on {found.articles} articles about {', '.join(found.topics)}"
    )


def _counts(cost: dict[str, float]) -> tuple[float, float]:
    return cost["assigned_per_1000"], cost["review_per_1000"]


def _show(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
