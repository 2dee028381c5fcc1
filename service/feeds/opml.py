"""Lists of feeds, as feed readers exchange them: OPML in, with outlines as deep as they come, and out."""

from collections.abc import Iterable
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from model.errors import InvalidInputError, TooLargeError
from service.feeds import entry

MAX_BYTES, MAX_OUTLINES = 10_000_000, 10_000


class Outline(NamedTuple):
    """A feed of a list: its address, and what the list calls it."""

    url: str
    title: str | None


class _Outlines:
    """Collects feeds while a document is read, so that no tree of it is ever built."""

    def __init__(self) -> None:
        self.root = ""
        self.found: dict[str, Outline] = {}
        self._seen = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an element's beginning."""
        self.root = self.root or tag.lower()
        if tag.lower() != "outline":
            return
        self._seen += 1
        if self._seen > MAX_OUTLINES:
            raise TooLargeError(f"the list has more than {MAX_OUTLINES:,} outlines")
        given = {name.lower(): value for name, value in attributes.items()}
        if url := given.get("xmlurl", "").strip():
            self.found.setdefault(url, Outline(url, entry.name(given.get("title") or given.get("text"))))

    def end(self, tag: str) -> None:
        """Take an element's end."""

    def data(self, data: str) -> None:
        """Take text."""

    def close(self) -> None:
        """Take the end of the document."""


def read(content: bytes) -> list[Outline]:
    """Return the feeds of a list, each once. Raises `InvalidInputError` for what is no OPML or not safe to read."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import XMLParser

    if len(content) > MAX_BYTES:
        raise TooLargeError(f"the list is larger than {MAX_BYTES:,} bytes")
    outlines = _Outlines()
    parser = XMLParser(target=outlines, forbid_dtd=True)
    try:
        parser.feed(content)
        parser.close()
    except ParseError as error:
        line = getattr(error, "position", (0, 0))[0]
        raise InvalidInputError(f"the list is no OPML: its XML is broken in line {line}") from None
    except DefusedXmlException:
        raise InvalidInputError("the list declares a document type or entities; such XML is not read") from None
    except (ValueError, LookupError):
        raise InvalidInputError("the list is no OPML: its encoding is not known") from None
    if outlines.root != "opml":
        raise InvalidInputError("the list is no OPML: it does not begin with <opml>")
    if not outlines.found:
        raise InvalidInputError("the list names no feed")
    return list(outlines.found.values())


def write(feeds: Iterable[Outline]) -> str:
    """Return a list of feeds as OPML 2.0."""
    lines = [
        f'<outline type="rss" text={quoteattr(one.title or one.url)} xmlUrl={quoteattr(one.url)}/>' for one in feeds
    ]
    head = '<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0"><head><title>topicdesk</title></head><body>'
    return "\n".join([head, *lines, "</body></opml>", ""])
