"""The secret of an installation that keys and sessions are signed with."""

import secrets
from pathlib import Path

from model.errors import FileError, InvalidModelError
from model.files import write_once
from model.registry.signature import read_secret

BYTES = 32


def read(path: Path) -> bytes:
    """Return the secret in a file, which is made where there is none. Raises `FileError`."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_once(path, f"{secrets.token_hex(BYTES)}\n".encode())
        found = bytes.fromhex(read_secret(path).decode())
    except (ValueError, InvalidModelError):
        found = b""
    except OSError as error:
        raise FileError(f"cannot write the secret {path}: {error.strerror}") from error
    if len(found) != BYTES:
        raise FileError(f"the secret {path} is damaged; delete it, and create all keys anew")
    return found
