"""Stories as articles come in: each is placed at once, and passes in the background mend what came too early.

Single-pass clustering (Allan, Papka and Lavrenko, On-line new event detection and tracking, SIGIR 1998) depends on the
order of arrival; `tidy` draws what has changed anew.
Numbers of stories never change their meaning: a merged one leads to what it became.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from model.article import Article
from model.errors import InvalidInputError
from model.neighbours import Copies
from model.stories import features, similarity, tidying
from model.stories.batch import THRESHOLD
from model.stories.constraints import Constraints
from model.stories.engine import Stems
from model.stories.frequencies import Frequencies
from model.stories.index import NEW, Index

Key = TypeVar("Key", bound=Hashable)


class Placed(NamedTuple, Generic[Key]):
    """Where an article went: a story's number, whether it is a new one, and the article of which it is a copy."""

    story: int
    new: bool
    original: Key | None = None


@dataclass(slots=True)
class Member:
    """An independent article of a live story; `wide` has terms to spare for when word frequencies change."""

    wide: features.Vector
    vector: features.Vector
    day: float
    story: int = 0


@dataclass(slots=True)
class Story(Generic[Key]):
    """A live story: its slot in the index, its independent articles, and the copies of each in order of arrival."""

    slot: int
    members: list[Key] = field(default_factory=list)
    copies: dict[Key, list[Key]] = field(default_factory=dict)

    def keys(self) -> list[Key]:
        """Return the keys of all articles, each followed by its copies."""
        return [key for member in self.members for key in (member, *self.copies.get(member, ()))]


class Stories(Generic[Key]):
    """The live stories. `Key` is whatever the caller knows articles by. Not safe to share between threads."""

    def __init__(
        self, frequencies: Frequencies | None = None, threshold: float = THRESHOLD, next_story: int = 1
    ) -> None:
        """Start empty; `frequencies` is the background, and learns from what comes in."""
        self.frequencies = frequencies or Frequencies()
        self.threshold = threshold
        self.stories: dict[int, Story[Key]] = {}
        self.constraints = Constraints()
        self.touched: set[int] = set()  # since the last tidying
        self.index = Index()
        self.members: dict[Key, Member] = {}
        self._copies: Copies[Key] = Copies()
        self._original: dict[Key, Key] = {}
        self._led: dict[int, int] = {}
        self._owner: dict[int, int] = {}  # slot -> story
        self._next = next_story

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
            original[key] = self._copies.add(key, stems)
            if original[key] == key:
                self.frequencies.see(stems)
                fresh.append((key, self._member(stems, published)))
        vectors, days = [m.vector for _, m in fresh], np.array([m.day for _, m in fresh])
        opened = set[Key]()
        for (key, member), slot in zip(fresh, self.index.place(vectors, days, self.threshold), strict=True):
            if slot not in self._owner:
                opened.add(key)
                self._open(slot)
            member.story = self._owner[slot]
            self._join(key, member)
        return [self._placed(key, original[key], key in opened) for key, _, _ in articles]

    def restore(self, key: Key, article: Article, story: int) -> None:
        """Put an article where it was placed before, as after a restart; a copy goes where its original went."""
        stems = features.stems(article)
        original = self._copies.find(stems)
        self.put_back(key, stems, article.published, story, original)

    def put_back(self, key: Key, stems: Stems, published: str | None, story: int, original: Key | None = None) -> None:
        """Put an analysed article where it was placed before; `original` is the live article it is known to copy."""
        self._next = max(self._next, story + 1)
        if original is not None and (known_as := self._original.get(original, original)) in self.members:
            self._placed(key, known_as, new=False)
            return
        self._copies.keep(key, stems)
        self.frequencies.see(stems)
        member = self._member(stems, published)
        member.story = self.find(story)
        known = self.stories.get(member.story)
        slot = self.index.put(member.vector, member.day, known.slot if known else NEW)
        if known is None:
            self._open(slot, member.story)
        self._join(key, member)
        self.index.settle()

    def skip_to(self, number: int) -> None:
        """Give new stories numbers from `number` on."""
        self._next = max(self._next, number)

    def remove(self, key: Key, heir: Key | None = None) -> None:
        """Take one article away; `heir`, one of its copies, stands for those that are left.

        A story that is left empty is gone, and leads nowhere. An article in no live story is passed over.
        """
        if (original := self._original.pop(key, None)) is not None:
            self.stories[self.members[original].story].copies[original].remove(key)
            return
        if key not in self.members:
            return
        member = self.members.pop(key)
        story, left = self.stories[member.story], [*self.stories[member.story].copies.pop(key, ())]
        self.constraints.pinned.discard(key)
        if heir is not None and heir in left:
            left.remove(heir)
            self._copies.rename(key, heir)
            self.members[heir] = member
            story.members[story.members.index(key)] = heir
            del self._original[heir]
            self._original.update(dict.fromkeys(left, heir))
            story.copies[heir] = left
            return
        self._copies.forget(key)
        story.members.remove(key)
        self.touched.add(member.story)
        if story.members:
            self.index.replace({story.slot: self._contents(member.story)})
        else:
            self.drop([member.story])

    def knows(self, key: Key) -> bool:
        """Tell whether an article is in a live story."""
        return key in self.members or key in self._original

    def find(self, story: int) -> int:
        """Return what a story has become through mergers; itself where it has not been merged."""
        while story in self._led:
            story = self._led[story]
        return story

    def story_of(self, key: Key) -> int:
        """Return the story that an article is in now. Raises `InvalidInputError` where it is in no live story."""
        member = self.members.get(self._original.get(key, key))
        if member is None:
            raise InvalidInputError("the article is in no live story")
        return member.story

    def merge(self, one: int, other: int) -> int:
        """Make two stories one for good, as a person wants it; return the number that stays, the lower.

        Raises `InvalidInputError` where one is not live.
        """
        one, other = self._live(one), self._live(other)
        kept, gone = min(one, other), max(one, other)
        if kept != gone:
            self.constraints.allow(kept, gone)
            self.rearrange(dict.fromkeys([*self.stories[gone].members], kept))
            self.touched.add(kept)
            self.constraints.pin(self.stories[kept].members)
        return kept

    def split(self, story: int, keys: Iterable[Key]) -> int:
        """Take articles, with their copies, out of a story for good; return the number of the new one they make.

        Raises `InvalidInputError` where the story is not live, an article is not in it, or nothing would be left.
        """
        story = self._live(story)
        chosen = {self._original.get(key, key) for key in keys}
        staying = [key for key in self.stories[story].members if key not in chosen]
        if not chosen or not staying or len(staying) + len(chosen) != len(self.stories[story].members):
            raise InvalidInputError("a split needs articles of the story, and one that stays")
        self.rearrange(dict.fromkeys([key for key in self.stories[story].members if key in chosen], -1))
        new = self.members[next(iter(chosen))].story
        self.touched |= {story, new}
        self.constraints.part(story, new)
        self.constraints.pin([*staying, *chosen])
        return new

    def tidy(self, *, everything: bool = False) -> tidying.Tidied[Key]:
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

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget live stories with their articles; what is not live is passed over."""
        live = [number for number in numbers if number in self.stories]
        if not live:
            return
        self.index.replace({self.stories[number].slot: [] for number in live})
        for number in live:
            story = self.stories.pop(number)
            del self._owner[story.slot]
            self.touched.discard(number)
            self.constraints.drop(number, story.members)
            for key in story.members:
                del self.members[key]
                self._copies.forget(key)
                for copy in story.copies.get(key, ()):
                    del self._original[copy]

    def rearrange(self, places: dict[Key, int]) -> tidying.Tidied[Key]:
        """Put independent articles, with their copies, into stories; return what became of the old ones.

        Numbers below 0 stand for new stories, others that are not live are opened under that number. A story that is
        left empty leads to where most of its articles went.
        """
        before = {key: self.members[key].story for key in places}
        went = {old: Counter[int]() for old in before.values()}
        opened = dict[int, int]()
        for key, number in places.items():
            if number not in self.stories and number not in opened:
                slot = self.index.put(features.EMPTY, float("nan"))
                opened[number] = self._open(slot, None if number < 0 else number)
            new = opened.get(number, number)
            went[before[key]][new] += 1
            if new != before[key]:
                self._shift(key, new)
        changed = {self.members[key].story for key in places if self.members[key].story != before[key]}
        changed |= {old for key, old in before.items() if self.members[key].story != old}
        gone = sorted(number for number in changed if not self.stories[number].members)
        self.index.replace({self.stories[number].slot: self._contents(number) for number in changed})
        for number in gone:
            kept = went[number].most_common(1)[0][0]
            self._led[number] = kept
            self.constraints.rename(number, kept)
            self.touched.discard(number)
            del self._owner[self.stories.pop(number).slot]
        led = {number: self.find(number) for number in gone}
        moved = {key: self.members[key].story for key in places if self.members[key].story != self.find(before[key])}
        return tidying.Tidied(led, moved)

    def _shift(self, key: Key, number: int) -> None:
        old, new = self.stories[self.members[key].story], self.stories[number]
        old.members.remove(key)
        new.members.append(key)
        if key in old.copies:
            new.copies[key] = old.copies.pop(key)
        self.members[key].story = number

    def _contents(self, number: int) -> list[tuple[features.Vector, float]]:
        members = (self.members[key] for key in self.stories[number].members)
        return [(member.vector, member.day) for member in members]

    def _member(self, stems: Stems, published: str | None) -> Member:
        wide, kept = features.vectors(stems, self.frequencies)
        return Member(wide, kept, similarity.day(published))

    def _open(self, slot: int, number: int | None = None) -> int:
        if number is None:
            number = self._next
        self._next = max(self._next, number + 1)
        self._led.pop(number, None)
        self.stories[number] = Story(slot)
        self._owner[slot] = number
        return number

    def _join(self, key: Key, member: Member) -> None:
        self.members[key] = member
        self.stories[member.story].members.append(key)
        self.touched.add(member.story)

    def _placed(self, key: Key, original: Key, new: bool) -> Placed[Key]:
        story = self.members[original].story
        if key == original:
            return Placed(story, new)
        self._original[key] = original
        self.stories[story].copies.setdefault(original, []).append(key)
        return Placed(story, new=False, original=original)

    def _live(self, story: int) -> int:
        found = self.find(story)
        if found not in self.stories:
            raise InvalidInputError("there is no such live story")
        return found
