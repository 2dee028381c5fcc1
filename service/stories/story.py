"""A story as it is told."""

from datetime import date

import msgspec

from model.stories.timeline import Day


class DrawnStory(msgspec.Struct, frozen=True, kw_only=True):
    """Articles about one event, by their ids in the order in which they came.

    `label` is its `terms` in words, empty where it has none; `lead` is the article nearest to all others;
    `independent` counts the texts that are no copies, and `duplicates` names the original of each copy; `first` and
    `last` are days (UTC).
    """

    id: str
    label: str
    articles: list[str]
    lead: str
    terms: list[str]
    independent: int
    duplicates: dict[str, str]
    first: date | None
    last: date | None
    timeline: list[Day]


class Clustered(msgspec.Struct, frozen=True):
    """The stories of a list of articles, in the order of the first article of each."""

    stories: list[DrawnStory]
