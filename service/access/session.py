"""A session of the desk: a cookie that names the key it was opened with, signed, and good for half a day."""

import hashlib
import hmac
import re

COOKIE = "topicdesk_session"
COOKIE_BYTES = COOKIE.encode()
SECONDS = 12 * 3600
_FORM = re.compile(r"([0-9a-f]{12})\.(\d{1,12})\.([0-9a-f]{64})")


def make(key_id: str, pepper: bytes, now: float) -> str:
    """Return the cookie of a session that begins now (seconds since 1970)."""
    return f"{key_id}.{int(now)}.{_sign(key_id, int(now), pepper)}"


def key_id(cookie: str, pepper: bytes, now: float) -> str | None:
    """Return the id of the key that a session was opened with, None where the cookie is none, or old."""
    found = _FORM.fullmatch(cookie)
    if found is None:
        return None
    name, begun, signature = found[1], int(found[2]), found[3]
    good = hmac.compare_digest(_sign(name, begun, pepper), signature)
    return name if good and now - SECONDS < begun <= now + 60 else None


def _sign(name: str, begun: int, pepper: bytes) -> str:
    return hmac.digest(pepper, f"session:{name}:{begun}".encode(), hashlib.sha256).hex()
