"""Split a page as copied from a browser into the articles on it.

The signs of a new article are general: a title-like line above running text, told from a subheading by what stands
with it (the same title again, a byline or time, a heading such as "Related", a rule, a dateline).
"""

import re
from dataclasses import dataclass, field

import msgspec

from model.errors import EmptyInputError
from service.intake import lines
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


TITLE_WORDS = range(3, 31)
TEASER_WORDS, TEASER_RATIO = 45, 4
_DATELINE = re.compile(
    r"^[A-Z][A-Z .,'’-]{2,40}(?:\([^)]{2,30}\)\s*|,?\s+[A-Z][a-z]+\.? \d{1,2}\s*)?(?:[-–—]{1,2}|:)\s?"
)


@dataclass
class _Draft:
    title: Line | None
    body: list[Line] = field(default_factory=list)
    closed: bool = False

    @property
    def words(self) -> int:
        return sum(line.words for line in self.body)


def split(page: str) -> list[Extract]:
    """Return the articles on a page, in order. Raises `EmptyInputError` where the page has no words."""
    drafts: list[_Draft] = []
    gap: list[Line] = []
    for line in lines.read(page):
        if line.kind is not Kind.PROSE:
            gap.append(line)
            continue
        if not drafts or _begins_article(gap, line):
            drafts.append(_Draft(_title(gap), [line]))
        elif not drafts[-1].closed:
            _go_on(drafts[-1], gap, line)
        gap = []
    drafts = _without_teasers(drafts)
    if not drafts:
        return [_whole(page)]
    return [_extract(draft) for draft in drafts]


def _begins_article(gap: list[Line], line: Line) -> bool:
    """Tell whether the lines of `gap`, which part two paragraphs, are the head of a new article."""
    title = _title(gap)
    if title is None:
        return False
    if sum(other.key == title.key for other in gap) > 1:
        return True
    if _is_list_of_links(gap):
        return False
    marks = {Kind.META, Kind.SECTION, Kind.STOP, Kind.RULE}
    return any(other.kind in marks for other in gap) or bool(_DATELINE.match(line.text))


def _title(gap: list[Line]) -> Line | None:
    """Return the title in the lines above a paragraph: the one said twice, or the longest of the last few."""
    candidates = [line for line in gap if line.kind is Kind.SHORT and line.words in TITLE_WORDS]
    keys = [line.key for line in candidates]
    twice = [line for line in candidates if keys.count(line.key) > 1]
    if twice:
        return twice[-1]
    heads = [n for n, line in enumerate(gap) if line.kind in {Kind.SECTION, Kind.STOP, Kind.RULE}]
    last = gap[heads[-1] + 1 if heads else 0 :][-8:]
    return max((line for line in candidates if line in last), key=lambda line: line.words, default=None)


def _is_list_of_links(gap: list[Line]) -> bool:
    """Tell a box of headlines in mid-article, two or more with times or under one heading and none with a text."""
    titles = {line.key for line in gap if line.kind is Kind.SHORT and line.words in TITLE_WORDS}
    times = sum(line.kind is Kind.META for line in gap)
    return len(titles) > 1 and (times > 1 or any(line.kind is Kind.SECTION for line in gap)) and times != 1


def _go_on(draft: _Draft, gap: list[Line], line: Line) -> None:
    """Add a paragraph to an article, with the subheadings before it, unless the article has ended."""
    if any(other.kind is Kind.STOP for other in gap):
        draft.closed = True
        return
    if not _is_list_of_links(gap):
        draft.body += [other for other in gap if other.kind is Kind.SHORT]
    draft.body.append(line)


def _without_teasers(drafts: list[_Draft]) -> list[_Draft]:
    """Drop the one-sentence pointers to other pages that stand round a real article."""
    longest = max((draft.words for draft in drafts), default=0)
    return [draft for draft in drafts if draft.words >= TEASER_WORDS or draft.words * TEASER_RATIO > longest]


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
