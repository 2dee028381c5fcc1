"""What became of the articles that sources offered, and which sources have fallen silent."""

import contextlib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

import msgspec

from model.errors import DatabaseError, TopicdeskError
from service.store import coverage as store
from service.store.coverage import EXTRACTED, KEPT, KNOWN, Outcome
from service.store.database import Database

MAX_SOURCE = 200
LOOKED_BACK = timedelta(days=90)
# a silence is told that is longer by half than any before, of a source that has had something to be usual about
LEAST_ARTICLES, LEAST_DAYS, LEAST_SILENCE, LONGER = 10, 5, 2, 1.5


class _OnlySource(msgspec.Struct):
    source: str | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One source over a span; `source` is empty for articles that named none.

    Offered were `seen`, of which `kept` anew, `known` before and `failed` by the code of the error; `extracted` were
    found on pages. Of the articles received then there still are `held`, of which `decided` have a decision, `review`
    one that leaves them for review.
    """

    source: str
    seen: int
    extracted: int
    kept: int
    known: int
    failed: dict[str, int]
    held: int
    decided: int
    review: int

    @property
    def failures(self) -> int:
        """How many failed."""
        return sum(self.failed.values())

    @property
    def commonest(self) -> str | None:
        """The code of the commonest failure."""
        return max(self.failed, key=lambda code: (self.failed[code], code), default=None)


class Silent(msgspec.Struct, frozen=True, kw_only=True):
    """A source of which nothing is dated in the last `days`; usually it had `a_day` (articles), last on `last`."""

    source: str
    days: int
    last: date
    a_day: float


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """The sources over a span, those of which most failed first, then those that offered most.

    `since` is the first day that is counted at all.
    """

    rows: list[Row]
    total: Row
    silent: list[Silent]
    since: date | None


def look(database: Database, first: datetime, at: datetime) -> Ledger:
    """Return the ledger from a moment on, and who is silent as of `at`. Raises `DatabaseError`."""
    with database.read() as connection:
        counted = store.counted(connection, first.date())
        decided = store.decided(connection, first)
        days = store.by_day(connection, at - LOOKED_BACK, at)
        since = store.since(connection)
    rows = [_row(name, counted.get(name, {}), decided.get(name, (0, 0, 0))) for name in {*counted, *decided}]
    rows.sort(key=lambda row: (-row.failures, -max(row.seen, row.held), row.source))
    silent = [found for one in days if (found := silence(one, at.date())) is not None]
    silent.sort(key=lambda one: (-one.days * one.a_day, one.source))
    return Ledger(rows=rows, total=_total(rows), silent=silent, since=since)


def _row(source: str, counts: dict[str, int], decided: tuple[int, int, int]) -> Row:
    failed = {code: number for code, number in counts.items() if code not in {KEPT, KNOWN, EXTRACTED}}
    kept, known = counts.get(KEPT, 0), counts.get(KNOWN, 0)
    held, sure, review = decided
    return Row(
        source=source, seen=kept + known + sum(failed.values()), extracted=counts.get(EXTRACTED, 0), kept=kept,
        known=known, failed=failed, held=held, decided=sure, review=review,
    )  # fmt: skip


def _total(rows: Sequence[Row]) -> Row:
    failed = Counter[str]()
    for row in rows:
        failed.update(row.failed)
    names = ("seen", "extracted", "kept", "known", "held", "decided", "review")
    return Row(source="", failed=dict(failed), **{name: sum(getattr(row, name) for row in rows) for name in names})


def silence(one: store.Days, today: date) -> Silent | None:
    """Return a source's silence where it is none of its usual ones.

    Usual are the gaps between the days on which it had something; so a source that rests at weekends is not told on a
    Sunday. Where nothing has changed the last of n gaps is the longest one time in n, hence the half on top.
    """
    dates = sorted(one.articles)
    total = sum(one.articles.values())
    silent = (today - dates[-1]).days
    if total < LEAST_ARTICLES or len(dates) < LEAST_DAYS or silent < LEAST_SILENCE:
        return None
    longest = max((later - earlier).days for earlier, later in pairwise(dates))
    if silent <= LONGER * longest:
        return None
    span = (dates[-1] - dates[0]).days + 1
    return Silent(source=one.source, days=silent, last=dates[-1], a_day=total / span)


def outcome(raw: bytes | msgspec.Raw, error: TopicdeskError) -> Outcome:
    """Return what is counted of an article that was refused: under its source where it names one that could be kept."""
    try:
        return named(msgspec.json.decode(raw, type=_OnlySource).source), error.code
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None, error.code


def named(source: object) -> str | None:
    """Return a source's name where it is one that could be kept."""
    if not isinstance(source, str) or len(source) > MAX_SOURCE:
        return None
    return None if any(unicodedata.category(char) == "Cc" for char in source) else source


def refused(database: Database, raw: bytes, error: TopicdeskError) -> None:
    """Count an article that was sent alone and refused; a database that is away does not change the answer."""
    with contextlib.suppress(DatabaseError), database.write() as connection:
        store.add(connection, {outcome(raw, error): 1})
