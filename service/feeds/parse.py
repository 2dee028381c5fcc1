"""Feeds to entries: RSS and Atom of all versions through feedparser, JSON Feed on its own.

feedparser is given bytes that have been checked and never an address. A document that declares entities is refused, in
whatever encoding it hides them; a document type that only names its DTD is not, as old RSS does, and nobody fetches it.
"""

import calendar
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

from model.errors import FeedError
from service.feeds import jsonfeed
from service.feeds.entry import Entry, Parsed, address, believable, key, name, one_line, plain
from service.feeds.fetch import Fetched

MAX_ENTRIES, MAX_TAGS, MAX_BROKEN, PIECE = 10_000, 300_000, 2_000_000, 65_536
_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(x[0-9a-fA-F]{1,99}|[0-9]{1,99});?")
_ROOT = re.compile(rb"<[\w:]*(?:rss|feed|rdf|channel)\b", re.IGNORECASE)


def parse(fetched: Fetched, now: datetime) -> Parsed:
    """Return what a feed says. Raises `FeedError` for what is no feed, or none that is safe to read."""
    content = fetched.content or b""
    if not content.strip():
        raise FeedError("the server sent nothing")
    if jsonfeed.looks_so(content):
        return jsonfeed.parse(content, fetched.url, now)
    import feedparser
    from feedparser import encodings

    found: dict[str, Any] = {}
    content = encodings.convert_to_utf8({"content-type": fetched.content_type}, content, found)
    if fault := _check(content):
        content = _REFERENCE.sub(_possible, content)
    read = feedparser.parse(
        io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False,
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": fetched.url},
    )  # fmt: skip
    if not read.version and not read.entries:
        raise FeedError(_no_feed(content, fetched.url))
    told = [f"the XML is broken: {fault}; what could be read was kept"] if fault else []
    atom = str(read.version).startswith("atom")
    # as plain dicts: its own answer for one field with another
    entries = [_entry(dict(one), fetched.url, now, told, atom=atom) for one in read.entries]
    markup = _is_markup(read.feed.get("title_detail"), atom=atom)
    return Parsed(title=name(read.feed.get("title"), markup=markup), entries=entries, faults=list(dict.fromkeys(told)))


def _check(content: bytes) -> str | None:
    """Return what is wrong with the XML, if anything. Raises `FeedError` for what is not read at all."""
    if len(_ENTRY.findall(content)) > MAX_ENTRIES or content.count(b"<") > MAX_TAGS:
        raise FeedError(f"the feed has more than {MAX_ENTRIES:,} entries or {MAX_TAGS:,} tags")
    root = _ROOT.search(content)
    if _ENTITY.search(content, 0, root.start() if root else len(content)):
        raise _unsafe()
    checker = expat.ParserCreate(namespace_separator=" ")
    checker.EntityDeclHandler = _on_entity
    try:
        for start in range(0, len(content), PIECE):  # in pieces, so that other threads have their turn
            checker.Parse(content[start : start + PIECE], False)
        checker.Parse(b"", True)
    except expat.ExpatError as error:
        if len(content) > MAX_BROKEN:
            raise FeedError("the feed's XML is broken, and there is too much of it to be read nevertheless") from None
        return f"{expat.ErrorString(error.code)} in line {error.lineno}"
    return None


def _possible(found: re.Match[bytes]) -> bytes:
    """Return a reference to a character, or to the replacement character where there is none such."""
    digits = found[1].lower()
    code = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    return found[0] if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else b"&#65533;"


def _on_entity(*_declared: object) -> None:
    raise _unsafe()


def _unsafe() -> FeedError:
    return FeedError("the feed declares XML entities, which is how small documents grow without end; it is not read")


def _entry(one: Mapping[str, Any], base: str, now: datetime, told: list[str], *, atom: bool) -> Entry:
    title = one_line(one.get("title") or "", markup=_is_markup(one.get("title_detail"), atom=atom))
    contents = [plain(part.get("value") or "", markup=_is_markup(part, atom=atom)) for part in one.get("content") or ()]
    summary = plain(one.get("summary") or "", markup=_is_markup(one.get("summary_detail"), atom=atom))
    published = believable(_moment(one), now)
    if published is None and (one.get("published") or one.get("updated")):
        told.append("an entry's date makes no sense and was left out")
    link = address(base, one.get("link"))
    if link is None and one.get("link") and not one.get("guidislink"):  # an id that is no address is none of its faults
        told.append("an entry leads to no web address")
    return Entry(
        key=key(one.get("id"), one.get("link"), f"{title}\n{summary}"), title=title,
        text=max([*contents, summary], key=len), url=link, published=published,
    )  # fmt: skip


def _is_markup(detail: Mapping[str, Any] | None, *, atom: bool) -> bool:
    """Tell whether a value is HTML: RSS does not say and mostly means so; Atom says."""
    return not (atom and detail is not None and detail.get("type") == "text/plain")


def _moment(one: Mapping[str, Any]) -> datetime | None:
    """Return when an entry was published, or else last changed; one without a zone is taken as UTC."""
    for field in ("published_parsed", "updated_parsed", "created_parsed"):
        if one.get(field) is not None:
            try:
                return datetime.fromtimestamp(calendar.timegm(one[field]), UTC)
            except (ValueError, OverflowError, OSError):
                return None
    return None


def _no_feed(content: bytes, base: str) -> str:
    """Say that a page is no feed, and where its feed is if it names one."""
    import lxml.etree
    import lxml.html

    try:
        root = lxml.html.document_fromstring(content)
    except (lxml.etree.LxmlError, ValueError):
        return "what stands at this address is no feed"
    for link in root.iter("link"):
        if "alternate" in link.get("rel", "") and re.search(r"rss|atom|feed\+json", link.get("type", "")):
            to = address(base, link.get("href"))
            if to is not None:
                return f"this is a web page and no feed; it names {to} as its feed"
    return "this is a web page and no feed, and it names none" if list(root.iter("p", "a")) else "this is no feed"
