"""The first that a request meets: who is it from, may it come from there, does it come too often."""

import ipaddress
import math
import re
from functools import lru_cache
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from model.errors import ForbiddenError, RateLimitedError, TopicdeskError
from service import problems
from service.access import caller as access
from service.access import session
from service.access.caller import LOCAL, Caller
from service.access.keyring import Keyring
from service.access.origin import SAFE, check_origin
from service.access.rate import Limiter

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
CALLER = "topicdesk.caller"
HEALTH = {"/livez", "/readyz", "/v2/health/live", "/v2/health/ready"}  # answered to all, whatever the database does
_WANTED = {b"authorization", b"sec-fetch-site", b"origin", b"host", b"cookie"}
_ORIGIN = (b"sec-fetch-site", b"origin", b"host")
_PORT = re.compile(r":\d+$")


class Gate:
    """Lets requests in: all of this machine's where no keys are asked for, else those with a good key or session.

    What a caller may do is for the routes to say; one without a key is let through as nobody.
    """

    def __init__(self, app: ASGIApp, keyring: Keyring | None, limiter: Limiter | None, hosts: tuple[str, ...]) -> None:
        self.app = app
        self._keyring, self._limiter = keyring, limiter
        self._hosts = frozenset((*LOOPBACK_NAMES, *hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its caller, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            caller = await self._caller(scope)
        except TopicdeskError as error:
            headers = {}
            if isinstance(error, RateLimitedError):
                headers["retry-after"] = str(max(1, math.ceil(error.seconds)))
            await problems.respond(problems.describe(error), headers)(scope, receive, send)
            return
        scope[CALLER] = caller
        await self.app(scope, receive, send)

    async def _caller(self, scope: Scope) -> Caller | None:
        # one pass over the headers, as bytes: every request pays for what is done here
        headers = {name: value for name, value in scope["headers"] if name in _WANTED}
        given = headers.get(b"authorization", b"")
        if not given and scope["method"] not in SAFE:
            check_origin(*(_text(headers.get(name)) for name in _ORIGIN))
        if self._keyring is None:
            self._check_place(scope, headers.get(b"host", b""))
            return LOCAL
        if scope["path"] in HEALTH:
            return None
        if not self._keyring.is_fresh():
            await run_in_threadpool(self._keyring.refresh)
        found = None
        if given[:7].lower() == b"bearer ":
            found = await self._keyring.by_new_token(given[7:].decode("latin-1"))
        elif session.COOKIE_BYTES in (cookies := headers.get(b"cookie", b"")):
            found = self._keyring.by_session(cookie_parser(cookies.decode("latin-1")).get(session.COOKIE, ""))
        if found is not None:
            if self._limiter is not None and (early := self._limiter.wait(found.key or "0")):
                raise RateLimitedError("this key has asked too often", early)
            access.become(found)
        return found

    def _check_place(self, scope: Scope, host: bytes) -> None:
        """Raise `ForbiddenError` where anybody could ask: at another address, or by a name that leads here.

        A page of another site can have its name lead to 127.0.0.1 and then read what it asks for (DNS rebinding).
        """
        server: Any = scope.get("server") or ("", None)
        if _is_far(server[0]):
            raise ForbiddenError("without keys the service answers on the loopback address only")
        if _name(host) not in self._hosts:
            raise ForbiddenError("the service is not known by this name; TOPICDESK_HOSTS says by which it is")


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


@lru_cache(64)
def _name(host: bytes) -> str:
    return _PORT.sub("", host.decode("latin-1")).lower()


@lru_cache(64)
def _is_far(address: str) -> bool:
    try:
        return not ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
