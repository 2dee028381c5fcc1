"""Articles drawn into stories, each with its name and its lead; in a batch, or one after another."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import msgspec

from model.article import Article
from model.stories import batch
from model.stories.features import Vector
from model.stories.frequencies import Frequencies
from model.stories.label import READ, Label, label
from model.stories.online import Stories
from model.stories.similarity import day
from model.stories.timeline import timeline
from service.stories.story import DrawnStory

AT_ONCE = 1000


@dataclass(frozen=True)
class Group:
    """A story by the places of its articles: all, and its `lead`; its terms are in the order of their weight."""

    id: str
    places: list[int]
    lead: int
    terms: list[str]

    @property
    def label(self) -> str:
        """What the story is called."""
        return ", ".join(self.terms)


@dataclass(frozen=True)
class Grouping:
    """Stories of N articles in order of first appearance: `of[n]` is the place in `groups` of article n's.

    `original[n]` is the place of the article that n is a copy of, n itself where it is none; `days[n]` is its day.
    """

    groups: list[Group]
    of: list[int]
    original: list[int]
    days: list[float]

    def told(self, group: Group, names: Sequence[str]) -> DrawnStory:
        """Return a story as it is told, given each article's name."""
        copies = {n: self.original[n] for n in group.places if self.original[n] != n}
        days = timeline((self.days[n], n in copies) for n in group.places)
        dated = [day.date for day in days if day.date is not None]
        return DrawnStory(
            id=group.id,
            label=group.label,
            articles=[names[n] for n in group.places],
            lead=names[group.lead],
            terms=group.terms,
            independent=len(group.places) - len(copies),
            duplicates={names[copy]: names[original] for copy, original in copies.items()},
            first=dated[0] if dated else None,
            last=dated[-1] if dated else None,
            timeline=days,
        )


def at_once(articles: Iterable[Article], frequencies: Frequencies) -> Grouping:
    """Draw all articles into stories together. `frequencies` learns their words."""
    kept = list(articles)
    found = batch.cluster(kept, frequencies)
    return _grouping(kept, found.story.tolist(), found.original.tolist(), found.vectors, frequencies)


def one_by_one(articles: Iterable[Article], frequencies: Frequencies) -> Grouping:
    """Place articles in the order they come in, and draw the stories anew at the end. `frequencies` learns."""
    stories: Stories[int] = Stories(frequencies)
    kept: list[Article] = []
    original: list[int] = []
    for some in _portions(articles):
        placed = stories.add_all(enumerate(some, len(kept)))
        original += [n if one.original is None else one.original for n, one in enumerate(placed, len(kept))]
        # the rest of a long text is not needed any more
        kept += [msgspec.structs.replace(article, text=article.text[:READ]) for article in some]
    stories.tidy(everything=True)
    numbers = [stories.story_of(n) for n in range(len(kept))]
    vectors = [stories.members[n].vector for n in original]
    return _grouping(kept, numbers, original, vectors, frequencies)


def _portions(articles: Iterable[Article]) -> Iterator[list[Article]]:
    rest = iter(articles)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _grouping(
    articles: Sequence[Article],
    numbers: Sequence[Hashable],
    original: list[int],
    vectors: Sequence[Vector],
    frequencies: Frequencies,
) -> Grouping:
    places: dict[Hashable, list[int]] = {}
    for n, number in enumerate(numbers):
        places.setdefault(number, []).append(n)
    order = {number: n for n, number in enumerate(places)}
    groups = []
    for n, members in enumerate(places.values(), 1):
        # a text that a hundred papers print weighs no more for that
        texts = [member for member in members if original[member] == member]
        named: Label = label([articles[one] for one in texts], [vectors[one] for one in texts], frequencies)
        groups.append(Group(f"s{n}", members, texts[named.lead], named.terms))
    days = [day(article.published) for article in articles]
    return Grouping(groups, [order[number] for number in numbers], original, days)
