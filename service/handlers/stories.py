"""List stories, read one, and what to read after an article."""

from datetime import date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from model.errors import InvalidInputError, NotFoundError
from model.parameters import Parameters
from model.stories.timeline import timeline
from service.handlers.articles import MAX_PAGE
from service.store import listing, records, related, stories
from service.store.database import Database
from service.stories.follower import Follower

MOST_ARTICLES = 200
MAX_RELATED = 50
DAY = 86_400.0


class StoryPage(msgspec.Struct, frozen=True):
    """A page of stories; `next` is the cursor of the page after it, None on the last."""

    stories: list[stories.Story]
    next: str | None


class StoryDay(msgspec.Struct, frozen=True):
    """What a story had on one day (UTC): all articles, and those that are no copies."""

    date: date
    articles: int
    independent: int


class StoryDetail(stories.Story, frozen=True, kw_only=True):
    """A story with the terms it is known by, the id of the article that leads it, and its latest 200 articles."""

    lead: str | None
    terms: list[str]
    closed: datetime | None
    timeline: list[StoryDay]
    members: list[records.Record]


class Moved(msgspec.Struct, frozen=True):
    """Where a story is that has been merged."""

    id: str


class Related(msgspec.Struct, frozen=True):
    """What to read next: articles of the same story first."""

    articles: list[records.Record]


def page(database: Database, chosen: listing.Filter, cursor: str | None, limit: int) -> StoryPage:
    """Return a page of stories that have an article as wanted, latest activity first. Raises `InvalidInputError`."""
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidInputError(f"`limit` is from 1 to {MAX_PAGE}")
    for name in ("topic", "source", "q"):
        value: Any = getattr(chosen, name)
        if value is not None and "\0" in value:
            raise InvalidInputError(f"`{name}` holds a NUL character")
    with database.read() as connection:
        return StoryPage(*stories.page(connection, chosen, cursor, limit))


def one(database: Database, story_id: str) -> StoryDetail | Moved:
    """Return all there is about a story, or where it went. Raises `NotFoundError`."""
    with database.read() as connection:
        head = stories.head(connection, story_id)
        if head.merged_into is not None:
            return Moved(stories.id_of(connection, head.merged_into))
        return detail(connection, head)


def detail(connection: sa.Connection, head: stories.Head) -> StoryDetail:
    """Return all there is about a story that is not merged. Raises `NotFoundError` for an empty one."""
    found = stories.read(connection, [head.seq])
    if not found:
        raise NotFoundError("the story has no articles any more")
    members = stories.members(connection, head.seq, MOST_ARTICLES)
    lead = records.read(connection, [head.lead]) if head.lead is not None else []
    days = timeline([(moment.timestamp() / DAY, copy) for moment, copy in stories.dates(connection, head.seq)])
    return StoryDetail(
        **msgspec.structs.asdict(found[0]),
        lead=next((record.id for record in lead if record.story == head.id), None),
        terms=head.terms or [],
        closed=head.closed,
        timeline=[StoryDay(day.date, day.articles, day.independent) for day in days if day.date is not None],
        members=records.read(connection, members),
    )


def next_to(stories: Follower, article_id: str, limit: int, parameters: Parameters) -> Related:
    """Return what to read after an article, never a copy of it. Raises `NotFoundError` or `InvalidInputError`."""
    if not 1 <= limit <= MAX_RELATED:
        raise InvalidInputError(f"`limit` is from 1 to {MAX_RELATED}")
    with stories.database.read() as connection:
        seq = records.place(connection, article_id)
        chosen = stories.likeness.rank(connection, seq, related.near(connection, seq), limit, parameters)
        return Related(records.read(connection, chosen))
