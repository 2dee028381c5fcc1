"""What the desk shows of stories beside their figures: the titles that lead them, and who printed whose text."""

from collections.abc import Sequence

import sqlalchemy as sa

from service.store.schema import article, article_text, story

CHUNK = 500


def read(connection: sa.Connection, story_ids: Sequence[str]) -> dict[str, tuple[str | None, str]]:
    """Return the title of each story's lead article, where it still is in the story and has one, and its label."""
    lead = (article.c.seq == story.c.lead) & (article.c.story == story.c.seq)
    joined = story.outerjoin(article, lead).outerjoin(article_text, article_text.c.article == article.c.seq)
    query = sa.select(story.c.id, article_text.c.title, story.c.label).select_from(joined)
    found: dict[str, tuple[str | None, str]] = {}
    for start in range(0, len(story_ids), CHUNK):
        rows = connection.execute(query.where(story.c.id.in_(story_ids[start : start + CHUNK])))
        found |= {row.id: (row.title, row.label) for row in rows}
    return found


def originals(connection: sa.Connection, story_id: str) -> dict[str, str]:
    """Return for each copy in a story the id of the article that it is a copy of."""
    first = article.alias()
    joined = article.join(first, first.c.seq == article.c.original).join(story, story.c.seq == article.c.story)
    query = sa.select(article.c.id, first.c.id.label("original")).select_from(joined).where(story.c.id == story_id)
    return {row.id: row.original for row in connection.execute(query)}


def sources(connection: sa.Connection, story_id: str) -> list[tuple[str | None, int, int]]:
    """Return the sources of a story with how many articles each has in it and how many of those are no copies."""
    own = (sa.func.count() - sa.func.count(article.c.original)).label("own")
    joined = article.join(story, story.c.seq == article.c.story)
    query = sa.select(article.c.source, sa.func.count().label("number"), own).select_from(joined)
    query = query.where(story.c.id == story_id).group_by(article.c.source)
    rows = [(row.source, row.number, row.own) for row in connection.execute(query)]
    return sorted(rows, key=lambda row: (-row[1], row[0] or ""))
