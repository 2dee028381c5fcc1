"""topicdesk backup"""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import console


def backup(target: Annotated[Path, typer.Argument(metavar="FILE", help="A new .tar file.")]) -> None:
    """Write articles, labels and models to one file; the service may run meanwhile."""
    from service import settings
    from service.store import backup as store

    store.write(settings.get().database(), target)
    console.say(f"wrote {target} ({target.stat().st_size / 1e6:.1f} MB)")
