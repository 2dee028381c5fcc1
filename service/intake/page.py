"""Split a page as copied from a browser into the articles on it, by its form and not by its site."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from model.errors import EmptyInputError
from service.intake import heads, lines
from service.intake.lines import Kind, Line


class Extract(msgspec.Struct, frozen=True, kw_only=True):
    """One article found on a page.

    `text` is its running text, a paragraph a line. `start` and `end` are the code point offsets into the page between
    which that text stands; both are None where the page was HTML.
    """

    title: str | None
    text: str
    start: int | None
    end: int | None


LEAST_WORDS, LEAST_RATIO = 45, 4
QUOTE_WORDS, QUOTE_REACH = 40, 12


@dataclass
class _Draft:
    title: Line | None
    author: str | None
    body: list[Line] = field(default_factory=list)
    closed: bool = False


def split(page: str) -> list[Extract]:
    """Return the articles on a page, in order. Raises `EmptyInputError` where the page has no words."""
    found = lines.read(page)
    drafts = _drafts(found)
    if not drafts and any(line.kind is Kind.TEASER for line in found):
        drafts = [_Draft(title, None, [text]) for title, text in zip(*_teasers(found), strict=True)]
    return without_asides([_extract(draft) for draft in drafts]) or [_whole(page)]


def _drafts(found: Sequence[Line]) -> list[_Draft]:
    drafts: list[_Draft] = []
    gap: list[Line] = []
    under_standfirst = False
    for n, line in enumerate(found):
        if line.kind is not Kind.PROSE or _is_pull_quote(found, n):
            gap.append(line)
            continue
        after = found[n + 1 : n + 1 + heads.STANDFIRST_REACH]
        if not drafts or (not under_standfirst and heads.begins_article(gap, line, after)):
            drafts.append(_Draft(heads.title_of(gap, line), None, [line]))
            under_standfirst = heads.is_standfirst(line, after)
        elif under_standfirst:
            drafts[-1].body.append(line)
            under_standfirst = False
        elif not drafts[-1].closed and not _ends(drafts[-1], gap):
            drafts[-1].body += [*_subheadings(gap), line]
        else:
            drafts[-1].closed = True
        drafts[-1].author = drafts[-1].author or _author(gap)
        gap = []
    return drafts


def _ends(draft: _Draft, gap: list[Line]) -> bool:
    """Tell whether the site or its readers speak from here on: comments, or a word about the author."""
    return any(line.kind is Kind.STOP or (draft.author is not None and line.key == draft.author) for line in gap)


def _author(gap: list[Line]) -> str | None:
    bylines = [line.key for line in gap if line.kind is Kind.BYLINE]
    return bylines[-1].partition("by ")[2] if bylines else None


def _subheadings(gap: list[Line]) -> list[Line]:
    """Return the lines between two paragraphs that belong to the article: no box of links, nothing of the site's."""
    if any(line.kind is Kind.SECTION for line in gap) or heads.is_list_of_links(gap):
        return []
    other = max((n + 1 for n, line in enumerate(gap) if line.kind is not Kind.SHORT), default=0)
    return gap[other:]


def _is_pull_quote(found: Sequence[Line], n: int) -> bool:
    """Tell whether a short paragraph repeats words of one nearby."""
    line = found[n]
    near = (*found[max(0, n - QUOTE_REACH) : n], *found[n + 1 : n + 1 + QUOTE_REACH])
    return line.words <= QUOTE_WORDS and any(line.key in other.key for other in near if other.kind is Kind.PROSE)


def without_asides(found: list[Extract]) -> list[Extract]:
    """Drop the few words that stand round real articles: teasers, appeals, a comment that looked like an article."""
    words = [len(article.text.split()) for article in found]
    longest = max(words, default=0)
    return [
        article
        for article, count in zip(found, words, strict=True)
        if count >= LEAST_WORDS or count * LEAST_RATIO > longest
    ]


def _teasers(found: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    teasers = [line for line in found if line.kind is Kind.TEASER]
    return teasers[::2], teasers[1::2]


def _extract(draft: _Draft) -> Extract:
    text = "\n".join(line.text for line in draft.body)
    title = draft.title.text if draft.title else None
    return Extract(title=title, text=text, start=draft.body[0].start, end=draft.body[-1].end)


def _whole(page: str) -> Extract:
    """Return a page without a paragraph, a bare headline say, as one article."""
    text = page.strip()
    if not any(char.isalnum() for char in text):
        raise EmptyInputError("there is no text in the input")
    start = page.index(text)
    return Extract(title=None, text=text, start=start, end=start + len(text))
