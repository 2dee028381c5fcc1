"""Merge and split stories by hand."""

import msgspec
import sqlalchemy as sa

from model.errors import ConflictError, InvalidInputError
from model.parameters import Parameters
from service.handlers import stories as handler
from service.store import audit, records, redraw, stories
from service.stories.follower import Follower

MOST = 1000


class MergeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The story to make one with."""

    other: str = msgspec.field(name="with")


class SplitRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The articles to take out of a story."""

    articles: list[str]


class Parted(msgspec.Struct, frozen=True):
    """What a story has become, and the one that was split off."""

    story: handler.StoryDetail
    new: handler.StoryDetail


def merge(to: Follower, story_id: str, wanted: MergeRequest, parameters: Parameters) -> handler.StoryDetail:
    """Make two stories one for good and return it: the older one. Raises `NotFoundError` or `ConflictError`."""
    with to.database.write() as connection:
        one, other = (_current(connection, name) for name in (story_id, wanted.other))
        if one.seq == other.seq:
            raise ConflictError("the two are one story already")
        kept, gone = sorted((one.seq, other.seq))
        redraw.merge(connection, kept, gone)
        audit.note(connection, "merge stories", one.id, {"with": other.id})
        to.likeness.rename(connection, [kept], parameters)
        return handler.detail(connection, stories.head(connection, stories.id_of(connection, kept)))


def split(to: Follower, story_id: str, wanted: SplitRequest, parameters: Parameters) -> Parted:
    """Take articles out of a story for good. Raises `NotFoundError` or `InvalidInputError`."""
    if len(wanted.articles) > MOST:
        raise InvalidInputError(f"`articles` holds more than {MOST}")
    with to.database.write() as connection:
        story = _current(connection, story_id)
        seqs = [records.place(connection, name) for name in wanted.articles]
        new = redraw.split(connection, story.seq, seqs)
        if new is None:
            raise InvalidInputError("a split takes articles of the story, with their copies, and leaves one at least")
        audit.note(connection, "split story", story.id, {"articles": len(seqs)})
        to.likeness.rename(connection, [story.seq, new], parameters)
        both = [stories.head(connection, stories.id_of(connection, number)) for number in (story.seq, new)]
        return Parted(*(handler.detail(connection, head) for head in both))


def _current(connection: sa.Connection, story_id: str) -> stories.Head:
    head = stories.head(connection, story_id)
    return head if head.merged_into is None else stories.head(connection, stories.id_of(connection, head.merged_into))
