"""JSON Feed, versions 1 and 1.1."""

from datetime import UTC, datetime

import msgspec

from model.errors import FeedError
from service.feeds.entry import Entry, Parsed, address, believable, key, name, one_line, plain

MAX_ITEMS = 10_000


class _Item(msgspec.Struct):
    id: str | int | float | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None


class _Feed(msgspec.Struct):
    version: str
    items: list[msgspec.Raw]
    title: str | None = None


def looks_so(content: bytes) -> bool:
    """Tell whether a document begins as JSON does."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def parse(content: bytes, base: str, now: datetime) -> Parsed:
    """Return what a JSON Feed says. Raises `FeedError` for other JSON."""
    try:
        feed = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=_Feed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise FeedError("this is JSON and no JSON Feed") from None
    if "jsonfeed.org/version/" not in feed.version:
        raise FeedError("this is JSON and no JSON Feed")
    if len(feed.items) > MAX_ITEMS:
        raise FeedError(f"the feed has more than {MAX_ITEMS:,} entries")
    told: list[str] = []
    entries = []
    for raw in feed.items:
        try:
            entries.append(_entry(msgspec.json.decode(raw, type=_Item), base, now, told))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            told.append("an entry is not as JSON Feed wants it and was left out")
    return Parsed(title=name(feed.title), entries=entries, faults=list(dict.fromkeys(told)))


def _entry(item: _Item, base: str, now: datetime, told: list[str]) -> Entry:
    # plain text comes as it is meant
    texts = [plain(item.content_text or "", markup=False), plain(item.content_html or "")]
    text = max(texts, key=len) or plain(item.summary or "", markup=False)
    said = item.date_published or item.date_modified
    published = believable(_moment(said), now)
    if said and published is None:
        told.append("an entry's date makes no sense and was left out")
    identity = None if item.id is None else str(item.id)
    title = one_line(item.title or "", markup=False)
    return Entry(
        key=key(identity, item.url, item.external_url, f"{title}\n{text}"), title=title, text=text,
        url=address(base, item.url or item.external_url), published=published,
    )  # fmt: skip


def _moment(said: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(said or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
