"""What a key looks like: shown once, and afterwards known only by its digest.

`td_`, an id to look it up by, and 256 random bits. A secret with so much chance in it needs no slow hash (NIST SP
800-63B, look-up secrets); HMAC-SHA256 (RFC 2104) with a secret of the installation makes a stolen database worthless.
"""

import hashlib
import hmac
import re
import secrets
from typing import NamedTuple

BYTES = 32
_FORM = re.compile(r"td_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class Token(NamedTuple):
    """A key as its owner has it."""

    id: str
    secret: str

    def __str__(self) -> str:
        return f"td_{self.id}_{self.secret}"


def make() -> Token:
    """Return a new key."""
    return Token(secrets.token_hex(6), secrets.token_urlsafe(BYTES))


def parse(text: str) -> Token | None:
    """Return the key in a text, None where it is none."""
    found = _FORM.fullmatch(text.strip())
    return Token(*found.groups()) if found else None


def digest(token: Token, pepper: bytes) -> bytes:
    """Return what is kept of a key (32 bytes)."""
    return hmac.digest(pepper, f"key:{token.id}:{token.secret}".encode(), hashlib.sha256)
