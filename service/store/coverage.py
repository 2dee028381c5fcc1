"""The ledger of intake: how many articles each source offered on each day, and what became of them.

A count is written in the transaction that keeps the articles, so that the two never disagree. `outcome` is `kept`,
`known` (kept before), `extracted` (found on a page, and then kept, known or failed), or the code of the error that it
failed with. The source of an article without one is the empty string.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from model.errors import TopicdeskError
from service.store.articles import New, Place
from service.store.columns import now
from service.store.schema import article, intake_count

KEPT, KNOWN, EXTRACTED = "kept", "known", "extracted"
# the same in both databases; put together anew it would cost more than it does
COUNT = sa.text(
    "INSERT INTO intake_count (source, day, outcome, articles) VALUES (:source, :day, :outcome, :articles) "
    "ON CONFLICT (source, day, outcome) DO UPDATE SET articles = intake_count.articles + excluded.articles"
).bindparams(sa.bindparam("day", type_=sa.Date))

Outcome = tuple[str | None, str]
"""A source, and what became of an article of it."""


class Days(NamedTuple):
    """On which days a source had articles, and how many."""

    source: str
    articles: dict[date, int]


def note(
    connection: sa.Connection,
    news: Sequence[New],
    places: Sequence[Place | TopicdeskError],
    failed: Iterable[Outcome] = (),
) -> None:
    """Count a batch: the articles that were to be kept with what `articles.add` gave, and those that failed before."""
    ended = [(new.article.source, _outcome(place)) for new, place in zip(news, places, strict=True)]
    add(connection, Counter([*ended, *failed]))


def add(connection: sa.Connection, counts: Mapping[Outcome, int]) -> None:
    """Add to today's counts."""
    if not counts:
        return
    day = now().date()
    # in one order, so that two who add the same never wait for each other in a circle
    rows = [
        {"source": source or "", "day": day, "outcome": outcome, "articles": number}
        for (source, outcome), number in sorted(counts.items(), key=lambda one: (one[0][0] or "", one[0][1]))
    ]
    connection.execute(COUNT, rows)


def _outcome(place: Place | TopicdeskError) -> str:
    if isinstance(place, TopicdeskError):
        return place.code
    return KEPT if place.created else KNOWN


def counted(connection: sa.Connection, first: date) -> dict[str, dict[str, int]]:
    """Return the counts of each source from a day on, by outcome."""
    query = (
        sa.select(intake_count.c.source, intake_count.c.outcome, sa.func.sum(intake_count.c.articles))
        .where(intake_count.c.day >= first)
        .group_by(intake_count.c.source, intake_count.c.outcome)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for source, outcome, number in connection.execute(query):
        found[source][outcome] = int(number)
    return dict(found)


def since(connection: sa.Connection) -> date | None:
    """Return the first day of which anything is counted."""
    found: date | None = connection.scalar(sa.select(sa.func.min(intake_count.c.day)))
    return found


def decided(connection: sa.Connection, first: datetime) -> dict[str, tuple[int, int, int]]:
    """Return how many articles each source has of those received from a moment on: kept, decided on, for review."""
    review = sa.case((article.c.status == "review", 1))
    query = (
        sa.select(article.c.source, sa.func.count(), sa.func.count(article.c.status), sa.func.count(review))
        .where(article.c.received >= first, article.c.deleted.is_(None))
        .group_by(article.c.source)
    )
    return {source or "": (kept, sure, doubtful) for source, kept, sure, doubtful in connection.execute(query)}


def by_day(connection: sa.Connection, first: datetime, until: datetime) -> list[Days]:
    """Return each named source's articles by the day (UTC) they are dated on, between two moments."""
    day = (
        sa.func.substr(sa.type_coerce(article.c.dated, sa.String), 1, 10)
        if connection.dialect.name == "sqlite"
        else sa.func.to_char(sa.func.timezone("UTC", article.c.dated), "YYYY-MM-DD")
    )
    query = (
        sa.select(article.c.source, day, sa.func.count())
        .where(article.c.dated >= first, article.c.dated <= until, article.c.source.is_not(None))
        .group_by(article.c.source, day)
    )
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for source, on, number in connection.execute(query):
        found[source][date.fromisoformat(on)] = number
    return [Days(source, days) for source, days in sorted(found.items())]
