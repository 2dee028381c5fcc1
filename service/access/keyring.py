"""The keys that are good, read anew every few seconds, so that one that was revoked is soon none in every worker."""

import contextlib
import hmac
import threading
import time
from collections.abc import Callable
from datetime import datetime

from anyio import to_thread

from model.errors import DatabaseError
from service.access import session, token
from service.access.caller import Caller, Scope
from service.store import keys
from service.store.columns import now
from service.store.database import Database

FRESH_SECONDS = 3.0
UNKNOWN_SECONDS = 0.5  # a key that is not known may be new; but those who guess must not keep the database busy


class Keyring:
    """Knows callers by their keys and sessions."""

    def __init__(self, database: Database, pepper: bytes, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._pepper, self._clock = database, pepper, clock
        self._lock = threading.Lock()
        self._keys: dict[str, keys.Stored] = {}
        self._read = float("-inf")
        self._used: dict[str, datetime] = {}

    def is_fresh(self, seconds: float | None = None) -> bool:
        """Return whether what is known was read within so many seconds, by default those that do for known keys."""
        return self._clock() < self._read + (FRESH_SECONDS if seconds is None else seconds)

    def refresh(self, seconds: float | None = None) -> None:
        """Read the keys, unless that was done within so many seconds, and note those used. Raises `DatabaseError`."""
        with self._lock:
            if self.is_fresh(seconds):
                return
            with self._database.read() as connection:
                found = keys.every(connection)
            self._keys = {key.id: key for key in found}
            self._read = self._clock()
            self._note(found)

    def _note(self, found: list[keys.Stored]) -> None:
        used, self._used = self._used, {}
        if stale := {name: at for name, at in used.items() if _is_news(found, name, at)}:
            with (
                contextlib.suppress(DatabaseError),
                self._database.write() as connection,
            ):  # refuse nobody for it
                keys.touch(connection, stale)

    async def by_new_token(self, text: str) -> Caller | None:
        """Return whose key a text is, even one made a moment ago, None where it is no good key."""
        given = token.parse(text)
        if given is not None and given.id not in self._keys and not self.is_fresh(UNKNOWN_SECONDS):
            await to_thread.run_sync(self.refresh, UNKNOWN_SECONDS)
        return self.by_token(text)

    def by_token(self, text: str) -> Caller | None:
        """Return whose key a text is, None where it is no good key."""
        given = token.parse(text)
        key = None if given is None else self._keys.get(given.id)
        if given is None or key is None or not hmac.compare_digest(token.digest(given, self._pepper), key.digest):
            return None
        return self._good(key)

    def by_session(self, cookie: str) -> Caller | None:
        """Return who opened a session of the desk, None where there is none, or its key is good no more."""
        name = session.key_id(cookie, self._pepper, time.time())
        key = None if name is None else self._keys.get(name)
        return None if key is None else self._good(key)

    def open_session(self, caller: Caller) -> str:
        """Return the cookie of a new session."""
        return session.make(caller.key or "", self._pepper, time.time())

    def _good(self, key: keys.Stored) -> Caller | None:
        at = now()
        if key.revoked is not None or (key.expires is not None and key.expires <= at):
            return None
        self._used[key.id] = at
        return Caller(key.name, Scope[key.scope.upper()], key.id)


def _is_news(found: list[keys.Stored], name: str, at: datetime) -> bool:
    """Return whether a use is another minute than the one that is noted."""
    noted = next((key.used for key in found if key.id == name), None)
    return noted is None or (at - noted).total_seconds() >= 60
