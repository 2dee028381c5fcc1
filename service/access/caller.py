"""Who a request comes from, and what they may do."""

import enum
from contextvars import ContextVar
from typing import NamedTuple

from model.errors import ForbiddenError, UnauthorizedError


class Scope(enum.IntEnum):
    """What a key allows, each including those before it: to read and classify, to keep and label, to do all."""

    READ = 1
    LABEL = 2
    ADMIN = 3


class Caller(NamedTuple):
    """Somebody who is known: by a key's id, or with None as one who needs no key."""

    name: str
    scope: Scope
    key: str | None = None


LOCAL = Caller("this machine", Scope.ADMIN)

_current: ContextVar[Caller] = ContextVar("caller", default=LOCAL)


def current() -> Caller:
    """Return whom the work that is being done is done for."""
    return _current.get()


def become(caller: Caller) -> None:
    """Let the work from here on, in this task or thread and what it starts, be done for somebody."""
    _current.set(caller)


def check(caller: Caller | None, needed: Scope) -> None:
    """Raise `UnauthorizedError` for nobody, `ForbiddenError` for one whose key does not allow so much."""
    if caller is None:
        raise UnauthorizedError("send a key that is valid as `Authorization: Bearer KEY`")
    if caller.scope < needed:
        raise ForbiddenError(f"the key allows to {caller.scope.name.lower()}; this takes {needed.name.lower()}")
