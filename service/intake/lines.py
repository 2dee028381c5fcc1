"""What each line of a copied page is, judged by its form: prose, byline or time, heading, the site's own talk."""

import enum
import re
from collections import Counter
from dataclasses import dataclass


class Kind(enum.Enum):
    """What a line is for."""

    PROSE = "a paragraph of running text"
    SHORT = "a title, a subheading, a caption, a source's name"
    META = "a byline, date or relative time"
    SECTION = "the heading of a list of other articles"
    STOP = "the heading of what readers or the site say below an article"
    RULE = "a line drawn across"
    TALK = "the site speaking for itself"


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the page; `start` and `end` are code point offsets into it, `key` compares titles."""

    kind: Kind
    text: str
    start: int
    end: int
    words: int
    key: str


_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_UNIT = r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|mo|months?|y|yrs?|years?)"
_TIME = re.compile(
    rf"(?:\d+|\ban?|a few|time ?an?)\s*{_UNIT}\s*ago\b"
    rf"|\b(?:yesterday|today|just now)\b"
    rf"|\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}"
    rf"|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|\b\d{{1,2}}[:.]\d{{2}}\s*(?:[ap]\.?m\.?)?|\b\d+\s*-?\s*min(?:ute)?s?\s+read\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^(?:by|words by|reporting by|written by|story by|from our)\s+\w", re.IGNORECASE)
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
    r"(?:comments?(?: \(?\d+\)?)?|reply|conversation)(?: yet\W*)?$"
    r"|^about the authors?$|^(?:join|sign up for|subscribe to|get) (?:our|the|your) .{0,40}newsletters?$",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"\bsubscri(?:be|ption|bers? only)\b|\bsign (?:up|in)\b|\blog ?in\b|\bregister (?:now|for free)\b|\bnewsletters?\b"
    r"|\bcookies?\b|\ball rights reserved\b|^©|^copyright\b|\bterms of (?:use|service)\b|\bfollow us\b|\byour inbox\b"
    r"|\bdownload\b.{0,30}\bapp\b|\bour app\b|\bapp store\b|\bgoogle play\b|^advertise?ment$|^sponsored\b|^share\b"
    r"|\b(?:facebook|twitter|whatsapp|linkedin|email|copy link|print)\b(?:\W+\w+){0,3}$|\bclick here\b|\btry our\b"
    r"|^(?:photo(?:graph)?|image|picture|credit|source|file photo|video)\b\s*(?::|by\b|credit)|^enlarge\b|^skip to\b"
    r"|^(?:home|menu|search|logo|back to top|load more|see more|show more|view all|more|listen|watch|save|live)$"
    r"|\bsupport (?:our|independent) journalism\b|\bdonate\b.{0,20}$|\bexplore (?:our|what)\b|\bdisable your ad",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[\W_]{3,}$")
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_SENTENCE_END = re.compile(r"[.!…。]+[\"'”’»)\]]*$|[?][\"'”’»)\]]+$")
_SENTENCE_BREAK = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)")
_BULLET = re.compile(r"^[\s•·*‣▪◦>|-]+(?=\w|['\"“‘])")

PROSE_WORDS, SENTENCE_WORDS, TALK_WORDS, META_REST, TITLE_REPEAT_WORDS = 20, 8, 40, 5, 30


def read(page: str) -> list[Line]:
    """Return the lines of a page that say anything, hard-wrapped paragraphs joined."""
    spans = [span for block in _blocks(page) for span in _paragraphs(page, block)]
    keys = [_key(page[start:end]) for start, end in spans]
    times = Counter(keys)
    return [_line(page, span, key, times[key]) for span, key in zip(spans, keys, strict=True)]


def _blocks(page: str) -> list[list[tuple[int, int]]]:
    """Return the lines' (start, end), white space stripped, in runs that no empty line parts."""
    blocks: list[list[tuple[int, int]]] = [[]]
    place = 0
    for raw in page.splitlines(keepends=True):
        text = raw.strip()
        if text:
            start = place + raw.index(text)
            blocks[-1].append((start, start + len(text)))
        else:
            blocks.append([])
        place += len(raw)
    return [block for block in blocks if block]


def _wrapped(page: str, block: list[tuple[int, int]]) -> bool:
    """Tell whether a run of lines is one paragraph broken at the margin: even lines that go on in lower case."""
    if len(block) < 3 or not all(40 <= end - start <= 130 for start, end in block[:-1]):
        return False
    going_on = sum(page[start].islower() for start, _ in block[1:])
    return going_on * 2 >= len(block) - 1


def _paragraphs(page: str, block: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(block[0][0], block[-1][1])] if _wrapped(page, block) else block


def _key(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _line(page: str, span: tuple[int, int], key: str, times: int) -> Line:
    start, end = span
    bullet = _BULLET.match(page[start:end])
    text = " ".join(page[start + (bullet.end() if bullet else 0) : end].split())
    words = len(_WORD.findall(text))
    return Line(_kind(text, words, times), text, start, end, words, key)


def _kind(text: str, words: int, times: int) -> Kind:
    for kind, pattern in ((Kind.RULE, _RULE), (Kind.SECTION, _SECTION), (Kind.STOP, _STOP)):
        if pattern.match(text):
            return kind
    if words <= TALK_WORDS and _TALK.search(text) and (words < SENTENCE_WORDS or not _reads_as_news(text)):
        return Kind.TALK
    if is_meta(text, words):
        return Kind.META
    if times > 1 and words <= TITLE_REPEAT_WORDS:
        return Kind.SHORT
    if words >= PROSE_WORDS and _SENTENCE_BREAK.search(text):
        return Kind.PROSE
    return Kind.PROSE if words >= SENTENCE_WORDS and _SENTENCE_END.search(text) else Kind.SHORT


def _reads_as_news(text: str) -> bool:
    """Tell a sentence about, say, cookies from a site's word to its reader, who is `you` or is given an order."""
    return not re.search(r"\b(?:you|your|our|us|we|today|now|free|here)\b|^[A-Z][a-z]+ (?:up|in|our|the)\b", text)


def is_meta(text: str, words: int) -> bool:
    """Tell whether a line says who wrote an article, or when, and little else."""
    rest, found = _TIME.subn(" ", text)
    if found and len(_WORD.findall(rest)) <= META_REST:
        return True
    if words <= 12 and _PUBLISHED.match(text) and not _SENTENCE_END.search(text):
        return True
    names = [word for word in _WORD.findall(text)[1:] if word not in {"and", "in", "of", "for", "the", "with", "at"}]
    return bool(_BYLINE.match(text)) and words <= 12 and all(not word[0].islower() for word in names)
