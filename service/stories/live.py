"""The stories of one process that take articles now: what the database says, and an index to place by.

A story's number is its place in the table `story`. Articles others have placed are put where they put them; changes
told in `story_change` are made here as well. What a process places is the same as if it were the only one.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from model.stories.constraints import Constraints
from model.stories.engine import Stems
from model.stories.frequencies import Frequencies
from model.stories.online import Stories
from service.store import placing, redraw
from service.store.articles import New, moment
from service.store.columns import now
from service.store.placing import Change, Placed
from service.stories import naming

CHUNK = 500
NAMED_AT = {2, 4, 8, 16, 32}  # articles of a story when it is named anew


class Live:
    """The open stories, as of the last article and change that were looked at."""

    def __init__(self, frequencies: Frequencies, seen: int, changed: int) -> None:
        self.stories: Stories[int] = Stories(frequencies)
        self.seen, self.changed = seen, changed

    def catch_up(self, connection: sa.Connection, *, changes: bool = True) -> bool:
        """Follow what others have placed, a chunk of it; then, where there is no more, what they have changed.

        Return whether there may be more.
        """
        rows = placing.after(connection, self.seen, CHUNK)
        for row in rows:
            self._put_back(row)
        if len(rows) == CHUNK:
            return True
        if changes:
            for change in placing.changes(connection, self.changed):
                self._follow(connection, change)
        return False

    def _put_back(self, row: Placed) -> None:
        published = naming.iso(row.published)
        self.stories.put_back(row.seq, naming.of_row(row), published, row.story, row.original)
        self.seen = max(self.seen, row.seq)

    def _follow(self, connection: sa.Connection, change: Change) -> None:
        if change.kind == "removed":
            self.stories.remove(change.data["article"], change.data["heir"])
        elif change.kind == "closed":
            self.stories.drop(change.data["stories"])
        elif change.kind == "redrawn":
            self.stories.drop(change.data["stories"])
            for row in placing.of_stories(connection, change.data["stories"]):
                self.stories.remove(row.seq)
                self._put_back(row)
        self.changed = change.id

    def place(self, connection: sa.Connection, fresh: Sequence[tuple[int, New]]) -> None:
        """Place new articles, in order of receipt, and write down where they went."""
        self.stories.skip_to(placing.next_story(connection))
        placed = self.stories.place([(seq, _stems(new), new.article.published) for seq, new in fresh])
        opened = dict[int, datetime]()
        for one, (_, new) in zip(placed, fresh, strict=True):
            if one.new:
                opened[one.story] = now() if new.article.published is None else moment(new.article.published)
        placing.open_stories(connection, opened)
        seqs = [seq for seq, _ in fresh]
        placing.assign(connection, [(seq, p.story, p.original) for seq, p in zip(seqs, placed, strict=True)])
        self.seen = max([self.seen, *seqs])
        self._name(connection, {one.story for one in placed if one.original is None}, opened, fresh)

    def tidy(self, connection: sa.Connection) -> list[int]:
        """Draw anew what has changed since the last time, write it down, and return the stories that changed."""
        constraints = self.stories.constraints = Constraints()
        constraints.pin(redraw.pinned(connection))
        for one, other in redraw.apart(connection):
            constraints.part(one, other)
        self.stories.skip_to(placing.next_story(connection))
        done = self.stories.tidy()
        if not done.merged and not done.moved:
            return []
        changed, self.changed = redraw.tidied(connection, done.merged, done.moved)
        return changed

    def _name(
        self,
        connection: sa.Connection,
        grown: set[int],
        opened: dict[int, datetime],
        fresh: Sequence[tuple[int, New]],
    ) -> None:
        """Name new stories, and others each time they have doubled."""
        here = dict(fresh)
        titles = dict[int, placing.Title]()
        for number in sorted(grown):
            members = self.stories.stories[number].members
            if number not in opened and len(members) not in NAMED_AT:
                continue
            keys = members[: naming.MOST]
            if all(key in here for key in keys):
                rows = [_row(key, number, here[key]) for key in keys]
            else:
                rows = placing.read(connection, keys)
            vectors = [self.stories.members[row.seq].vector for row in rows]
            titles[number] = naming.title(rows, vectors, self.stories.frequencies)
        placing.name(connection, titles)


def _stems(new: New) -> Stems:
    return new.stems or naming.analysed(new.article.title, new.article.text, new.terms)


def _row(seq: int, number: int, new: New) -> Placed:
    if new.terms is not None:
        return Placed(seq, None, None, " ".join(new.terms), None, number, None)
    return Placed(seq, new.article.title, new.article.text, None, None, number, None)
