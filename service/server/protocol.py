"""uvicorn's protocol with deadlines: a client that is slow to ask or to listen does not hold a connection for ever.

One timer a connection looks now and then whether a moment has passed, so that quick requests cost no timers.
"""

import asyncio
import enum
from typing import Any

import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from service import settings
from service.problems import MEDIA_TYPE, Problem


class _Phase(enum.Enum):
    HEAD = "the head of a request is to come, or coming"
    BODY = "its body is coming"
    ANSWER = "the answer is being made"


class Deadlines(HttpToolsProtocol):
    """Closes connections of clients that take longer than allowed, and refuses those that are too many."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._limits = settings.get()
        self._phase = _Phase.HEAD
        self._due: float | None = None  # when the phase has to be over
        self._drained: float | None = None  # when the client has to have taken what is sent
        self._timer: asyncio.TimerHandle | None = None
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let a client in, if there is room."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.max_connections:
            self._refuse(503, "Service Unavailable", "There are too many connections.", b"retry-after: 1\r\n")
        else:
            self._expect(_Phase.HEAD, self._limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; each piece of a body buys the time that it takes at the slowest rate allowed."""
        if self.transport.is_closing():
            return
        if self._phase is _Phase.BODY and self._due is not None:
            self._due += len(data) / self._limits.min_bytes_per_second
        super().data_received(data)
        if self._phase is _Phase.HEAD:
            self._head += len(data)
            if self._head > self._limits.max_head_bytes:
                self._refuse(431, "Request Header Fields Too Large", "The head of the request is too large.")

    def on_message_begin(self) -> None:
        """Begin to wait for a head."""
        super().on_message_begin()
        self._head = 0
        self._expect(_Phase.HEAD, self._limits.head_seconds)

    def on_headers_complete(self) -> None:
        """Begin to wait for a body."""
        super().on_headers_complete()
        self._expect(_Phase.BODY, self._limits.body_seconds)

    def on_message_complete(self) -> None:
        """Wait for nothing any more."""
        super().on_message_complete()
        self._phase, self._due = _Phase.ANSWER, None

    def pause_writing(self) -> None:
        """Begin to wait for the client to take what is sent."""
        super().pause_writing()
        self._drained = self.loop.time() + self._limits.send_seconds
        self._watch(self._drained)

    def resume_writing(self) -> None:
        """Stop waiting for it."""
        super().resume_writing()
        self._drained = None

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        self._refuse(400, "Bad Request", msg)

    def _expect(self, phase: _Phase, seconds: float) -> None:
        self._phase, self._due = phase, self.loop.time() + seconds
        self._watch(self._due)

    def _watch(self, moment: float) -> None:
        if self._timer is None:
            self._timer = self.loop.call_at(moment, self._look)

    def _look(self) -> None:
        self._timer = None
        now = self.loop.time()
        if self.transport.is_closing():
            self._due = None  # nothing more is read, but what is written may still have to be taken
        if self._drained is not None and self._drained <= now:
            self.transport.abort()
        elif self._due is not None and self._due <= now:
            self._late()
        elif left := [moment for moment in (self._due, self._drained) if moment is not None]:
            self._watch(min(left))

    def _late(self) -> None:
        if self._phase is _Phase.BODY and self.cycle is not None and self.cycle.response_started:
            self.transport.abort()  # the answer has begun and cannot be another one
        else:
            self._refuse(408, "Request Timeout", "The request took too long to arrive.")

    def _refuse(self, status: int, title: str, detail: str, *headers: bytes) -> None:
        body = msgspec.json.encode(Problem("about:blank", title, status, detail))
        head = [STATUS_LINE[status], b"content-type: %b\r\n" % MEDIA_TYPE.encode(), *headers]
        head.append(b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body))
        self.transport.write(b"".join([*head, body]))
        self.transport.close()
