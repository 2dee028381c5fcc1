"""The weeks of a drift report as charts, each with its sentence and its table."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from model.taxonomy import Topic
from service.desk import formats
from service.desk.charts import lines, shares
from service.desk.charts.lines import Series
from service.drift.calibration import Share
from service.drift.figures import Drift, Judgements, Week
from service.drift.sentences import percent

STATUSES = {"assigned": "Assigned", "review": "For review", "out_of_scope": "Out of scope"}


class Table(NamedTuple):
    """What a chart shows, in figures: the first cell of a row is its name."""

    columns: list[str]
    rows: list[list[str]]


class Picture(NamedTuple):
    """A chart of lines or of stacked shares; `series` are its legend where it is of shares."""

    title: str
    sentence: str
    chart: lines.Chart | shares.Chart
    series: list[Series]
    table: Table

    @property
    def stacked(self) -> bool:
        """Whether it is of shares."""
        return isinstance(self.chart, shares.Chart)


def pictures(report: Drift, topics: Mapping[str, Topic]) -> list[Picture]:
    """Return the charts of the weeks: volume, topics, decisions, words unknown; none where there is nothing in them."""
    weeks = report.weeks
    if not any(week.articles for week in weeks):
        return []
    volume = Series("Articles", "plain", [week.articles for week in weeks])
    found = sorted({topic for week in weeks for topic in week.topics}, key=lambda topic: _place(topic, topics))
    shared = [Series(_name(one, topics), _kind(one, topics), [_of(week, one) for week in weeks]) for one in found]
    decided = [Series(name, status, [getattr(week, status) for week in weeks]) for status, name in STATUSES.items()]
    unknown = Series("Unknown words", "plain", [week.unknown_terms for week in weeks])
    made = [_lines("Articles a week", _volume(weeks), [volume], weeks, _count)]
    if shared:
        made.append(_lines("Share of articles assigned to each topic", _last(shared, weeks), shared, weeks, percent))
    if any(week.decided for week in weeks):
        made.append(_stacked("What was decided", _last(decided, weeks), decided, weeks))
        review = Series("For review", "review", [week.review for week in weeks])
        made.append(_lines("Left for review", _last([review], weeks), [review], weeks, percent))
    if any(value is not None for value in unknown.values):
        made.append(_lines("Words that the model does not know", _last([unknown], weeks), [unknown], weeks, percent))
    return made


def judged(found: Judgements) -> Picture | None:
    """Return how many assignments people found right, month by month, where there are two months of it."""
    months = [month for month in found.months if month.assigned.share is not None]
    if len(months) < 2:
        return None
    right = Series("Right", "plain", [month.assigned.share for month in months])
    names = [month.month for month in months]
    last = months[-1].assigned
    sentence = f"In {names[-1]} {last.right:,} of {last.of:,} judged assignments were right."
    rows = [
        [month.month, f"{month.assigned.of:,}", percent(month.assigned.share or 0.0), _interval(month.assigned)]
        for month in months
    ]
    table = Table(["Month", "Judged", "Right", "95 % interval"], rows)
    return Picture("Assignments that people found right", sentence, lines.draw([right], names, percent), [], table)


def _interval(share: Share) -> str:
    return f"{percent(share.low).removesuffix(' %')} to {percent(share.high)}"


def _lines(
    title: str, sentence: str, series: list[Series], weeks: Sequence[Week], write: Callable[[float], str]
) -> Picture:
    chart = lines.draw(series, _names(weeks), write, last_open=True)
    return Picture(title, sentence, chart, [], _table(series, weeks, write))


def _stacked(title: str, sentence: str, series: list[Series], weeks: Sequence[Week]) -> Picture:
    return Picture(title, sentence, shares.draw(series, _names(weeks), percent), series, _table(series, weeks, percent))


def _table(series: Sequence[Series], weeks: Sequence[Week], write: Callable[[float], str]) -> Table:
    rows = []
    for n, week in enumerate(weeks):
        cells = ["–" if (value := one.values[n]) is None else write(value) for one in series]
        rows.append([formats.day(week.week) + ("" if week.complete else " (so far)"), *cells])
    return Table(["Week of", *(one.name for one in series)], rows)


def _names(weeks: Sequence[Week]) -> list[str]:
    return [f"{week.week:%-d %b}" for week in weeks]


def _volume(weeks: Sequence[Week]) -> str:
    *before, last = [week.articles for week in weeks if week.complete]
    span = f"{min(before):,} to {max(before):,}" if min(before) < max(before) else f"{before[0]:,}"
    return f"{formats.plural(last, 'article')} last week; {span} in a week before it."


def _last(series: Sequence[Series], weeks: Sequence[Week]) -> str:
    """Return the figures of the last complete week in words."""
    place = max(n for n, week in enumerate(weeks) if week.complete)
    told = [f"{one.name} {percent(value)}" for one in series if (value := one.values[place]) is not None]
    return f"Last week: {', '.join(told)}." if told else "Nothing was decided last week."


def _count(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _of(week: Week, topic: str) -> float | None:
    return week.topics.get(topic, 0.0) if week.decided else None


def _name(topic: str, topics: Mapping[str, Topic]) -> str:
    return topics[topic].label if topic in topics else topic


def _place(topic: str, topics: Mapping[str, Topic]) -> tuple[int, str]:
    return (list(topics).index(topic) if topic in topics else len(topics), topic)


def _kind(topic: str, topics: Mapping[str, Topic]) -> str:
    return f"topic-{list(topics).index(topic) % 6}" if topic in topics else "topic-none"
