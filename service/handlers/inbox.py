"""What came in, a page at a time, with what a person filters by."""

import msgspec

from service.handlers import articles
from service.store import inbox, records
from service.store.database import Database
from service.store.listing import Filter

SUGGESTED = 50


class Inbox(msgspec.Struct, frozen=True, kw_only=True):
    """A page of articles and the cursor of the one after it.

    `stories` names theirs and the filter's, by id; `beginnings` are those of the texts that have no title, by id.
    """

    articles: list[records.Record]
    next: str | None
    stories: dict[str, inbox.StoryName]
    beginnings: dict[str, str]


def look(database: Database, chosen: Filter, cursor: str | None, limit: int) -> Inbox:
    """Return a page of kept articles, latest received first. Raises `InvalidInputError`."""
    page = articles.page(database, chosen, cursor, limit)
    ids = {record.story for record in page.articles} | {chosen.story}
    with database.read() as connection:
        names = inbox.story_names(connection, [name for name in ids if name is not None])
        untitled = inbox.beginnings(connection, [record.id for record in page.articles if not record.title])
    return Inbox(articles=page.articles, next=page.next, stories=names, beginnings=untitled)


def sources(database: Database) -> list[str]:
    """Return the sources that lately most articles came from."""
    with database.read() as connection:
        return inbox.sources(connection, SUGGESTED)
