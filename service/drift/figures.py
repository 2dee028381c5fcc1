"""What a drift report holds, as it is given out: shares are from 0 to 1, weeks begin on Monday 0:00 UTC."""

from datetime import date
from typing import Literal

import msgspec

from service.drift.calibration import Calibration, Share

Figure = Literal["assigned", "review", "out_of_scope", "unknown_terms", "topic"]


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """One week by the day it begins on; `complete` where it is over.

    Shares are of the articles that have a decision (`decided`), None where there are none; `topics` those assigned to
    each. `unknown_terms` is the mean share of an article's words that the model does not know, over those of which it
    was kept.
    """

    week: date
    complete: bool
    articles: int
    decided: int
    assigned: float | None
    review: float | None
    out_of_scope: float | None
    topics: dict[str, float]
    unknown_terms: float | None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of the last complete week held against the weeks before.

    `figure` names a status, `unknown_terms`, or `topic` with the topic's name; `source` is None for the whole stream.
    `low` and `high` are the least and the most of the weeks before, None where those had too few articles to say.
    `p` is None where there are too few articles to tell a change; `told` is whether this is one.
    """

    figure: Figure
    topic: str | None
    source: str | None
    articles: int
    now: float
    before: float
    low: float | None
    high: float | None
    p: float | None
    told: bool


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A term's share of a topic's distinct articles, lately and before."""

    term: str
    now: float
    before: float
    strength: float


class TopicTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The terms that rise and fall in a topic, strongest first.

    `now` and `before` count distinct articles, `copies` those left out as near copies; `capped` where there were more
    articles on a side than are looked at, and only the latest were.
    """

    topic: str
    now: int
    before: int
    copies: int
    capped: bool
    rising: list[Term]
    falling: list[Term]


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a month's judged articles that had been assigned were given the right topics; `month` is YYYY-MM."""

    month: str
    assigned: Share


class Judgements(msgspec.Struct, frozen=True, kw_only=True):
    """How decisions fared with the people who judged them. Judged articles are no random sample.

    `assigned`: of those assigned, where every topic was right. `dismissed`: of those out of scope, where none was
    missed. `calibration` is of all topics' scores.
    """

    articles: int
    assigned: Share
    dismissed: Share
    calibration: Calibration | None
    months: list[Month]


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """What has changed lately, in figures and in words.

    `weeks` are oldest first, the last one not over yet. `changes` are of the whole stream, or of the one source that
    was asked for; `sources` the sources that changed most. `later` counts articles dated in the future, left out.
    `terms_weeks` is how many of the last complete weeks terms are held against those before.
    """

    source: str | None
    sentences: list[str]
    weeks: list[Week]
    changes: list[Comparison]
    sources: list[Comparison]
    terms_weeks: int
    terms: list[TopicTerms]
    judgements: Judgements
    models: dict[str, int]
    later: int
