"""topicdesk models"""

from typing import Annotated

import typer

from service.cli import console

app = typer.Typer(no_args_is_help=True, help="The model versions that are kept.")

Id = Annotated[str, typer.Argument(metavar="ID", help="A version's id, or `current`.")]


@app.command("list")
def list_models(as_json: console.AsJson = False) -> None:
    """List the versions, oldest first."""
    from model.errors import NoModelError
    from service import settings

    registry = settings.get().registry
    manifests = registry.list()
    try:
        current = registry.current()
    except NoModelError:
        current = None
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


def _counts(cost: dict[str, float]) -> tuple[float, float]:
    return cost["assigned_per_1000"], cost["review_per_1000"]


def _show(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
