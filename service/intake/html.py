"""Articles out of HTML: the page's rendered lines go the way of a copied page, a single article through trafilatura."""

import re
from typing import TYPE_CHECKING

import msgspec

from model.errors import EmptyInputError
from service.intake import page
from service.intake.page import Extract

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_OPENING = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body|main|article|section|header|div|h[1-6]|p|table|ul|ol|title|meta|a|b|span)\b",
    re.IGNORECASE,
)
_UNSEEN = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "nav",
    "footer",
    "form",
    "button",
    "iframe",
    "head",
    "select",
}
_BLOCK = {
    *("address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main"),
    *("ol", "p", "pre", "section", "summary", "table", "td", "th", "time", "tr", "ul"),
}


def looks_like_html(text: str) -> bool:
    """Tell whether a document begins as HTML does."""
    head = text[:4096]
    while (head := head.lstrip()).startswith("<!--") and "-->" in head:
        head = head[head.index("-->") + 3 :]
    return _OPENING.match(head) is not None


def extract(document: str) -> list[Extract]:
    """Return the articles on an HTML page. Raises `EmptyInputError` where it shows no text."""
    import lxml.etree
    import lxml.html

    try:
        root = lxml.html.document_fromstring(
            document.encode(), parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
        )
    except lxml.etree.LxmlError:
        raise EmptyInputError("there is no text on the page") from None
    elements = [element for element in root.iter("article") if not any(True for _ in element.iterancestors("article"))]
    if len(whole := page.without_asides([_element(element) for element in elements if _heading(element)])) > 1:
        return whole
    found = page.split(_render(root))
    if len(found) == 1 and (text := _main_text(document)) is not None:
        # trafilatura knows sites' mark-up, the lines know whose talk is left
        cleaned = page.split(f"{found[0].title or ''}\n\n{text}")
        found = [msgspec.structs.replace(found[0], text=cleaned[0].text)] if len(cleaned) == 1 else found
    known = _heading(root) if len(found) == 1 else None
    return [Extract(title=article.title or known, text=article.text, start=None, end=None) for article in found]


def text(fragment: str) -> str:
    """Return all that a piece of HTML shows, a block a line; nothing of it is taken for a page's furniture."""
    import lxml.etree
    import lxml.html

    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = lxml.html.document_fromstring(f"<div>{fragment}</div>".encode(errors="replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return ""
    lines = (line.strip() for line in _render(root).split("\n"))
    return "\n".join(line for line in lines if line)


def _element(element: "HtmlElement") -> Extract:
    """Return one `<article>` element that has a heading."""
    text = "\n".join(piece.text for piece in page.split(_render(element)))
    return Extract(title=_heading(element), text=text, start=None, end=None)


def _heading(element: "HtmlElement") -> str | None:
    """Return the first heading in an element, or its title."""
    for tag in ("h1", "h2", "h3", "h4", "title"):
        for found in element.iter(tag):
            if text := " ".join(found.text_content().split()):
                return str(text)
    return None


def _main_text(document: str) -> str | None:
    """Return the main text as trafilatura finds it, a paragraph a line, if it finds one."""
    import trafilatura

    result = trafilatura.bare_extraction(document, include_comments=False, include_tables=False)
    if result is None or isinstance(result, dict) or not result.text:
        return None
    return str(result.text)


def _render(root: "HtmlElement") -> str:
    """Return what a browser shows, roughly: the text of blocks, a line each."""
    parts: list[str] = []
    # an explicit stack: hostile pages nest deeper than Python recurses
    stack: list[tuple[object, bool]] = [(root, False)]
    while stack:
        element, closing = stack.pop()
        tag = getattr(element, "tag", None)
        tail = getattr(element, "tail", None) or ""
        block = tag in _BLOCK
        if closing:
            parts.append(("\n\n" if block else "") + re.sub(r"\s+", " ", tail))
            continue
        if not isinstance(tag, str) or tag in _UNSEEN:
            parts.append(re.sub(r"\s+", " ", tail))
            continue
        parts.append(("\n\n" if block else "") + re.sub(r"\s+", " ", getattr(element, "text", None) or ""))
        stack.append((element, True))
        stack += [(child, False) for child in reversed(list(element))]  # type: ignore[call-overload]
    return "".join(parts)
