"""Stories drawn anew by hand: merged and split, with what was decided kept for whatever draws them later."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from service.store import placing
from service.store.schema import article, story, story_apart, story_pin


def merge(connection: sa.Connection, kept: int, gone: int) -> None:
    """Make one story of two; whatever led to the one that is gone leads to the other. It is open if one of them was."""
    closed = list(connection.scalars(sa.select(story.c.closed).where(story.c.seq.in_([kept, gone]))))
    connection.execute(article.update().where(article.c.story == gone).values(story=kept))
    led = (story.c.seq == gone) | (story.c.merged_into == gone)
    connection.execute(story.update().where(led).values(merged_into=kept))
    connection.execute(
        story.update().where(story.c.seq == kept).values(closed=None if None in closed else max(filter(None, closed)))
    )
    placing.refresh(connection, [kept, gone])
    _hand_on(connection, kept, gone)
    pin(connection, kept)
    placing.tell(connection, "redrawn", {"stories": [kept, gone]})


def _hand_on(connection: sa.Connection, kept: int, gone: int) -> None:
    """Let a story be apart from what one merged into it was apart from."""
    one, other = story_apart.c.one, story_apart.c.other
    has_it = (one == gone) | (other == gone)
    pairs = connection.execute(story_apart.select().where(has_it)).all()
    both = (one.in_([kept, gone])) & (other.in_([kept, gone]))
    connection.execute(story_apart.delete().where(has_it | both))
    for pair in pairs:
        far = pair.other if pair.one == gone else pair.one
        if far != kept:
            part(connection, kept, far)


def part(connection: sa.Connection, one: int, other: int) -> None:
    """Keep two stories apart."""
    low, high = sorted((one, other))
    there = story_apart.select().where(story_apart.c.one == low, story_apart.c.other == high)
    if connection.execute(there).first() is None:
        connection.execute(story_apart.insert(), {"one": low, "other": high})


def pin(connection: sa.Connection, number: int) -> None:
    """Keep the articles of a story together."""
    free = sa.select(article.c.seq).where(
        article.c.story == number, article.c.seq.not_in(sa.select(story_pin.c.article))
    )
    connection.execute(story_pin.insert().from_select(["article"], free))


def split(connection: sa.Connection, number: int, seqs: Iterable[int]) -> int | None:
    """Take articles, with all copies of the same text, out of a story; return the number of the one they make.

    None where an article is not in the story or nothing would be left.
    """
    chosen = set(seqs)
    roots = sa.func.coalesce(article.c.original, article.c.seq)
    here = article.c.story == number
    found = dict(connection.execute(sa.select(article.c.seq, roots).where(here)).all())
    if not chosen or not chosen <= found.keys():
        return None
    texts = {found[seq] for seq in chosen}
    leaving = [seq for seq, root in found.items() if root in texts]
    if len(leaving) == len(found):
        return None
    opened = connection.scalar(sa.select(sa.func.min(article.c.dated)).where(article.c.seq.in_(leaving)))
    assert opened is not None
    new = placing.next_story(connection)
    placing.open_stories(connection, {new: opened})
    closed = sa.select(story.c.closed).where(story.c.seq == number)
    connection.execute(story.update().where(story.c.seq == new).values(closed=connection.scalar(closed)))
    connection.execute(article.update().where(article.c.seq.in_(leaving)).values(story=new))
    placing.refresh(connection, [number, new])
    part(connection, number, new)
    for one in (number, new):
        pin(connection, one)
    placing.tell(connection, "redrawn", {"stories": [number, new]})
    return new


def pinned(connection: sa.Connection) -> list[int]:
    """Return the articles of open stories that stay where a person put them."""
    query = sa.select(article.c.seq).join(story_pin, story_pin.c.article == article.c.seq)
    open_ = query.join(story, story.c.seq == article.c.story).where(story.c.closed.is_(None))
    return list(connection.scalars(open_))


def apart(connection: sa.Connection) -> list[tuple[int, int]]:
    """Return the pairs of stories that stay apart."""
    return [(row.one, row.other) for row in connection.execute(story_apart.select())]


def tidied(connection: sa.Connection, led: Mapping[int, int], moved: Mapping[int, int]) -> tuple[list[int], int]:
    """Write down what a pass of tidying did: stories that became part of others, articles that moved with copies.

    Return the stories that are not what they were, and the number of the change.
    """
    opened = set(moved.values()) - set(
        connection.scalars(sa.select(story.c.seq).where(story.c.seq.in_(moved.values())))
    )
    dates = dict(connection.execute(sa.select(article.c.seq, article.c.dated).where(article.c.seq.in_(moved))).all())
    placing.open_stories(
        connection, {n: min(dates[seq] for seq, to in moved.items() if to == n) for n in sorted(opened)}
    )
    affected = {*led, *led.values(), *moved.values()}
    for seq, number in moved.items():
        its = (article.c.seq == seq) | (article.c.original == seq)
        affected.update(connection.scalars(sa.select(article.c.story).where(article.c.seq == seq)))
        connection.execute(article.update().where(its).values(story=number))
    for gone, kept in led.items():
        connection.execute(article.update().where(article.c.story == gone).values(story=kept))
        became = (story.c.seq == gone) | (story.c.merged_into == gone)
        connection.execute(story.update().where(became).values(merged_into=kept))
        _hand_on(connection, kept, gone)
    placing.refresh(connection, affected)
    return sorted(affected - led.keys()), placing.tell(connection, "redrawn", {"stories": sorted(affected)})
