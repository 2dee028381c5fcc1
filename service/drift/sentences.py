"""The report in plain words, for those who do not read tables: what changed, what did not, and what cannot be said."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from service.drift.calibration import Share
from service.drift.change import LEAST_WEEKS
from service.drift.figures import Comparison, Drift, Judgements, TopicTerms, Week

NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
MOST_SOURCES = 5
DID = {
    "assigned": "were assigned to a topic",
    "review": "were left for review",
    "out_of_scope": "were out of scope",
}


def tell(report: Drift, latest: datetime | None, now: Mapping[str, int], before: Mapping[str, int]) -> list[str]:
    """Return the sentences. `latest` is the date of the latest article; `now` and `before` count each model's."""
    return [*_extent(report, latest), *_shares(report), *_models(now, before), *_terms(report), *_judged(report)]


def _extent(report: Drift, latest: datetime | None) -> Iterator[str]:
    *complete, this = report.weeks
    *before, last = complete
    of = "" if report.source is None else f" from {report.source}"
    if report.later:
        yield (
            f"{_some(report.later, 'article')}{of} {_is(report.later)} dated in the future and left out until "
            f"{'that day' if report.later == 1 else 'those days'}."
        )
    if latest is None:
        yield f"No article{of} is kept yet." if not report.later else f"No article{of} is dated before now."
        return
    if not any(week.articles for week in complete):
        so_far = f"; this week so far there {_is(this.articles)} {this.articles}" if this.articles else ""
        yield (
            f"No article{of} is dated in the {_word(len(complete), 'week')} before this one{so_far}; the latest is of "
            f"{_day(latest.date())}."
        )
        return
    if not last.articles:
        yield f"No article{of} is dated last week ({_days(last.week)}); the latest is of {_day(latest.date())}."
    elif undecided := last.articles - last.decided:
        yield (
            f"Of last week's {_some(last.articles, 'article')}{of} {undecided} {_is(undecided)} without a decision and "
            "left out of the shares."
        )
    if gaps := sum(not week.articles for week in before):
        where = "the week" if len(before) == 1 else f"{gaps} of the {_word(len(before), 'week')}"
        yield f"In {where} before it there was no article{of}, so that less can be told."


def _shares(report: Drift) -> Iterator[str]:
    *before, last = report.weeks[:-1]
    if not last.decided:
        return
    if len(before) < LEAST_WEEKS:
        yield f"A change is not told from so few weeks: that takes {NUMBERS[LEAST_WEEKS]} to hold last week against."
        return
    if all(change.p is None for change in report.changes):
        yield (
            "There are too few articles to tell a change: that takes five last week, and thirty spread over four or "
            f"more of the {_word(len(before), 'week')} before it."
        )
        return
    told = [change for change in report.changes if change.told]
    yield from (_changed(change, len(before)) for change in told)
    if not told:
        of = "" if report.source is None else f" from {report.source}"
        yield (
            f"Last week's {_some(last.decided, 'article')}{of} were decided as the {_word(len(before), 'week')} before "
            "let expect: no share differs by more than chance and the usual ups and downs."
        )
    sources = _of_sources(report)
    yield from (_changed(change, len(before)) for change in sources[:MOST_SOURCES])
    if (more := len(sources) - MOST_SOURCES) > 0:
        yield f"{_some(more, 'more source')} changed as well."


def _of_sources(report: Drift) -> list[Comparison]:
    """Return one change of each source that changed; of words unknown only where the whole stream's are as before."""
    everywhere = any(change.told and change.figure == "unknown_terms" for change in report.changes)
    chosen: dict[str | None, Comparison] = {}
    for change in report.sources:
        if change.told and not (everywhere and change.figure == "unknown_terms"):
            chosen.setdefault(change.source, change)
    return list(chosen.values())


def _changed(change: Comparison, weeks: int) -> str:
    of = "" if change.source is None else f" from {change.source},"
    was = f"in the {_word(weeks, 'week')} before it was {range_of(change)}."
    if change.figure == "unknown_terms":
        return (
            f"Of the words of last week's {_some(change.articles, 'article')}{of} the model did not know "
            f"{percent(change.now)}; {was}"
        )
    did = DID.get(change.figure) or f"were assigned to {change.topic}"
    return f"Of last week's {_some(change.articles, 'article')}{of} {percent(change.now)} {did}; {was}"


def range_of(change: Comparison) -> str:
    """Return what a figure was before: from the least week to the most, or the mean where weeks say nothing."""
    if change.low is None or change.high is None:
        return percent(change.before)
    low, high = percent(change.low), percent(change.high)
    return low if low == high else f"{low.removesuffix(' %')} to {high}"


def _models(now: Mapping[str, int], before: Mapping[str, int]) -> Iterator[str]:
    others = sum(number for model, number in before.items() if model not in now)
    if now and others:
        names = " and ".join(sorted(now))
        yield (
            f"{percent(others / sum(before.values()))} of the articles before last week were decided by another model "
            f"than {names}, so a change may be the model's and not the news's; the job `label` decides on them again."
        )
    elif len(now) > 1:
        yield f"Last week's articles were decided by {_word(len(now), 'model')}: {', '.join(sorted(now))}."


def _terms(report: Drift) -> Iterator[str]:
    told = [topic for topic in report.terms if topic.rising or topic.falling]
    yield from (_shifted(topic, report) for topic in told)
    if not told and any(topic.now and topic.before for topic in report.terms):
        yield f"In no topic does a term rise or fall by more than chance {_against(report)}."


def _shifted(topic: TopicTerms, report: Drift) -> str:
    parts = [
        f"{verb} " + ", ".join(f"{term.term} ({percent(term.before)} to {percent(term.now)})" for term in terms)
        for verb, terms in (("rising:", topic.rising), ("falling:", topic.falling))
        if terms
    ]
    notes = []
    if topic.copies:
        notes.append(f"{_some(topic.copies, 'near copy', 'near copies')} not counted")
    if topic.capped:
        notes.append("of either time only the latest articles were looked at")
    note = f" ({'; '.join(notes)})" if notes else ""
    return f"In articles on {topic.topic} {_against(report)}, {'; '.join(parts)}{note}."


def _against(report: Drift) -> str:
    before = len(report.weeks) - 1 - report.terms_weeks
    last = "last week" if report.terms_weeks == 1 else f"in the last {_word(report.terms_weeks, 'week')}"
    return f"{last} against the {_word(before, 'week')} before"


def _judged(report: Drift) -> Iterator[str]:
    if not any(week.articles for week in report.weeks[:-1]):
        return
    found = report.judgements
    if not found.articles:
        yield "No article of these weeks has been judged, so nothing can be said of how right the decisions were."
        return
    for share, said, right in (
        (found.assigned, "that had been assigned", "had the right topics"),
        (found.dismissed, "that had been out of scope", "were about none of the topics"),
    ):
        if share.share is not None:
            yield f"Of {_some(share.of, 'judged article')} {said} {share.right} {right} ({_interval(share)})."
    yield from _calibrated(found)
    yield (
        "Judged articles are no random sample (the review queue asks for the doubtful ones), so these figures are "
        "theirs and not those of all articles."
    )


def _calibrated(found: Judgements) -> Iterator[str]:
    if (measured := found.calibration) is None:
        return
    explains = "chance does not explain it" if measured.error > measured.chance_most else "chance can explain it"
    yield (
        f"On {_some(found.articles, 'judged article')} the scores' expected calibration error is {measured.error:.3f}; "
        f"scores that are right would show up to {measured.chance_most:.3f}, so {explains}."
    )


def _interval(share: Share) -> str:
    low, high = percent(share.low).removesuffix(" %"), percent(share.high)
    return f"{percent(share.share or 0.0)}; with 95 % confidence {low} to {high}"


def percent(share: float) -> str:
    """Return a share in per cent, with a decimal where there is little of it."""
    text = f"{100 * share:.1f}" if 0 < share < 0.0995 else f"{100 * share:.0f}"
    return f"{text.removesuffix('.0')} %"


def _some(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _word(number: int, unit: str) -> str:
    if number == 1:
        return unit
    return f"{NUMBERS[number] if number < len(NUMBERS) else number} {unit}s"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _days(monday: date) -> str:
    return f"{_day(monday)} to {_day(monday + timedelta(days=6))}"


def title(week: Week) -> str:
    """Return the name of a week in a table."""
    return week.week.isoformat() + ("" if week.complete else " *")
