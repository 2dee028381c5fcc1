"""Which files a job may touch: those in the folder `files` of TOPICDESK_HOME, by plain names."""

import os
from pathlib import Path

from model.errors import ConflictError, InvalidInputError
from service.settings import Settings
from training import tables

MAX_NAME_BYTES = 150


def files(source: str, target: str, settings: Settings) -> tuple[Path, Path]:
    """Return the files that names of an input and an output stand for.

    Raises `InvalidInputError` for a name that leads out of the folder and where there is no such file, `ConflictError`
    where the output is there already.
    """
    folder = settings.home / "files"
    for name in (source, target):
        plain = name.isprintable() and "/" not in name and "\\" not in name and not name.startswith(".")
        if not name or not plain or len(os.fsencode(name)) > MAX_NAME_BYTES:
            raise InvalidInputError("`input` and `output` are plain names of files in the folder `files`")
        tables.suffix(Path(name))
    found, wanted = folder / source, folder / target
    if found.is_symlink() or not found.is_file():
        raise InvalidInputError("there is no such `input` in the folder `files` of TOPICDESK_HOME")
    if wanted.is_symlink() or wanted.exists():
        raise ConflictError("the `output` is there already; a job overwrites nothing")
    return found, wanted
