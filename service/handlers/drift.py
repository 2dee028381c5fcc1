"""What has changed lately in what comes in: figures of stored decisions, told in words."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from model.errors import InvalidInputError
from service.drift import change, judging, sentences, trends
from service.drift.figures import Comparison, Drift, Figure, TopicTerms, Week
from service.handlers.articles import MAX_SOURCE
from service.store import drift as store
from service.store.columns import now
from service.store.database import Database

WEEKS, LEAST_WEEKS, MOST_WEEKS = 9, 2, 104
MOST_TERMS_WEEKS = 4
MOST_SOURCES = 5
WEEK = timedelta(weeks=1)
STATUSES: tuple[Figure, ...] = ("assigned", "review", "out_of_scope")


class _Seen(NamedTuple):
    """A week as the database groups it."""

    span: store.Span
    groups: list[store.Group]


def report(database: Database, weeks: int = WEEKS, source: str | None = None, at: datetime | None = None) -> Drift:
    """Drift on the last complete weeks, and what there is of this one, as of a moment (by default this one).

    `source` looks at one source alone. Raises `InvalidInputError` for fewer than 2 weeks or more than 104, and
    `DatabaseError`.
    """
    if not LEAST_WEEKS <= weeks <= MOST_WEEKS:
        raise InvalidInputError(f"`weeks` is from {LEAST_WEEKS} to {MOST_WEEKS}")
    if source is not None and ("\0" in source or len(source) > MAX_SOURCE):
        raise InvalidInputError("`source` is no name of a source")
    at = at or now()
    this = _monday(at)
    spans = [(this - n * WEEK, this - (n - 1) * WEEK) for n in range(weeks, 0, -1)]
    with database.read() as connection:
        seen = [_Seen(span, store.groups(connection, span, source)) for span in (*spans, (this, at))]
        outside = store.outside(connection, at, source)
        judged = store.judged(connection, (spans[0][0], this), source)
        topics = sorted({topic for week in seen for group in week.groups for topic in group.topics or ()})
        lately = min(MOST_TERMS_WEEKS, max(1, weeks // 3))
        terms = _terms(connection, topics, spans, lately, source)
    changes, sources = _changes(seen[-2].groups, [week.groups for week in seen[:-2]], topics, source)
    models = _models(seen)
    made = Drift(
        source=source,
        sentences=[],
        weeks=[_week(week, topics, complete=week is not seen[-1]) for week in seen],
        changes=changes,
        sources=sources,
        terms_weeks=lately,
        terms=terms,
        judgements=judging.judge(judged),
        models=models,
        later=outside.later,
    )
    made.sentences.extend(sentences.tell(made, outside.latest, _models(seen[-2:-1]), _models(seen[:-2])))
    return made


def _monday(moment: datetime) -> datetime:
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def _models(seen: Sequence[_Seen]) -> dict[str, int]:
    """Return how many articles each model decided on."""
    found: dict[str, int] = {}
    for group in (group for week in seen for group in week.groups):
        if group.model is not None:
            found[group.model] = found.get(group.model, 0) + group.articles
    return dict(sorted(found.items()))


def _week(week: _Seen, topics: Iterable[str], *, complete: bool) -> Week:
    share = {name: _status(week.groups, name).mean for name in STATUSES}
    decided = _status(week.groups, STATUSES[0]).articles
    return Week(
        week=week.span[0].date(),
        complete=complete,
        articles=sum(group.articles for group in week.groups),
        decided=decided,
        topics={topic: _topic(week.groups, topic).mean or 0.0 for topic in topics} if decided else {},
        unknown_terms=_unknown(week.groups).mean,
        **share,
    )


def _status(groups: Sequence[store.Group], status: str) -> change.Cell:
    decided = [group for group in groups if group.status is not None]
    number = sum(group.articles for group in decided)
    return change.count(number, sum(group.articles for group in decided if group.status == status))


def _topic(groups: Sequence[store.Group], topic: str) -> change.Cell:
    decided = [group for group in groups if group.status is not None]
    number = sum(group.articles for group in decided)
    return change.count(number, sum(group.articles for group in decided if topic in (group.topics or ())))


def _unknown(groups: Sequence[store.Group]) -> change.Cell:
    columns = [(group.read, group.unknown, group.squares) for group in groups]
    return change.Cell(*(sum(column) for column in zip(*columns, strict=True))) if columns else change.Cell(0, 0, 0)


def _changes(
    last: list[store.Group], before: list[list[store.Group]], topics: list[str], source: str | None
) -> tuple[list[Comparison], list[Comparison]]:
    """Hold the last week against those before: the whole stream, and each source."""
    series = [last, *before]
    whole = [trends.Series(name, None, source, [_status(week, name) for week in series]) for name in STATUSES]
    whole += [trends.Series("topic", topic, source, [_topic(week, topic) for week in series]) for topic in topics]
    whole.append(trends.Series("unknown_terms", None, source, list(map(_unknown, series))))
    parts: list[trends.Series] = []
    if source is None:
        by_source = [_by_source(week) for week in series]
        for name in by_source[0]:
            weeks = [week.get(name, []) for week in by_source]
            parts += [trends.Series(status, None, name, [_status(w, status) for w in weeks]) for status in STATUSES]
            parts.append(trends.Series("unknown_terms", None, name, list(map(_unknown, weeks))))
    held = trends.hold([whole, parts])
    return held[0], _most_surprising(held[1])


def _most_surprising(changes: Iterable[Comparison]) -> list[Comparison]:
    """Return all that is told of sources, and the most surprising figure of some others; least likely chance first."""
    ordered = sorted((one for one in changes if one.p is not None), key=lambda one: (one.p, one.source))
    chosen, named = list[Comparison](), set[str | None]()
    for one in ordered:
        if one.told or (one.source not in named and len(named) < MOST_SOURCES):
            chosen.append(one)
            named.add(one.source)
    return chosen


def _by_source(groups: Iterable[store.Group]) -> dict[str, list[store.Group]]:
    found: dict[str, list[store.Group]] = {}
    for group in groups:
        if group.source is not None:
            found.setdefault(group.source, []).append(group)
    return found


def _terms(
    connection: sa.Connection, topics: Iterable[str], spans: Sequence[store.Span], lately: int, source: str | None
) -> list[TopicTerms]:
    border = spans[-lately][0]
    sides = [(border, spans[-1][1]), (spans[0][0], border)]
    found = {
        topic: [store.words(connection, topic, side, source, trends.MOST_ARTICLES + 1) for side in sides]
        for topic in topics
    }
    return trends.terms(found)
