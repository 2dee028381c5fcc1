"""Fetching one feed: conditional, with redirects checked like the first address, within limits of time and size."""

import contextlib
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import NamedTuple

import httpcore
import httpx

from model.errors import FeedError, InvalidInputError, TopicdeskError
from service.feeds import addresses, body
from service.feeds.network import CONNECT_SECONDS, READ_SECONDS, Checked, Limits, Resolve, resolve
from service.store.columns import now

MAX_REDIRECTS = 5
TOTAL_SECONDS = 45.0
MOVED = {301, 302, 303, 307, 308}
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
MAX_TAG = 1000


class Fetched(NamedTuple):
    """What came: `content` is None where nothing has changed since; `url` is where it stood in the end."""

    url: str
    content: bytes | None
    content_type: str
    etag: str | None
    last_modified: str | None


class AwayError(FeedError):
    """The server did not give the feed; `gone` for good, or ask again after so many seconds if it said so."""

    def __init__(self, text: str, *, gone: bool = False, after: float | None = None) -> None:
        super().__init__(text)
        self.gone, self.after = gone, after


class Fetcher:
    """Fetches feeds, one at a time from each host."""

    def __init__(
        self, *, private: bool, most: int, seconds: float = TOTAL_SECONDS, resolve: Resolve = resolve,
        tls: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:  # fmt: skip
        self._private, self._most, self._seconds = private, most, seconds
        self._resolve, self._tls = resolve, tls or _tls
        self.stop = threading.Event()
        self._busy: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Return what a feed's server sends.

        Raises `AwayError` where it does not, `FeedError` where it may not be asked or what comes cannot be used.
        """
        deadline = time.monotonic() + self._seconds
        headers = {"User-Agent": agent(), "Accept": ACCEPT, "Accept-Encoding": body.ENCODINGS}
        known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers |= {name: value for name, value in known.items() if value}
        here = httpx.URL(url)
        for _ in range(MAX_REDIRECTS + 1):
            self._check(here)
            waited = time.monotonic()
            with self._busy[here.host]:
                deadline += time.monotonic() - waited
                found = self._ask(here, headers, Limits(deadline, self.stop))
            if isinstance(found, Fetched):
                return found
            here = found
        raise FeedError(f"the feed's address leads on more than {MAX_REDIRECTS} times")

    def _check(self, url: httpx.URL) -> None:
        try:
            addresses.check_url(url.scheme, url.host, url.port, url.userinfo, private=self._private)
        except InvalidInputError as error:
            raise FeedError(str(error)) from None

    def _ask(self, url: httpx.URL, headers: Mapping[str, str], limits: Limits) -> Fetched | httpx.URL:
        """Return what an address gives, or where it leads on."""
        network = Checked(self._resolve, limits, private=self._private)
        secure = self._tls() if url.scheme == "https" else None
        sent = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        asked = [("Host", url.netloc.decode("ascii")), ("Connection", "close"), *headers.items()]
        timeouts = {"connect": CONNECT_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS, "pool": READ_SECONDS}
        try:
            with (
                httpcore.ConnectionPool(ssl_context=secure, network_backend=network, http2=False) as pool,
                pool.stream(
                    "GET", sent, headers=asked,
                    extensions={"timeout": timeouts},
                ) as response,
            ):  # fmt: skip
                told = httpx.Headers(response.headers)
                if response.status in MOVED:
                    return _onward(url, told)
                if response.status == 304 and ("If-None-Match" in headers or "If-Modified-Since" in headers):
                    return Fetched(str(url), None, "", _tag(told, "etag"), _tag(told, "last-modified"))
                if response.status != 200:
                    raise _refused(response.status, told)
                content = body.read(response.iter_stream(), told.get("content-encoding", ""), self._most)
                kind = told.get("content-type", "")
                return Fetched(str(url), content, kind, _tag(told, "etag"), _tag(told, "last-modified"))
        except TopicdeskError:
            raise
        except httpcore.TimeoutException:
            raise AwayError("the server took too long") from None
        except httpcore.ConnectError as error:
            raise AwayError(f"the server cannot be reached: {_plain(error)}") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError, ValueError):
            raise AwayError("the connection broke, or what the server sent is no HTTP") from None


def agent() -> str:
    """Return the name under which feeds are asked for."""
    return f"topicdesk/{_version()} (feed reader)"


@cache
def _version() -> str:
    from importlib import metadata

    with contextlib.suppress(metadata.PackageNotFoundError):
        return metadata.version("topicdesk")
    return "0"


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _onward(url: httpx.URL, headers: httpx.Headers) -> httpx.URL:
    try:
        to = url.join(headers.get("location", ""))
    except (httpx.InvalidURL, ValueError):
        to = url
    if to == url or len(str(to)) > addresses.MAX_URL:
        raise FeedError("the feed's address leads on to nowhere")
    return to


def _refused(status: int, headers: httpx.Headers) -> AwayError:
    if status == 410:
        return AwayError("the feed is gone for good (410)", gone=True)
    after = _seconds(headers.get("retry-after", "")) if status in {429, 503} else None
    said = {401: "wants a password", 403: "refuses it", 404: "has no such feed", 429: "is asked too often"}
    what = said.get(status, "has a fault" if status >= 500 else "does not give the feed")
    return AwayError(f"the server {what} ({status})", after=after)


def _seconds(text: str) -> float | None:
    """Return how long a `Retry-After` asks to wait, in seconds."""
    if text.strip().isdecimal() and len(text.strip()) < 10:
        return float(text)
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        moment: datetime = parsedate_to_datetime(text)
        return max(0.0, (moment.astimezone(now().tzinfo) - now()).total_seconds())
    return None


def _tag(headers: httpx.Headers, name: str) -> str | None:
    """Return a header that is sent back at the next poll, if that can be done."""
    value: str = headers.get(name, "")
    return value if 0 < len(value) <= MAX_TAG and value.isascii() and value.isprintable() else None


def _plain(error: Exception) -> str:
    """Return why there is no connection, without what only the log of a programmer wants."""
    text = str(error)
    if "certificate" in text.lower():
        return "its certificate is not valid for its name"
    return text if text.startswith("the name") else "no connection"
