"""An entry of a feed, in whatever form it came, and the article that it becomes."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from model.article import Article
from service.handlers.articles import MAX_SOURCE, MAX_TITLE, MAX_URL
from service.intake import html

FIRST_DATE, AHEAD = datetime(1970, 1, 2, tzinfo=UTC), timedelta(days=1)
_MARKUP = re.compile(r"<[a-zA-Z!/]|&#?\w+;")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry: `key` tells it from others of its feed, at every poll the same.

    `published` is what the feed says, read as a moment where that can be done.
    """

    key: str
    title: str
    text: str
    url: str | None
    published: datetime | None


@dataclass(kw_only=True)
class Parsed:
    """What a feed says; `faults` in words are what was wrong with it and did not keep it from being read."""

    title: str | None
    entries: list[Entry]
    faults: list[str] = field(default_factory=list)


def key(*parts: str | None) -> str:
    """Return what tells an entry from others: a digest of the first part that says something."""
    said = next((part for part in parts if part and part.strip()), "")
    return hashlib.sha256(said.strip().encode(errors="surrogatepass")).hexdigest()[:32]


def article_id(feed_url: str, entry_key: str) -> str:
    """Return an article's id: of its feed, so that no two feeds' entries collide, and the same at every poll."""
    return f"feed-{hashlib.sha256(feed_url.encode()).hexdigest()[:10]}-{entry_key}"


def to_article(entry: Entry, feed_url: str, source: str) -> Article:
    """Return the article that an entry is kept as."""
    return Article(
        id=article_id(feed_url, entry.key),
        title=entry.title[:MAX_TITLE] or None,
        text=entry.text,
        url=entry.url,
        published=None if entry.published is None else entry.published.isoformat(),
        source=source,
    )


def plain(value: str, *, markup: bool = True) -> str:
    """Return a value's words; where it is `markup`, as a browser shows them, a paragraph a line."""
    if markup and _MARKUP.search(value):
        value = html.text(value)
    lines = (" ".join(line.split()) for line in clean(value).splitlines())
    return "\n".join(line for line in lines if line)


def one_line(value: str, *, markup: bool = True) -> str:
    """Return a value's words on a line."""
    return " ".join(plain(value, markup=markup).split())


def clean(value: str) -> str:
    """Return a text without control characters and halves of characters."""
    whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(char if char in "\n\t" or unicodedata.category(char) != "Cc" else " " for char in whole)


def name(value: str | None, *, markup: bool = False) -> str | None:
    """Return a source's name as it can be kept, None for one that says nothing."""
    return one_line(value or "", markup=markup)[:MAX_SOURCE].strip() or None


def address(base: str, link: str | None) -> str | None:
    """Return where an entry leads, as an absolute http(s) URL, None where it leads nowhere."""
    if not link or not link.strip():
        return None
    try:
        found = urljoin(base, link.strip())
        parts = urlsplit(found)
    except ValueError:
        return None
    odd = len(found) > MAX_URL or any(unicodedata.category(char) in {"Cc", "Cs"} for char in found)
    return found if parts.scheme in {"http", "https"} and parts.netloc and not odd else None


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """Return a date of publication, None for one that only a machine's fault can be: of 1970, or to come."""
    try:
        found = moment.astimezone(UTC) if moment is not None else None
    except OverflowError:
        return None
    return found if found is not None and FIRST_DATE <= found <= now + AHEAD else None
