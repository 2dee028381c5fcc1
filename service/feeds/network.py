"""Connections for fetching: to addresses that have been checked, and not longer than until a deadline.

A name is resolved once and the connection made to one of the very addresses that were checked, so that a name server
which answers otherwise a moment later (DNS rebinding) changes nothing. `httpcore` asks for connections here, and keeps
the name for `Host`, TLS and its certificate.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import httpcore

from model.errors import TopicdeskError
from service.feeds import addresses

CONNECT_SECONDS, READ_SECONDS, SLICE_SECONDS = 5.0, 15.0, 0.5
Resolve = Callable[[str, int], list[str]]


class StoppedError(TopicdeskError):
    """The process ends; nothing is wrong with the feed."""


class Limits(NamedTuple):
    """Until when a fetch may go on, a moment of `time.monotonic`, unless something asks it to stop."""

    deadline: float
    stop: threading.Event

    def left(self, most: float) -> float:
        """Return how many seconds there are, at most so many. Raises `httpcore.ReadTimeout` where there are none."""
        if self.stop.is_set():
            raise StoppedError("the process ends")
        seconds = min(most, self.deadline - time.monotonic())
        if seconds <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return seconds


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses that a name has. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class Checked(httpcore.NetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, resolve: Resolve, limits: Limits, *, private: bool) -> None:
        self._resolve, self._limits, self._private = resolve, limits, private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers. Raises `FeedError` for one that may not be connected to."""
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("the name is not known") from None
        last: Exception = httpcore.ConnectError("the name has no address")
        for address in addresses.check(found, private=self._private):
            try:
                plain = self._plain.connect_tcp(
                    address, port, self._limits.left(timeout or CONNECT_SECONDS), local_address, socket_options
                )
                return _Timed(plain, self._limits)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last


class _Timed(httpcore.NetworkStream):
    """A connection on which nothing goes on past the deadline, however little comes at a time."""

    def __init__(self, stream: httpcore.NetworkStream, limits: Limits) -> None:
        self._stream, self._limits = stream, limits

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what there is."""
        end = time.monotonic() + (timeout or READ_SECONDS)
        while True:  # in slices, so that a process that ends need not wait for a slow server
            try:
                return self._stream.read(max_bytes, self._limits.left(SLICE_SECONDS))
            except httpcore.ReadTimeout:
                if time.monotonic() >= end:
                    raise
                self._limits.left(SLICE_SECONDS)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        self._stream.write(buffer, self._limits.left(timeout or READ_SECONDS))

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Go on encrypted, with a certificate for the name."""
        seconds = self._limits.left(timeout or READ_SECONDS)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, seconds), self._limits)

    def get_extra_info(self, info: str) -> Any:
        """Return what is known about it."""
        return self._stream.get_extra_info(info)
