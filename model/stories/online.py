"""Stories as articles come in: each is placed at once, and passes in the background mend what came too early.

Single-pass clustering (Allan, Papka and Lavrenko, On-line new event detection and tracking, SIGIR 1998) depends on the
order of arrival; `tidy` draws what has changed anew.
Numbers of stories never change their meaning: a merged one leads to what it became.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from model.article import Article
from model.errors import InvalidInputError
from model.stories import features, rearranging, similarity, tidying
from model.stories.batch import THRESHOLD
from model.stories.engine import Stems
from model.stories.frequencies import Frequencies
from model.stories.index import NEW
from model.stories.state import Key, Member, Placed, State


class Stories(State[Key]):
    """The live stories. `Key` is whatever the caller knows articles by. Not safe to share between threads."""

    def __init__(
        self, frequencies: Frequencies | None = None, threshold: float = THRESHOLD, next_story: int = 1
    ) -> None:
        """Start empty; `frequencies` is the background, and learns from what comes in."""
        super().__init__(frequencies or Frequencies(), threshold, next_story)

    def add(self, key: Key, article: Article) -> Placed[Key]:
        """Place one article. Raises `InvalidInputError` where its key is in a live story already."""
        return self.add_all([(key, article)])[0]

    def add_all(self, articles: Iterable[tuple[Key, Article]]) -> list[Placed[Key]]:
        """Place articles in order, as `add` does for each, but many times faster."""
        return self.place([(key, features.stems(article), article.published) for key, article in articles])

    def place(self, articles: Sequence[tuple[Key, Stems, str | None]]) -> list[Placed[Key]]:
        """Place analysed articles, each a key, its stems and its date."""
        keys = {key for key, _, _ in articles}
        if len(keys) < len(articles) or any(self.knows(key) for key in keys):
            raise InvalidInputError("an article with this id has been placed in a story before")
        original, fresh = dict[Key, Key](), list[tuple[Key, Member]]()
        for key, stems, published in articles:
            original[key] = self.copies.add(key, stems)
            if original[key] == key:
                self.frequencies.see(stems)
                fresh.append((key, self._member(stems, published)))
        vectors, days = [m.vector for _, m in fresh], np.array([m.day for _, m in fresh])
        opened = set[Key]()
        for (key, member), slot in zip(fresh, self.index.place(vectors, days, self.threshold), strict=True):
            if slot not in self.owner:
                opened.add(key)
                self.open(slot)
            member.story = self.owner[slot]
            self.join(key, member)
        return [self.put(key, original[key], key in opened) for key, _, _ in articles]

    def restore(self, key: Key, article: Article, story: int) -> None:
        """Put an article where it was placed before, as after a restart; a copy goes where its original went."""
        stems = features.stems(article)
        original = self.copies.find(stems)
        self.put_back(key, stems, article.published, story, original)

    def put_back(self, key: Key, stems: Stems, published: str | None, story: int, original: Key | None = None) -> None:
        """Put an analysed article where it was placed before; `original` is the live article it is known to copy."""
        self.next = max(self.next, story + 1)
        if original is not None and (known_as := self.original.get(original, original)) in self.members:
            self.put(key, known_as, new=False)
            return
        self.copies.keep(key, stems)
        self.frequencies.see(stems)
        member = self._member(stems, published)
        member.story = self.find(story)
        known = self.stories.get(member.story)
        slot = self.index.put(member.vector, member.day, known.slot if known else NEW)
        if known is None:
            self.open(slot, member.story)
        self.join(key, member)
        self.index.settle()

    def remove(self, key: Key, heir: Key | None = None) -> None:
        """Take one article away; see `rearranging.remove`."""
        rearranging.remove(self, key, heir)

    def merge(self, one: int, other: int) -> int:
        """Make two stories one for good; see `rearranging.merge`."""
        return rearranging.merge(self, one, other)

    def split(self, story: int, keys: Iterable[Key]) -> int:
        """Take articles out of a story for good; see `rearranging.split`."""
        return rearranging.split(self, story, keys)

    def tidy(self, *, everything: bool = False) -> rearranging.Tidied[Key]:
        """Draw the stories that have changed since the last time anew from their articles; return what was done.

        `everything` draws all live stories, which word frequencies have changed for even where nothing else has.
        """
        return tidying.tidy(self, everything)

    def close(self, before: float) -> list[int]:
        """Close the stories whose articles were all published before a day (days since 1970); return their numbers.

        A closed story takes no more articles, and its number finds nothing. Undated stories stay.
        """
        last = {number: self.index.days[story.slot, 1] for number, story in self.stories.items()}
        closed = [number for number, day in last.items() if day < before]
        self.drop(closed)
        return closed

    def _member(self, stems: Stems, published: str | None) -> Member:
        wide, kept = features.vectors(stems, self.frequencies)
        return Member(wide, kept, similarity.day(published))
