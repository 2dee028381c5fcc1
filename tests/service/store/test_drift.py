"""Drift on both databases: what is counted, and planted changes told in words."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from model.article import Article
from model.decision import Decision, Reason
from service.drift.figures import Drift
from service.handlers import drift as handler
from service.store import articles, counts, labels, migrate
from service.store import drift as store
from service.store.articles import New, Place
from service.store.columns import now
from service.store.database import Database
from service.store.labels import Judgement
from service.store.schema import decision
from tests.service.store.conftest import Add, decided

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
REVIEW = decided(reason=Reason.LOW_CONFIDENCE)


def new(text: str, dated: datetime, made: Decision | None, **fields: object) -> New:
    source, share = fields.get("source"), fields.get("known_share")
    article = Article(text=text, published=dated.isoformat(), source=source)  # type: ignore[arg-type]
    digest = articles.content_hash(None, text)
    terms = fields.get("terms")
    return New(article=article, content_hash=digest, decision=made, terms=terms, known_share=share)  # type: ignore[arg-type]


def keep(database: Database, news: list[New]) -> list[int]:
    with database.write() as connection:
        places = articles.add(connection, news)
    return [place.seq for place in places if isinstance(place, Place)]


def report(database: Database, weeks: int = 9, source: str | None = None) -> Drift:
    return handler.report(database, weeks, source, AT)


def say(database: Database, weeks: int = 9, source: str | None = None) -> str:
    return " ".join(report(database, weeks, source).sentences)


def test_a_week_goes_from_monday_to_sunday_in_utc(database: Database) -> None:
    edge = timedelta(microseconds=1)
    dates = [
        MONDAY - timedelta(weeks=2), MONDAY - timedelta(weeks=1) - edge, MONDAY - timedelta(weeks=1), MONDAY - edge,
        MONDAY, AT - edge, AT + timedelta(days=1), MONDAY - timedelta(weeks=2) - edge,
    ]  # fmt: skip
    # the last instant of a Sunday in UTC is Monday already further east
    east = datetime.fromisoformat("2026-11-23T05:00:00+09:00")
    keep(database, [new(f"text {n}", at, decided("border")) for n, at in enumerate([*dates, east])])
    found = report(database, 2)
    assert [(str(week.week), week.articles, week.complete) for week in found.weeks] == [
        ("2026-11-09", 2, True), ("2026-11-16", 3, True), ("2026-11-23", 2, False),
    ]  # fmt: skip
    assert found.later == 1
    assert "1 article is dated in the future" in found.sentences[0]


def test_shares_are_of_decided_articles_and_deleted_ones_count(database: Database) -> None:
    at = MONDAY - timedelta(days=3)
    made = [decided("border"), decided("border", "digital"), REVIEW, decided(), None]
    keep(database, [new(f"text {n}", at, one, source="a") for n, one in enumerate(made)])
    keep(database, [new("other", at, decided(), source="b")])
    with database.write() as connection:
        articles.delete(connection, articles.content_hash(None, "text 0")[:20])
    week = report(database).weeks[-2]
    assert (week.articles, week.decided) == (6, 5)
    assert (week.assigned, week.review, week.out_of_scope) == (0.4, 0.2, 0.4)
    assert week.topics == {"border": 0.4, "digital": 0.2}
    only = report(database, source="a").weeks[-2]
    assert (only.articles, only.decided, only.assigned) == (5, 4, 0.5)
    assert "Of last week's 6 articles 1 is without a decision" in say(database)


def test_unknown_words_are_those_of_the_current_decision(database: Database, add: Add) -> None:
    """Rows from before they were kept are left out."""
    at = MONDAY - timedelta(days=3)
    first, _, _ = keep(
        database,
        [new(f"t{n}", at, decided("border"), known_share=share) for n, share in enumerate((0.9, 0.6, None))],
    )
    assert report(database).weeks[-2].unknown_terms == pytest.approx(0.25)
    with database.write() as connection:
        articles.decide_again(connection, [(first, decided("border", model="m2"))], {first: 0.8})
    assert report(database).weeks[-2].unknown_terms == pytest.approx(0.3)
    assert report(database).models == {"m1": 2, "m2": 1}
    with database.read() as connection:
        (week,) = [group for group in store.groups(connection, (at, AT)) if group.model == "m1"]
        assert (week.articles, week.read) == (2, 1)
        assert week.unknown == pytest.approx(0.4)
        assert week.squares == pytest.approx(0.16)
        found = counts.count(connection, MONDAY)
    assert found == counts.Counts(3, {"assigned": 3}, {"border": 3}, found.unknown_terms)
    assert found.unknown_terms == pytest.approx(0.3)


def test_the_share_goes_with_its_column_and_comes_back_unknown(database: Database) -> None:
    keep(database, [new("text", MONDAY - timedelta(days=1), decided("border"), known_share=0.5)])
    migrate.downgrade(database.engine, "0002")
    assert "known_share" not in {column["name"] for column in sa.inspect(database.engine).get_columns("decision")}
    database.close()
    with database.read() as connection:
        assert connection.execute(sa.select(decision.c.topics, decision.c.known_share)).all() == [(["border"], None)]
    week = report(database).weeks[-2]
    assert (week.articles, week.assigned, week.unknown_terms) == (1, 1.0, None)


def test_words_are_the_latest_first_and_of_kept_text_alone(database: Database) -> None:
    at = MONDAY - timedelta(days=3)
    keep(database, [new(f"text {n}", at - timedelta(hours=n), decided("border")) for n in range(4)])
    keep(database, [new("text kept apart", at, decided("border"), terms=["apart", "kept"])])
    keep(database, [new("of another topic", at, decided("police"))])
    with database.write() as connection:
        articles.delete(connection, articles.content_hash(None, "text 1")[:20])
    with database.read() as connection:
        found = store.words(connection, "border", (MONDAY - timedelta(weeks=1), MONDAY), None, 3)
    assert found == [(None, None, "apart kept"), (None, "text 0", None), (None, "text 2", None)]


def test_judgements_are_of_the_decision_that_was_shown(database: Database) -> None:
    at = MONDAY - timedelta(days=3)
    seqs = keep(
        database, [new(f"t{n}", at, one) for n, one in enumerate([decided("border"), decided("border"), decided()])]
    )
    about: list[list[str]] = [["border"], ["police"], ["police"]]
    with database.write() as connection:
        for seq, topics in zip(seqs, about, strict=True):
            labels.give(connection, seq, Judgement(verdict="correct", labels=topics, by="ann", at=now()))
        articles.decide_again(connection, [(seqs[1], decided("police", model="m2"))])
    found = report(database).judgements
    assert (found.articles, found.assigned.right, found.assigned.of) == (3, 1, 2)
    assert (found.dismissed.right, found.dismissed.of) == (0, 1)
    assert [(month.month, month.assigned.of) for month in found.months] == [("2026-11", 2)]
    said = say(database)
    assert "Of 2 judged articles that had been assigned 1 had the right topics (50 %" in said
    assert "the scores' expected calibration error is 0." in said
    assert "no random sample" in said


FILLER = "court minister report village people official statement city group policy leader agency region".split()


def stream(
    rng: random.Random, last: Callable[[str, int], tuple[Decision, float, str]] | None = None, weeks: int = 9
) -> Iterator[New]:
    """Yield weeks of 90 articles of three sources; `last` makes the last week's decision, share and words."""
    for week in range(weeks):
        for n in range(90):
            source = f"source {n % 3}"
            made = rng.choices([decided("border"), REVIEW, decided()], [0.4, 0.15, 0.45])[0]
            share, words = rng.gauss(0.8, 0.05), ""
            if last is not None and week == weeks - 1:
                made, share, words = last(source, n)
            own = [f"w{rng.randrange(4000)}" for _ in range(25)]
            at = MONDAY - timedelta(weeks=weeks - week) + timedelta(hours=rng.randrange(160))
            text = " ".join([words, *rng.sample(FILLER, 5), *own])
            yield new(text, at, made, source=source, known_share=min(1.0, share))


def test_a_steady_stream_is_told_as_steady(database: Database) -> None:
    keep(database, list(stream(random.Random(3))))
    found = report(database)
    assert not any(change.told for change in (*found.changes, *found.sources))
    assert not any(topic.rising or topic.falling for topic in found.terms)
    said = " ".join(found.sentences)
    assert "Last week's 90 articles were decided as the eight weeks before let expect" in said
    assert "In no topic does a term rise or fall by more than chance" in said
    assert "No article of these weeks has been judged" in said


def test_planted_changes_are_found_and_told(database: Database) -> None:
    rng = random.Random(4)

    def last(source: str, n: int) -> tuple[Decision, float, str]:
        doubtful = source == "source 1" and n % 10 < 8
        made = REVIEW if doubtful else rng.choices([decided("border"), REVIEW, decided()], [0.4, 0.15, 0.45])[0]
        return made, rng.gauss(0.7, 0.05), "drones" if made.topics else ""

    keep(database, list(stream(rng, last)))
    # one agency report in many papers, each with a line of its own
    wire = " ".join(f"zebra{n}" for n in range(30))
    copies = [
        new(f"{wire} paper{n}", MONDAY - timedelta(hours=n + 1), decided("border"), source=f"paper {n}")
        for n in range(12)
    ]
    keep(database, copies)
    found = report(database)
    told = {(change.figure, change.source) for change in (*found.changes, *found.sources) if change.told}
    assert {("review", "source 1"), ("unknown_terms", None)} <= told
    assert not any(source in ("source 0", "source 2") for figure, source in told if figure != "unknown_terms")
    (border,) = found.terms
    assert [term.term for term in border.rising] == ["drones"]
    assert border.copies == 11
    said = " ".join(found.sentences)
    assert "Of last week's 30 articles from source 1, 83 % were left for review; in the eight weeks" in said
    assert said.count(" from source") == 1
    assert "rising: drones (0 % to" in said
    assert "11 near copies not counted" in said
    alone = report(database, source="source 1")
    assert ("review", "source 1") in {(change.figure, change.source) for change in alone.changes if change.told}
    assert alone.sources == []


def test_what_cannot_be_told_is_said(database: Database) -> None:
    assert report(database).sentences == ["No article is kept yet."]
    keep(database, [new("to come", AT + timedelta(days=400), decided("border"))])
    assert "No article is dated before now." in say(database)
    keep(database, [new("old", AT - timedelta(days=900), decided("border"))])
    assert "No article is dated in the nine weeks before this one; the latest is of 8 June 2024." in say(database)
    keep(database, [new("two weeks ago", MONDAY - timedelta(days=9), decided("border"))])
    said = say(database)
    assert "No article is dated last week (16 November 2026 to 22 November 2026)" in said
    assert "In 7 of the eight weeks before it there was no article" in said
    keep(database, [new("last week", MONDAY - timedelta(days=1), decided("border"))])
    said = say(database)
    assert "There are too few articles to tell a change" in said
    assert report(database, 2).changes[0].p is None
    assert "A change is not told from so few weeks" in say(database, 2)
    assert "No article from nobody is kept yet." in say(database, source="nobody")


def test_another_model_is_named_as_a_possible_cause(database: Database) -> None:
    keep(database, list(stream(random.Random(5))))
    with database.write() as connection:
        week = (MONDAY - timedelta(weeks=1), MONDAY)
        seqs = connection.scalars(sa.text("SELECT seq FROM article ORDER BY seq DESC LIMIT 90")).all()
        articles.decide_again(connection, [(seq, decided(model="m2")) for seq in seqs])
        assert {group.model for group in store.groups(connection, week)} == {"m2"}
    said = say(database)
    assert "100 % of the articles before last week were decided by another model than m2" in said
    assert "Of last week's 90 articles 100 % were out of scope" in said
