"""topicdesk keys"""

from typing import Annotated

import typer

from service.cli import console

app = typer.Typer(no_args_is_help=True, help="Keys that let programs and people in.")


@app.command()
def create(
    scope: Annotated[str, typer.Option("--scope", metavar="read|label|admin", help="What the key allows.")],
    name: Annotated[
        str, typer.Option("--name", help="Whose key it is; labels and changes are signed with it.")
    ] = "key",
    days: Annotated[int | None, typer.Option("--days", metavar="N", help="Days that it is good for.")] = None,
    as_json: console.AsJson = False,
) -> None:
    """Make a key and print it: it is shown this once."""
    from service import settings
    from service.handlers import keys

    config = settings.get()
    made = keys.create(config, config.database(), scope, name, days)
    if as_json:
        console.print_json(made)
    else:
        console.say("Keep this key; it is not shown again:")
        print(made.token)


@app.command("list")
def listed(as_json: console.AsJson = False) -> None:
    """List the keys."""
    from service import settings
    from service.handlers import keys

    found = keys.every(settings.get().database())
    if as_json:
        console.print_json({"keys": found})
        return
    rows = [
        (key.id, console.clean(key.name), key.scope, f"{key.created:%Y-%m-%d}",
         "revoked" if key.revoked else f"{key.expires:%Y-%m-%d}" if key.expires else "",
         f"{key.used:%Y-%m-%d %H:%M}" if key.used else "never")
        for key in found
    ]  # fmt: skip
    console.print_table(["id", "name", "scope", "created", "ends", "last used"], rows)


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Make a key worthless."""
    from service import settings
    from service.handlers import keys

    keys.revoke(settings.get().database(), key_id)
    console.say("The key is worthless now; servers that run know it within seconds.")
