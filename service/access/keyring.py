"""The keys that are good, read anew every few seconds, so that one that was revoked is soon none in every worker."""

import hmac
import threading
import time
from collections.abc import Callable
from datetime import datetime

from service.access import session, token
from service.access.caller import Caller, Scope
from service.store import keys
from service.store.columns import now
from service.store.database import Database

FRESH_SECONDS = 3.0


class Keyring:
    """Knows callers by their keys and sessions."""

    def __init__(self, database: Database, pepper: bytes, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._pepper, self._clock = database, pepper, clock
        self._lock = threading.Lock()
        self._keys: dict[str, keys.Stored] = {}
        self._until = float("-inf")
        self._used: dict[str, datetime] = {}

    @property
    def is_fresh(self) -> bool:
        """Whether what is known is new enough to go by."""
        return self._clock() < self._until

    def refresh(self) -> None:
        """Read the keys, and note those that were used. Raises `DatabaseError`."""
        with self._lock:
            if self.is_fresh:
                return
            used, self._used = self._used, {}
            with self._database.read() as connection:
                found = keys.every(connection)
            if stale := {name: at for name, at in used.items() if _is_news(found, name, at)}:
                with self._database.write() as connection:
                    keys.touch(connection, stale)
            self._keys = {key.id: key for key in found}
            self._until = self._clock() + FRESH_SECONDS

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
