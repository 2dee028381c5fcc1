"""Holding many figures, and many terms, against what was before, and choosing what is told."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from service.drift import change
from service.drift import terms as vocabulary
from service.drift.change import Cell
from service.drift.figures import Comparison, Figure, Term, TopicTerms

MOST_ARTICLES = 1000
MOST_TERMS = 8
LEAST_FOR_RANGE = 10
Words = tuple[str | None, str | None, str | None]


class Series(NamedTuple):
    """A figure with its weeks: the last, then those before."""

    name: Figure
    topic: str | None
    source: str | None
    weeks: list[Cell]


def hold(kinds: Sequence[Sequence[Series]]) -> list[list[Comparison]]:
    """Return the comparisons, kind by kind, those without an article left out.

    What is usual is asked of each kind by itself; what is told is chosen from all together.
    """
    tested = [[(figure, p) for figure, p in _tested(kind) if figure.weeks[0].articles] for kind in kinds]
    told = iter(change.told([p for kind in tested for _, p in kind]))
    return [[_change(figure, p, told=next(told)) for figure, p in kind] for kind in tested]


def _tested(kind: Sequence[Series]) -> list[tuple[Series, float | None]]:
    usual = {
        counts: change.usual_correlation([figure.weeks[1:] for figure in kind if _counts(figure) is counts])
        for counts in (True, False)
    }
    return [
        (
            figure,
            change.p_value(figure.weeks[0], figure.weeks[1:], usual[_counts(figure)], counts=_counts(figure)),
        )
        for figure in kind
    ]


def _counts(figure: Series) -> bool:
    return figure.name != "unknown_terms"


def _change(figure: Series, p: float | None, *, told: bool) -> Comparison:
    now, *before = figure.weeks
    number = sum(week.articles for week in before)
    # of three articles a share says nothing
    means = [week.total / week.articles for week in before if week.articles >= LEAST_FOR_RANGE]
    ranged = len(means) >= change.LEAST_WEEKS
    return Comparison(
        figure=figure.name,
        topic=figure.topic,
        source=figure.source,
        articles=now.articles,
        now=now.mean or 0.0,
        before=sum(week.total for week in before) / number if number else 0.0,
        low=min(means) if ranged else None,
        high=max(means) if ranged else None,
        p=p,
        told=told,
    )


def terms(found: Mapping[str, Sequence[Sequence[Words]]]) -> list[TopicTerms]:
    """Return the terms that rise and fall, given each topic's words lately and before, latest articles first."""
    sides = {
        topic: [vocabulary.distinct(vocabulary.of(*words) for words in side[:MOST_ARTICLES]) for side in both]
        for topic, both in found.items()
    }
    shifts = {topic: vocabulary.compare(*both) for topic, both in sides.items()}
    told = iter(change.told([shift.p for topic in shifts for shift in shifts[topic]]))
    chosen = {topic: _strongest(shift for shift in shifts[topic] if next(told)) for topic in shifts}
    return [
        TopicTerms(
            topic=topic,
            now=len(sides[topic][0]),
            before=len(sides[topic][1]),
            copies=sum(min(len(side), MOST_ARTICLES) for side in found[topic]) - sum(map(len, sides[topic])),
            capped=any(len(side) > MOST_ARTICLES for side in found[topic]),
            rising=[term for term in chosen[topic] if term.strength > 0][:MOST_TERMS],
            falling=[term for term in reversed(chosen[topic]) if term.strength < 0][:MOST_TERMS],
        )
        for topic in found
    ]


def _strongest(shifts: Iterable[vocabulary.Shift]) -> list[Term]:
    found = [Term(term=one.term, now=one.x / one.n, before=one.y / one.m, strength=one.strength) for one in shifts]
    return sorted(found, key=lambda term: (-term.strength, term.term))
