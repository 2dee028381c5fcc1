"""topicdesk feeds"""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import console

app = typer.Typer(no_args_is_help=True, help="The feeds that articles come from.")

What = Annotated[str, typer.Argument(metavar="URL_OR_OPML", help="A feed's address, or a list of feeds: an OPML file.")]
Name = Annotated[str | None, typer.Option("--source", metavar="NAME", help="What to call its articles' source.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="A feed's number, as `feeds list` shows it.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Feeds' numbers; default: all not stopped.")]
Target = Annotated[Path, typer.Argument(metavar="FILE", help="An OPML file to write.")]


@app.command()
def add(what: What, source: Name = None, as_json: console.AsJson = False) -> None:
    """Add a feed, or the feeds of a list; the server polls them by and by, `feeds poll` now."""
    from service import settings
    from service.handlers import feeds

    config = settings.get()
    if not what.lower().startswith(("http:", "https:", "feed:")):
        _add_list(what, source, as_json=as_json)
        return
    found, is_new = feeds.add(config.database(), feeds.FeedRequest(what, source), config)
    if as_json:
        console.print_json(found)
        return
    console.say(f"feed {found.id} {'added' if is_new else 'was there already'}: {console.clean(found.url)}")


def _add_list(name: str, source: str | None, *, as_json: bool) -> None:
    from model.errors import FileError, UsageError
    from service import settings
    from service.handlers import feeds

    if source is not None:
        raise UsageError("--source names one feed; in a list each has its own")
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise FileError(f"cannot read {name}: {error.strerror}; a feed's address begins with http") from None
    summary = feeds.add_list(settings.get().database(), content, settings.get())
    if as_json:
        console.print_json(summary)
    else:
        console.say(f"{summary.added} feeds added, {summary.known} there already, {summary.refused} refused")
    console.say_errors([console.clean(error) for error in summary.first_errors], summary.refused)
    if summary.refused:
        raise typer.Exit(1)


@app.command("list")
def list_feeds(as_json: console.AsJson = False) -> None:
    """List the feeds and how they are."""
    from service import settings
    from service.handlers import feeds

    found = feeds.every(settings.get().database())
    if as_json:
        console.print_json(found)
        return
    rows = [
        (one.id, one.health, _ago(one.age), one.failures, one.kept, one.source or one.title, one.error or one.url)
        for one in found.feeds
    ]
    console.print_table(["feed", "health", "last success", "failures", "kept", "source", "address or fault"], rows)


@app.command()
def remove(feed: Id) -> None:
    """Remove a feed; what came from it stays."""
    from service import settings
    from service.handlers import feeds

    console.say(f"feed {feed} removed: {console.clean(feeds.remove(settings.get().database(), feed).url)}")


@app.command()
def poll(ids: Ids = None, as_json: console.AsJson = False) -> None:
    """Poll feeds now and tell what came; exit 1 if any failed."""
    from service import settings
    from service.handlers import feeds

    config = settings.get()
    classifier = config.classifier()
    found = feeds.poll_many(config.stories(config.database()), config, lambda: classifier, ids or ())
    if as_json:
        console.print_json({"feeds": found})
    else:
        rows = [(one.id, one.new, one.known, one.failed, _said(one.error, one.faults) or one.url) for one in found]
        console.print_table(["feed", "new", "known", "failed", "address or fault"], rows)
    if any(one.error or one.failed for one in found):
        raise typer.Exit(1)


@app.command()
def export(target: Target) -> None:
    """Write the feeds as an OPML list, which other feed readers and `feeds add` read."""
    from model.files import write_atomically
    from service import settings
    from service.handlers import feeds

    write_atomically(target, feeds.export(settings.get().database()).encode())
    console.say(f"wrote the feeds to {target}")


def _said(error: str | None, faults: list[str]) -> str:
    return error or "; ".join(faults)


def _ago(seconds: float | None) -> str:
    if seconds is None:
        return "never"
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return "just now"
