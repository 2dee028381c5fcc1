"""topicdesk drift"""

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import console

if TYPE_CHECKING:
    from service.drift.figures import Drift

WIDTH, MOST_ROWS = 80, 12


def drift(
    weeks: Annotated[int, typer.Option("--weeks", metavar="N", min=2, max=104, help="Complete weeks to look at.")] = 9,
    source: Annotated[str | None, typer.Option("--source", metavar="S", help="Articles of one source alone.")] = None,
    as_json: console.AsJson = False,
) -> None:
    """Tell what has changed lately: decisions, vocabulary, how right they were. Weeks begin on Monday, UTC."""
    from service import settings
    from service.handlers import drift as handler

    report = handler.report(settings.get().database(), weeks, source)
    if as_json:
        console.print_json(report)
        return
    if any(week.articles for week in report.weeks):
        _print_weeks(report)
    _print_topics(report)
    _print_sources(report)
    _print_sentences(report)


def _print_weeks(report: "Drift") -> None:
    from service.drift import sentences

    columns = ["week of", "articles", "assigned", "review", "out of scope", "unknown words"]
    rows = [
        (sentences.title(week), week.articles, *map(_share, (
            week.assigned, week.review, week.out_of_scope, week.unknown_terms
        )))
        for week in report.weeks
    ]  # fmt: skip
    console.print_table(columns, rows)
    print("* not over yet\n")


def _print_topics(report: "Drift") -> None:
    from service.drift import sentences

    rows = [
        (_share(change.now), sentences.range_of(change), "changed" if change.told else "", change.topic)
        for change in report.changes
        if change.figure == "topic"
    ]
    if rows:
        console.print_table(["last week", "before", "", "assigned to topic"], rows)
        print()


def _print_sources(report: "Drift") -> None:
    from service.drift import sentences

    rows = [
        (
            change.articles,
            "unknown words" if change.figure == "unknown_terms" else change.figure.replace("_", " "),
            _share(change.now),
            sentences.range_of(change),
            "changed" if change.told else "",
            change.source,
        )
        for change in report.sources
    ]
    if rows:
        console.print_table(["articles", "figure", "last week", "before", "", "source"], rows[:MOST_ROWS])
        print(f"and {len(rows) - MOST_ROWS} more (--json has all)\n" if len(rows) > MOST_ROWS else "")


def _print_sentences(report: "Drift") -> None:
    import textwrap

    for sentence in report.sentences:
        print(textwrap.fill(console.clean(sentence), WIDTH, break_on_hyphens=False))


def _share(share: float | None) -> str:
    from service.drift import sentences

    return "" if share is None else sentences.percent(share)
