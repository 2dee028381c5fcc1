"""The head of an article: the lines above its text, and whether they are one."""

import re
from collections import Counter
from collections.abc import Sequence

from model import analysis
from service.intake.lines import META, TITLE_WORDS, Kind, Line

# Three words may be a person's or an outlet's name: too little to part two articles.
LEAST_TITLE = 4
STANDFIRST_WORDS, STANDFIRST_REACH = 45, 4
SHARED_WORDS, STEM, CROWDED = 2, 5, 4
_DATELINE = re.compile(
    r"^[A-Z][A-Z .,'’-]{2,40}(?:\([^)]{2,30}\)\s*|,?\s+[A-Z][a-z.]+,? \w+\.? \d{1,2}\s*(?:\([^)]{2,30}\)\s*)?"
    r"|,?\s+[A-Z][a-z]+\.? \d{1,2}\s*(?:\([^)]{2,30}\)\s*)?)?\s?(?:[-–—]{1,2}|:)\s?"
)


def title_of(gap: Sequence[Line], text: Line) -> Line | None:
    """Return the title in the lines above a paragraph.

    It is the line said twice; else, below any heading of the site's, the first line of the block above the byline or
    time (a standfirst may follow it); else, or where that line has nothing to do with `text`, the longest line of the
    last block.
    """
    candidates = [line for line in gap if _may_be_title(line)]
    candidates = [line for line in candidates if line.words >= LEAST_TITLE] or candidates
    times, starts = Counter(line.key for line in candidates), {line.start for line in candidates}
    if twice := [line for line in candidates if times[line.key] > 1]:
        return twice[-1]
    zone = [line for line in gap[_after_heading(gap) :] if line.start in starts or line.kind in META]
    if not any(line.start in starts for line in zone):
        zone = [line for line in gap if line.start in starts or line.kind in META]
    meta = max((n for n, line in enumerate(zone) if line.kind in META), default=0)
    above = [line for line in zone[:meta] if line.start in starts]
    block = [line for line in above if line.block == above[-1].block]
    first = block[0] if 0 < len(block) < CROWDED else max(block[-CROWDED:], key=_words, default=None)
    below = [line for line in zone[meta:] if line.start in starts]
    longest = max((line for line in below if line.block == below[-1].block), key=_words, default=None)
    if first is None or (longest is not None and not _shared(first, text) and _shared(longest, text) >= SHARED_WORDS):
        return longest
    return first


def begins_article(gap: Sequence[Line], text: Line, after: Sequence[Line]) -> bool:
    """Tell whether the lines between two paragraphs are the head of a new article, `text` its first paragraph.

    A subheading is a title-like line too; a head has something with it that a subheading does not. `after` are the
    lines that follow `text`, which may be a standfirst with the byline below it.
    """
    title = title_of(gap, text)
    if title is None:
        return False
    if sum(line.key == title.key for line in gap) > 1:
        return True
    if title.words < LEAST_TITLE:
        return False
    if is_list_of_links(gap):
        return _shared(title, text) >= SHARED_WORDS
    above = gap[: gap.index(title)]
    marked = any(line.kind in META for line in gap) or any(line.kind is Kind.RULE for line in above)
    if marked or _DATELINE.match(text.text) or is_standfirst(text, after):
        return True
    headed = any(line.kind in {Kind.SECTION, Kind.STOP, Kind.TEASER} for line in above)
    return headed and _shared(title, text) >= SHARED_WORDS


def is_standfirst(text: Line, after: Sequence[Line]) -> bool:
    """Tell whether a short paragraph stands between a title and the byline or time."""
    if text.words > STANDFIRST_WORDS:
        return False
    for line in after[:STANDFIRST_REACH]:
        if line.kind is Kind.PROSE or (_may_be_title(line) and line.words >= LEAST_TITLE):
            return False
        if line.kind in META:
            return True
    return False


def is_list_of_links(gap: Sequence[Line]) -> bool:
    """Tell a box of two or more headlines, each with its time."""
    titles = set()
    last: Line | None = None
    for line in gap:
        if _may_be_title(line):
            last = line
        elif line.kind is Kind.TIME and last is not None:
            titles.add(last.key)
            last = None
    return len(titles) > 1


def _may_be_title(line: Line) -> bool:
    return line.kind is Kind.SHORT and line.words in TITLE_WORDS


def _words(line: Line) -> int:
    return line.words


def _after_heading(gap: Sequence[Line]) -> int:
    headings = {Kind.SECTION, Kind.RULE, Kind.TEASER}
    return max((n + 1 for n, line in enumerate(gap) if line.kind in headings), default=0)


def _shared(title: Line, text: Line) -> int:
    """Return how many words of a title a paragraph takes up."""
    stems = [{word[:STEM] for word in analysis.content(analysis.words(line.text))} for line in (title, text)]
    return len(stems[0] & stems[1])
