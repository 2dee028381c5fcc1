"""The themes of the kept articles of one topic: what kinds of stories there were in a time, with a map."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import numpy as np

from model.article import Article
from model.classifier import Classifier
from model.errors import InvalidInputError, UnknownTopicError
from model.parameters import Parameters
from model.stories.frequencies import Frequencies
from model.themes.theme import Former, Text
from service.store import themes as store
from service.store.columns import now
from service.store.database import Database
from service.stories import naming
from service.stories.division import Division, Remembered
from service.stories.theme import DIGITS, DrawnTheme, told

DAYS = 90
MOST_ARTICLES = 5000


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """An article on the map, both coordinates from -1 to 1; None where it shares no words with any other story."""

    id: str
    title: str | None
    theme: str | None
    x: float | None
    y: float | None
    story: str | None


class TopicThemes(msgspec.Struct, frozen=True, kw_only=True):
    """The themes of a topic, the largest (in stories) first, and its articles, those dated last first.

    Their ids are in no order: a theme keeps its id while articles come in.

    `articles` were divided: all there are from `since` to before `until`, but for the `left_out` oldest.
    """

    topic: str
    since: datetime
    until: datetime
    articles: int
    left_out: int
    themes: list[DrawnTheme]
    points: list[Point]


_REMEMBERED = Remembered()


def report(
    database: Database,
    classifier: Classifier,
    topic: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> TopicThemes:
    """Divide the articles of a topic, by default of the last 90 days: at most the `MOST_ARTICLES` dated last.

    Takes seconds, unless nothing has changed since it was last asked. What this process told last of mostly the same
    articles is gone on from: themes keep their ids, and the map is not turned (docs/themes.md). Raises
    `InvalidInputError` for a time that ends before it begins, `UnknownTopicError` for a topic that neither the model
    nor any article has, and `DatabaseError`.
    """
    if "\0" in topic:
        raise InvalidInputError("`topic` holds a NUL character")
    span = _span(since, until)
    with database.read() as connection:
        rows = store.latest(connection, topic, span, MOST_ARTICLES)
        left_out = store.count(connection, topic, span) - len(rows) if len(rows) == MOST_ARTICLES else 0
    if not rows and topic not in classifier.parameters.taxonomy.ids:
        raise UnknownTopicError("there is no such topic")
    key = _key(str(database.url), topic, classifier.model_id, rows)
    division = _REMEMBERED.get(key)
    if division is None:
        with _REMEMBERED.drawing:
            division = _REMEMBERED.get(key)
            if division is None:
                division = _divide(database, topic, rows, classifier.parameters)
                _REMEMBERED.put(key, division)
    return TopicThemes(
        topic=topic,
        since=span[0],
        until=span[1],
        articles=len(rows),
        left_out=left_out,
        themes=division.themes,
        points=[
            Point(id=row.id, title=row.title, theme=theme, x=x, y=y, story=row.story_id)
            for row, theme, (x, y) in zip(rows, division.of, division.places, strict=True)
        ],
    )


def _span(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    end = until or now()
    try:
        begin = since or end - timedelta(days=DAYS)
    except OverflowError:
        raise InvalidInputError("`until` is out of the range of dates") from None
    if begin >= end:
        raise InvalidInputError("`since` is not before `until`")
    return begin, end


def _key(url: str, topic: str, model_id: str, rows: Sequence[store.Row]) -> str:
    """Return what changes when an article comes, goes, is changed, or moves to another story."""
    facts = [(row.seq, row.id, row.content_hash, row.original, row.story) for row in rows]
    return hashlib.sha256(msgspec.json.encode([url, topic, model_id, facts])).hexdigest()


def _divide(database: Database, topic: str, rows: Sequence[store.Row], parameters: Parameters) -> Division:
    from model.themes.draw import draw

    with database.read() as connection:
        texts = {words.seq: words for words in store.words(connection, [row.seq for row in rows])}
    scope = (str(database.url), topic)
    former = _REMEMBERED.former(scope, [row.seq for row in rows])
    found = draw(
        [_text(row, texts.get(row.seq, store.Words(row.seq, None, None, None)), former.get(row.seq)) for row in rows],
        Frequencies.of_model(parameters),
    )
    themes = [told(theme, topic, lambda n: rows[n].id) for theme in found.themes]
    places = [(None, None) if np.isnan(x) else (x, y) for x, y in found.places.round(DIGITS).tolist()]
    ids = [None if n is None else found.themes[n].id for n in found.of]
    return Division(
        scope=scope,
        themes=themes,
        of=[None if n is None else themes[n].id for n in found.of],
        places=places,
        former={row.seq: Former(one, *spot) for row, one, spot in zip(rows, ids, places, strict=True)},
    )


def _text(row: store.Row, words: store.Words, former: Former | None) -> Text:
    """Return an article as it is divided; one that was deleted meanwhile has no words."""
    return Text(
        article=Article(title=words.title, text=words.text or words.terms or ""),
        stems=naming.analysed(words.title, words.text, None if words.terms is None else words.terms.split()),
        original=row.original or row.seq,
        story=("alone", row.seq) if row.story is None else row.story,
        former=former,
    )
