"""What a browser remembers of a session of review: the labels just given, to undo them, and what was skipped."""

import base64
import contextlib
import hashlib

import msgspec
from starlette.requests import Request
from starlette.responses import Response

LABELLED, SKIPPED = "topicdesk_labelled", "topicdesk_skipped"
ROOM = 3000  # characters: a browser keeps 4096 bytes a cookie

Entry = tuple[str, str]  # an article's id, and the token of the label it was given


def labelled(request: Request) -> list[Entry]:
    """Return the labels given in this session, the last one at the end; the oldest ones fall out."""
    with contextlib.suppress(ValueError, msgspec.MsgspecError):
        return msgspec.json.decode(base64.urlsafe_b64decode(request.cookies.get(LABELLED, "")), type=list[Entry])
    return []


def remember_labelled(response: Response, entries: list[Entry]) -> None:
    """Remember the labels given in this session."""
    entries = list(dict.fromkeys(entries))
    while len(value := base64.urlsafe_b64encode(msgspec.json.encode(entries)).decode()) > ROOM:
        entries = entries[1:]
    response.set_cookie(LABELLED, value, httponly=True, samesite="strict")


def skipped(request: Request) -> list[str]:
    """Return the marks of the articles that were skipped in this session."""
    return [mark for mark in request.cookies.get(SKIPPED, "").split(".") if mark]


def remember_skipped(response: Response, marks: list[str]) -> None:
    """Remember what was skipped."""
    response.set_cookie(SKIPPED, ".".join(dict.fromkeys(marks))[-ROOM:], httponly=True, samesite="strict")


def mark(article_id: str) -> str:
    """Return what an article is remembered by in few characters."""
    return hashlib.sha256(article_id.encode()).hexdigest()[:8]
