"""`CURRENT`, which names the version that serves and those that served before it.

The id of the version that serves is the first line, what served before it follows, newest first, each once. It is one
file, replaced in one step, so that a crash can never leave the current version and its history at odds.
"""

import re
from pathlib import Path

from model.errors import FileError, InvalidModelError, NoModelError
from model.files import read_regular, write_atomically

NAME = "CURRENT"
ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}")
MAX_BYTES = 1_000_000

Ids = list[str]


def read(root: Path) -> Ids:
    """Return the ids, the one that serves first. Raises `NoModelError` before the first, `InvalidModelError`."""
    try:
        lines = read_regular(root / NAME, MAX_BYTES).decode("ascii", "replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        raise NoModelError(f"there is no model in {root} yet; `topicdesk train` makes one") from None
    except OSError as error:
        raise FileError(f"cannot read {root / NAME}: {error.strerror}") from error
    if not lines or not all(map(ID.fullmatch, lines)):
        raise InvalidModelError(f"{root / NAME} is damaged; `topicdesk models activate ID` mends it")
    return lines


def write(root: Path, ids: Ids) -> None:
    """Replace the ids. Raises `FileError`."""
    write_atomically(root / NAME, "".join(f"{model_id}\n" for model_id in ids).encode())
