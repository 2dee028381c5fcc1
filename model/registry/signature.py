"""Who may publish: a version is used only when its manifest is signed by a key that this installation trusts.

By default that is a secret key file (HMAC-SHA256, RFC 2104), made when the first version is published: who can read it
can sign. Where the server must not be able to sign, it gets an ed25519 public key (RFC 8032) and trainers the private
one.
"""

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Protocol

from model.errors import FileError, InvalidModelError
from model.files import open_regular, read_exactly, write_once

KEY_BYTES = 32
MAX_KEY_FILE = 10_000


class Signer(Protocol):
    """A kind of signature with its key."""

    name: str

    def sign(self, data: bytes) -> bytes:
        """Return a signature. Raises `FileError` where the key cannot be had."""

    def verify(self, data: bytes, signature: bytes) -> None:
        """Raise `InvalidModelError` unless the signature is the key's, and `FileError` where the key cannot be read."""


class KeyFile:
    """HMAC-SHA256 with a secret in a file."""

    name = "hmac-sha256"

    def __init__(self, path: Path) -> None:
        self.path = path

    def sign(self, data: bytes) -> bytes:
        """Return a signature, with a new key where there is none yet."""
        try:
            if not self.path.exists():
                write_once(self.path, f"{secrets.token_hex(KEY_BYTES)}\n".encode())
            for left in self.path.parent.glob(f".{self.path.name}.*"):  # by a crash
                left.unlink(missing_ok=True)
        except OSError as error:
            raise FileError(f"cannot write the key {self.path}: {error.strerror}") from error
        return hmac.digest(self._key(), data, hashlib.sha256)

    def verify(self, data: bytes, signature: bytes) -> None:
        """Check in constant time."""
        if not hmac.compare_digest(hmac.digest(self._key(), data, hashlib.sha256), signature):
            raise InvalidModelError(f"its signature was not made with the key {self.path}: it was published elsewhere")

    def _key(self) -> bytes:
        text = read_secret(self.path)
        try:
            key = bytes.fromhex(text.decode())
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise FileError(f"the key {self.path} is damaged; without it, versions have to be trained again")
        return key


def read_secret(path: Path) -> bytes:
    """Return the content of a secret key's file. Raises `FileError`, also where others may read it."""
    try:
        with open_regular(path) as (descriptor, facts):
            if facts.st_mode & 0o077:
                raise FileError(f"others may read or change the key {path}; `chmod 600 {path}` forbids it")
            return read_exactly(descriptor, MAX_KEY_FILE)
    except FileNotFoundError:
        raise InvalidModelError(f"the key that model versions are signed with is missing ({path})") from None
    except OSError as error:
        raise FileError(f"cannot read the key {path}: {error.strerror}") from error
