"""A quick no where there is too much to do: what is let in is answered in time, and liveness stays quick."""

import asyncio
import time

from starlette.types import ASGIApp, Receive, Scope, Send

from service.access.gate import HEALTH
from service.problems import Problem, respond

BUSY = Problem("urn:topicdesk:problem:overloaded", "Too much to do", 503, "The service is busy; try again in a moment.")


class Overload:
    """Answers 503 while `most` requests are being answered, or the event loop has been busy for `seconds` on end.

    What the loop has been busy with is seen on uvloop, whose clock stands still while callbacks run.
    """

    def __init__(self, app: ASGIApp, most: int, seconds: float) -> None:
        self.app = app
        self.most, self.seconds = most, seconds
        self.now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in HEALTH:
            await self.app(scope, receive, send)
            return
        if self.now >= self.most or time.monotonic() - asyncio.get_running_loop().time() > self.seconds:
            await respond(BUSY, {"retry-after": "1"})(scope, receive, send)
            return
        self.now += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.now -= 1
