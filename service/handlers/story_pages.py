"""Stories as the desk shows them: with the headline that leads each, texts with their copies, and stories alike."""

from collections.abc import Iterable, Sequence

import msgspec

from model.errors import InvalidInputError
from service.handlers import stories as handler
from service.store import headlines, listing, query, records, stories
from service.store.database import Database

MOST_ALIKE = 8
TERMS_ALIKE = 3


class Text(msgspec.Struct, frozen=True):
    """An article that is no copy, and those of the story that are copies of it."""

    article: records.Record
    copies: list[records.Record]


class Printed(msgspec.Struct, frozen=True):
    """What a source has in a story: all articles, and those that are no copies."""

    source: str | None
    articles: int
    independent: int


class StoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page of a story shows: `texts` are its latest, `alike` are stories to merge it with, by headline."""

    story: handler.StoryDetail
    headline: str
    texts: list[Text]
    sources: list[Printed]
    alike: dict[str, str]


def headings(database: Database, found: Iterable[stories.Story]) -> dict[str, str]:
    """Return what to call each story: the title of its lead, else its label."""
    return titles(database, [one.id for one in found])


def titles(database: Database, story_ids: Iterable[str]) -> dict[str, str]:
    """Return what to call each story of these ids: the title of its lead, else its label."""
    with database.read() as connection:
        found = headlines.read(connection, list(story_ids))
    return {story_id: lead or label or "A story without words" for story_id, (lead, label) in found.items()}


def one(database: Database, story_id: str) -> StoryPage | handler.Moved:
    """Return a story, or where it went. Raises `NotFoundError`."""
    found = handler.one(database, story_id)
    if isinstance(found, handler.Moved):
        return found
    with database.read() as connection:
        copies = headlines.originals(connection, story_id)
        printed = [Printed(*row) for row in headlines.sources(connection, story_id)]
    near = alike(database, found)
    names = headings(database, [found, *near])
    return StoryPage(
        story=found,
        headline=names.pop(found.id),
        texts=_texts(found.members, copies),
        sources=printed,
        alike=names,
    )


def _texts(members: Sequence[records.Record], copies: dict[str, str]) -> list[Text]:
    """Put each copy below its original; one whose original is not among the members stands for itself."""
    there = {member.id for member in members}
    found = {member.id: Text(member, []) for member in members if copies.get(member.id) not in there}
    for member in members:
        if member.id not in found:
            found[copies[member.id]].copies.append(member)
    return list(found.values())


def alike(database: Database, story: handler.StoryDetail, q: str | None = None) -> list[stories.Story]:
    """Return other stories in which a story's foremost terms stand, or words that somebody looks for.

    Raises `InvalidInputError` for words that cannot be looked for.
    """
    sought = q or " ".join(f'"{term}"' for term in story.terms[:TERMS_ALIKE])
    found: dict[str, stories.Story] = {}
    for words in [sought] if q else [sought, *(f'"{term}"' for term in story.terms[:TERMS_ALIKE])]:
        try:
            query.parse(words)
        except InvalidInputError:
            if q:
                raise
            continue
        page = handler.page(database, listing.Filter(q=words), None, MOST_ALIKE + 1)
        found |= {one.id: one for one in page.stories if one.id != story.id and one.id not in found}
    return list(found.values())[:MOST_ALIKE]
