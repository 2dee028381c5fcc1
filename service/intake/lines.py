"""What each line of a copied page is, judged by its form: prose, byline or time, heading, the site's own talk."""

import enum
import re
from collections import Counter
from dataclasses import dataclass, replace

from model import boilerplate


class Kind(enum.Enum):
    """What a line is for."""

    PROSE = "a paragraph of running text"
    SHORT = "a title, a subheading, a caption, a source's name"
    BYLINE = "who wrote an article, maybe with the time"
    TIME = "a date or relative time"
    SECTION = "the heading of a list of other articles"
    STOP = "the heading of what readers or the site say below an article"
    RULE = "a line drawn across"
    TALK = "the site speaking for itself"
    TEASER = "one of a list of headlines and their single sentences"


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the page.

    `start` and `end` are code point offsets into it; `key` compares titles; lines with no empty line between them are
    of one `block`.
    """

    kind: Kind
    text: str
    start: int
    end: int
    words: int
    key: str
    block: int


_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_UNIT = r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|mo|months?|y|yrs?|years?)"
_TIME = re.compile(
    rf"(?:\d+|\ban?|a few|time ?an?)\s*{_UNIT}\s*ago\b"
    rf"|^(?:yesterday|today|just now)\b.{{0,12}}$"
    rf"|\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}"
    rf"|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|\b\d{{1,2}}[:.]\d{{2}}\s*(?:[ap]\.?m\.?)?|\b\d+\s*-?\s*min(?:ute)?s?\s+read\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^(?:(?:words|report(?:ing)?|written|story|posted|published) )?by\s+(?=\w)", re.IGNORECASE)
_PUBLISHED = re.compile(r"^(?:first |last )?(?:published|updated|posted|modified)\b", re.IGNORECASE)
_SECTION = re.compile(
    r"^(?:you (?:may|might) also (?:like|be interested in)|in case you missed it|(?:news )?in brief|keep reading"
    r"|(?:more|also|elsewhere|latest|other) (?:on|in|from|about|news|stories)\b.{0,40}|top stories|up next"
    r"|related(?: (?:articles?|stories|news|content|coverage|topics|links))?|(?:what to )?read (?:next|also|more)"
    r"|recommended(?: for you| stories)?|most (?:read|popular|viewed|shared)|trending(?: now)?|don'?t miss"
    r"|editors?'?s? picks?|next (?:story|article|up))\s*:?$",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"^(?:(?:\d+|join the|post a|leave a|add a|view|show|reader|no) )?"
    r"(?:comments?(?: \d+)?|repl(?:y|ies)|conversation)(?: yet)?\W*$"
    r"|^about the authors?$|^notes? (?:to|for) editors?\b.{0,3}$|^(?:media|press) (?:contacts?|enquiries)\b.{0,3}$",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"\bsubscri(?:be|ption|bers? only)\b|\bsign (?:up|in)\b|\blog ?in\b|\bregister (?:now|for free)\b|\bnewsletters?\b"
    r"|\bcookies?\b|\ball rights reserved\b|^©|^copyright\b|\bterms of (?:use|service)\b|\bfollow us\b|\byour inbox\b"
    r"|\bdownload\b.{0,30}\bapp\b|\bour app\b|\bapp store\b|\bgoogle play\b|^(?:skip )?advertise?ment$"
    r"|\bprivacy (?:notice|policy)$|^(?:\W*(?:tweet|e-?mail|print|share|save|facebook|twitter|whatsapp|copy link))+\W*$"
    r"|\bbecome an? \b.{0,40}\b(?:member|supporter|subscriber)\b|^sponsored\b|^share\b"
    r"|\b(?:facebook|twitter|whatsapp|linkedin|email|copy link|print)\b(?:\W+\w+){0,3}$|\bclick here\b|\btry our\b"
    r"|^(?:photo(?:graph)?|image|picture|credit|source|file photo|video)\b\s*(?::|by\b|credit)|^enlarge\b|^skip to\b"
    r"|^(?:home|menu|search|logo|back to top|load more|see more|show more|view all|more|listen|watch|save|live)$"
    r"|\bunsubscribe\b|\b(?:forward|send) (?:it|this) to a friend\b|\bbuy us a coffee\b|\breceiving this e?-?mail\b"
    r"|\bsupport (?:our|independent) journalism\b|\bdonate\b.{0,20}$|\bexplore (?:our|what)\b|\bdisable your ad",
    re.IGNORECASE,
)
_TO_READER = re.compile(
    r"\b(?:you|your|our|us|we|today|now|free|here)\b|^[A-Z][a-z]+ (?:up|in|our|the|this) |\bfrom [$£€]\d"
)
_CAPTION = re.compile(
    r"^\[\d+/\d+\]|\b(?:photo(?:graph)?|picture|image):|^comments? \(\d+\)$|^(?:font|text) size\b"
    r"|\((?:image|photo|picture|pic|credit|file)\b[^()]*\)$|\b(?:photo|image)/\w|\bfamily handout$"
    r"|^\W*[\d.,]+[km]? (?:reposts|retweets|likes|shares|views|replies)\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"^@\w+$|\(@\w+\)")
_RULE = re.compile(r"^[\W_]{3,}$")
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_SENTENCE_END = re.compile(r"[.!…。]+[\"'”’»)\]]*$|[?][\"'”’»)\]]+$")
_SENTENCE_BREAK = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)")
_BULLET = re.compile(r"^[\s•·*‣▪◦>|-]+(?=\w|['\"“‘])")

_PATH = re.compile(r"\w\s*[»›>]\s*\w.*[»›>]\s*\w|\w\s+[/|•·]\s+\w.*\s[/|•·]\s+\w")
PROSE_WORDS, SENTENCE_WORDS, TALK_WORDS, BOILERPLATE_WORDS, META_REST, TITLE_REPEAT_WORDS = 20, 8, 40, 90, 3, 30
TITLE_WORDS, TEASER_WORDS, TEASERS_IN_A_LIST, POST_LINES = range(3, 31), 35, 3, 4
# In code points. A paragraph longer than the first is running text whatever it looks like.
LONGEST_SHORT, LONGEST_MARK = 1500, 40
META = {Kind.BYLINE, Kind.TIME}
_ABOUT_TIMES = set(
    "posted published updated modified first last on at by gmt utc bst ist cet cest est edt et pst pdt am pm min read "
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun time".split()
)
_LOWER_IN_NAMES = {"and", "in", "of", "for", "the", "with", "at", "on", "de", "la", "van", "von", "der", "al", "bin"}


def read(page: str) -> list[Line]:
    """Return the lines of a page that say anything, hard-wrapped paragraphs joined."""
    blocks = _unwrap(page, _blocks(page))
    spans = [(span, n) for n, block in enumerate(blocks) for span in block]
    keys = [key(page[start:end]) for (start, end), _ in spans]
    times = Counter(keys)
    lines = [_line(page, span, block, own, times[own]) for (span, block), own in zip(spans, keys, strict=True)]
    return _mark_posts(_mark_teasers(lines))


def _blocks(page: str) -> list[list[tuple[int, int]]]:
    """Return the lines' (start, end), white space stripped, in runs that no empty line parts."""
    blocks: list[list[tuple[int, int]]] = [[]]
    place = 0
    for raw in page.splitlines(keepends=True):
        text = raw.strip()
        if text:
            start = place + raw.index(text)
            blocks[-1].append((start, start + len(text)))
        elif blocks[-1]:
            blocks.append([])
        place += len(raw)
    return [block for block in blocks if block]


def _unwrap(page: str, blocks: list[list[tuple[int, int]]]) -> list[list[tuple[int, int]]]:
    """Join paragraphs that were broken at a margin: those that show it, and in such a page those that fit."""
    shows = [_goes_on(page, block) for block in blocks]
    margin = max(
        (end - start for block, wrapped in zip(blocks, shows, strict=True) if wrapped for start, end in block),
        default=0,
    )
    everywhere = sum(shows) > 1
    return [
        [(block[0][0], block[-1][1])] if wrapped or (everywhere and _fits(block, margin)) else block
        for block, wrapped in zip(blocks, shows, strict=True)
    ]


def _goes_on(page: str, block: list[tuple[int, int]]) -> bool:
    """Tell whether a run of lines is surely one paragraph: even lines of which most go on in lower case."""
    if len(block) < 2 or not all(40 <= end - start <= 160 for start, end in block[:-1]):
        return False
    return sum(page[start].islower() for start, _ in block[1:]) * 2 >= len(block) - 1


def _fits(block: list[tuple[int, int]], margin: int) -> bool:
    """Tell whether every line but the last comes near the margin."""
    return len(block) > 1 and all(margin * 0.7 <= end - start <= margin for start, end in block[:-1])


def key(text: str) -> str:
    """Return the words of a line in lower case: equal for lines that say the same."""
    return " ".join(_WORD.findall(text.casefold()))


def _line(page: str, span: tuple[int, int], block: int, own: str, times: int) -> Line:
    start, end = span
    bullet = _BULLET.match(page[start : min(end, start + LONGEST_MARK)])
    text = " ".join(page[start + (bullet.end() if bullet else 0) : end].split())
    words = len(_WORD.findall(text))
    return Line(_kind(text, words, times), text, start, end, words, own, block)


def _kind(text: str, words: int, times: int) -> Kind:
    if len(text) > LONGEST_SHORT:
        # no title, byline or menu is so long, and the patterns below are not for texts without end
        return Kind.PROSE if words >= PROSE_WORDS else Kind.TALK
    for kind, pattern in ((Kind.RULE, _RULE), (Kind.SECTION, _SECTION), (Kind.STOP, _STOP)):
        if pattern.match(text):
            return kind
    if (meta := _meta(text, words)) is not None:
        return meta
    if _is_talk(text, words):
        return Kind.TALK
    if times > 1 and words <= TITLE_REPEAT_WORDS:
        return Kind.SHORT
    prose = (words >= PROSE_WORDS and _SENTENCE_BREAK.search(text)) or (
        words >= SENTENCE_WORDS and _SENTENCE_END.search(text)
    )
    return Kind.PROSE if prose else Kind.SHORT


def _is_talk(text: str, words: int) -> bool:
    if (words <= TALK_WORDS and _CAPTION.search(text)) or (words < PROSE_WORDS and _PATH.search(text)):
        return True
    # its reader is `you` or is given an order: that tells it from news about, say, cookies
    if words <= TALK_WORDS and _TALK.search(text) and (words < SENTENCE_WORDS or _TO_READER.search(text)):
        return True
    return words <= BOILERPLATE_WORDS and boilerplate.is_boilerplate(text)


def _meta(text: str, words: int) -> Kind | None:
    """Return what a line is that says who wrote an article, or when, and little else."""
    if words > 16 or _SENTENCE_END.search(text):
        return None
    rest, times = _TIME.subn(" ", text)
    by = _BYLINE.match(rest)
    left = _WORD.findall(rest[by.end() :] if by else rest)
    if by and len(left) <= 10 and not any(word[0].islower() and word not in _LOWER_IN_NAMES for word in left):
        return Kind.BYLINE
    other = [word for word in left if word.casefold() not in _ABOUT_TIMES]
    if (times and len(other) <= META_REST) or (_PUBLISHED.match(text) and words <= 12):
        return Kind.TIME
    return None


def _mark_teasers(lines: list[Line]) -> list[Line]:
    """Mark lists in which headline and single short sentence take turns."""
    n = 0
    while n < len(lines):
        end = n
        while end + 1 < len(lines) and _is_teaser(lines[end], lines[end + 1]):
            end += 2
        if end - n >= 2 * TEASERS_IN_A_LIST:
            lines[n:end] = [replace(line, kind=Kind.TEASER) for line in lines[n:end]]
        n = max(end, n + 1)
    return lines


def _is_teaser(title: Line, sentence: Line) -> bool:
    return (
        title.kind is Kind.SHORT
        and title.words in TITLE_WORDS
        and sentence.kind is Kind.PROSE
        and sentence.words <= TEASER_WORDS
    )


def _mark_posts(lines: list[Line]) -> list[Line]:
    """Mark embedded posts: a user's handle, a few lines, the time."""
    for n, line in enumerate(lines):
        if not _HANDLE.search(line.text):
            continue
        ends = [m for m in range(n + 2, min(n + 2 + POST_LINES, len(lines))) if lines[m].kind is Kind.TIME]
        if ends and any(other.kind is Kind.PROSE for other in lines[n + 1 : ends[0]]):
            lines[n : ends[0] + 1] = [replace(other, kind=Kind.TALK) for other in lines[n : ends[0] + 1]]
    return lines
