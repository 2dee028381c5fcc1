"""The state of the live stories: which article is where, in what shape, and what numbers of stories lead to.

`online` places articles with it, `rearranging` and `tidying` move them.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from model.errors import InvalidInputError
from model.neighbours import Copies
from model.stories.constraints import Constraints
from model.stories.engine import Vector
from model.stories.frequencies import Frequencies
from model.stories.index import Index

Key = TypeVar("Key", bound=Hashable)


class Placed(NamedTuple, Generic[Key]):
    """Where an article went: a story's number, whether it is a new one, and the article of which it is a copy."""

    story: int
    new: bool
    original: Key | None = None


@dataclass(slots=True)
class Member:
    """An independent article of a live story; `wide` has terms to spare for when word frequencies change."""

    wide: Vector
    vector: Vector
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


class State(Generic[Key]):
    """The live stories. Whatever changes one of these tables keeps the others in step with it."""

    def __init__(self, frequencies: Frequencies, threshold: float, next_story: int) -> None:
        """Start empty."""
        self.frequencies = frequencies
        self.threshold = threshold
        self.stories: dict[int, Story[Key]] = {}
        self.constraints = Constraints()
        self.touched: set[int] = set()  # since the last tidying
        self.index = Index()
        self.members: dict[Key, Member] = {}
        self.copies: Copies[Key] = Copies()
        self.original: dict[Key, Key] = {}  # of each copy
        self.led: dict[int, int] = {}  # from merged stories to what they became
        self.owner: dict[int, int] = {}  # slot -> story
        self.next = next_story

    def knows(self, key: Key) -> bool:
        """Tell whether an article is in a live story."""
        return key in self.members or key in self.original

    def find(self, story: int) -> int:
        """Return what a story has become through mergers; itself where it has not been merged."""
        while story in self.led:
            story = self.led[story]
        return story

    def story_of(self, key: Key) -> int:
        """Return the story that an article is in now. Raises `InvalidInputError` where it is in no live story."""
        member = self.members.get(self.original.get(key, key))
        if member is None:
            raise InvalidInputError("the article is in no live story")
        return member.story

    def skip_to(self, number: int) -> None:
        """Give new stories numbers from `number` on."""
        self.next = max(self.next, number)

    def live(self, story: int) -> int:
        """Return what a story has become. Raises `InvalidInputError` where that is not live."""
        found = self.find(story)
        if found not in self.stories:
            raise InvalidInputError("there is no such live story")
        return found

    def open(self, slot: int, number: int | None = None) -> int:
        """Open a story in a slot of the index, under the next number where none is given; return the number."""
        if number is None:
            number = self.next
        self.next = max(self.next, number + 1)
        self.led.pop(number, None)
        self.stories[number] = Story(slot)
        self.owner[slot] = number
        return number

    def join(self, key: Key, member: Member) -> None:
        """Add an independent article, which is in the index already, to the story that it names."""
        self.members[key] = member
        self.stories[member.story].members.append(key)
        self.touched.add(member.story)

    def put(self, key: Key, original: Key, new: bool) -> Placed[Key]:
        """Note that an article that is new is an original in its story, or a copy of one; return where it went."""
        story = self.members[original].story
        if key == original:
            return Placed(story, new)
        self.original[key] = original
        self.stories[story].copies.setdefault(original, []).append(key)
        return Placed(story, new=False, original=original)

    def contents(self, number: int) -> list[tuple[Vector, float]]:
        """Return the vectors and days of a story's independent articles."""
        members = (self.members[key] for key in self.stories[number].members)
        return [(member.vector, member.day) for member in members]

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget live stories with their articles; what is not live is passed over."""
        live = [number for number in numbers if number in self.stories]
        if not live:
            return
        self.index.replace({self.stories[number].slot: [] for number in live})
        for number in live:
            story = self.stories.pop(number)
            del self.owner[story.slot]
            self.touched.discard(number)
            self.constraints.drop(number, story.members)
            for key in story.members:
                del self.members[key]
                self.copies.forget(key)
                for copy in story.copies.get(key, ()):
                    del self.original[copy]
