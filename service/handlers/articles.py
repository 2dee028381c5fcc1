"""Keep articles, list them, read one, delete one."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from model import analysis
from model.article import Article
from model.classifier import Classifier
from model.decision import Decision, Status
from model.errors import InvalidInputError, TooLargeError, TopicdeskError
from model.stories.frequencies import Frequencies
from service.handlers import classify, coverage
from service.settings import Settings
from service.store import articles, jobs, listing, records
from service.store import coverage as ledger
from service.store.database import Database
from service.stories import naming
from service.stories.follower import Follower

MAX_ID, MAX_SOURCE, MAX_URL, MAX_TITLE = 500, 200, 4000, 2000
MAX_PAGE = 200
PURGE = "purge"


class Kept(records.Record, frozen=True, kw_only=True):
    """A kept article; `created` tells whether it was not kept before."""

    created: bool


class Page(msgspec.Struct, frozen=True):
    """A page of a list; `next` is the cursor of the page after it, None on the last."""

    articles: list[records.Record]
    next: str | None


Failure = tuple[str | None, TopicdeskError]
Naming = Callable[[sa.Connection, int], None]


def parse(raw: bytes | msgspec.Raw, settings: Settings) -> Article:
    """Return an article as it can be kept. Raises `InvalidInputError`."""
    return check(classify.parse(raw), settings)


def check(article: Article, settings: Settings) -> Article:
    """Return an article as it can be kept: without NUL characters, which PostgreSQL has no room for.

    Raises `InvalidInputError` where one of its fields is too long or cannot be kept.
    """
    if len(article.text) > settings.max_text_chars:
        raise TooLargeError(f"the text is longer than {settings.max_text_chars} characters")
    for name, most in (("id", MAX_ID), ("source", MAX_SOURCE), ("url", MAX_URL)):
        value = getattr(article, name)
        if value is not None and len(value) > most:
            raise InvalidInputError(f"`{name}` is longer than {most} characters")
        if value is not None and any(unicodedata.category(char) == "Cc" for char in value):
            raise InvalidInputError(f"`{name}` holds a control character")
    if article.title is not None and len(article.title) > MAX_TITLE:
        raise TooLargeError(f"the title is longer than {MAX_TITLE} characters")
    if not article.text.strip() and not (article.title or "").strip():
        raise InvalidInputError("the article has neither title nor text")
    if article.published is not None:
        try:
            articles.moment(article.published)
        except OverflowError:
            raise InvalidInputError("`published` is out of the range of dates") from None
    return msgspec.structs.replace(
        article,
        id=article.id or None,
        title=None if article.title is None else article.title.replace("\0", "\ufffd"),
        text=article.text.replace("\0", "\ufffd"),
    )


def keep_many(
    raws: Sequence[msgspec.Raw], classifier: Classifier, stories: Follower, settings: Settings
) -> list[Kept | Failure]:
    """Classify and keep articles; one that cannot be kept gives its id, if it has one, and what is wrong.

    Raises `TooLargeError` for too many.
    """
    if len(raws) > settings.max_batch:
        raise TooLargeError(f"{len(raws)} articles in one request; the most is {settings.max_batch}")
    parsed: list[Article | Failure] = []
    failed: list[ledger.Outcome] = []
    for raw in raws:
        try:
            parsed.append(parse(raw, settings))
        except TopicdeskError as error:
            parsed.append((classify.only_id(raw), error))
            failed.append(coverage.outcome(raw, error))
    good = [article for article in parsed if isinstance(article, Article)]
    kept = iter(keep(good, classifier, stories, settings, failed))
    return [article if isinstance(article, tuple) else _or_failure(article, next(kept)) for article in parsed]


def keep_one(article: Article, classifier: Classifier, stories: Follower, settings: Settings) -> Kept:
    """Classify and keep one article. Raises `ConflictError` where its id is another's."""
    (kept,) = keep([article], classifier, stories, settings)
    if isinstance(kept, TopicdeskError):
        raise kept
    return kept


def _or_failure(article: Article, kept: Kept | TopicdeskError) -> Kept | Failure:
    return (article.id, kept) if isinstance(kept, TopicdeskError) else kept


def keep(
    checked: Sequence[Article],
    classifier: Classifier,
    stories: Follower,
    settings: Settings,
    failed: Sequence[ledger.Outcome] = (),
) -> list[Kept | TopicdeskError]:
    """Classify articles that have been checked, keep them and place them in stories: all that can be, at once.

    `failed` are those of the same batch that were refused before; they are counted with it.
    """
    hashes = [articles.content_hash(article.title, article.text) for article in checked]
    with stories.database.read() as connection:
        known = articles.find(connection, hashes)
    news = [
        prepare(article, digest, None if digest in known else classifier, settings)
        for article, digest in zip(checked, hashes, strict=True)
    ]
    with stories.write(classifier.parameters) as writing:
        connection = writing.connection
        news = complete(connection, news, classifier, settings)
        places = articles.add(connection, news)
        ledger.note(connection, news, places, failed)
        writing.place(articles.created(news, places))
        seqs = [place.seq for place in places if isinstance(place, articles.Place)]
        found = iter(records.read(connection, seqs))
    return [
        Kept(**msgspec.structs.asdict(next(found)), created=place.created)
        if isinstance(place, articles.Place) else place
        for place in places
    ]  # fmt: skip


def prepare(article: Article, digest: str, classifier: Classifier | None, settings: Settings) -> articles.New:
    """Return an article ready to be kept, with a decision where there is a classifier."""
    decision: Decision | None = None
    known_share = terms = stems = None
    if classifier is not None:
        decision, score = classifier.classify_scored(article)
        known_share = score.known_share
    if not settings.keep_text:
        # sorted, so that nobody can read the text out of them
        terms = sorted(analysis.content(analysis.words(f"{article.title or ''}\n{article.text}")))
    if classifier is not None:  # here, where nobody waits for the writer's turn
        stems = naming.analysed(article.title, article.text, terms)
    return articles.New(
        article=article, content_hash=digest, decision=decision, terms=terms, known_share=known_share, stems=stems
    )


def complete(
    connection: sa.Connection, news: Sequence[articles.New], classifier: Classifier, settings: Settings
) -> list[articles.New]:
    """Return articles ready to be kept with a decision for those that were kept and have been deleted just now."""
    kept = articles.find(connection, [new.content_hash for new in news])
    return [
        new
        if new.decision is not None or new.content_hash in kept
        else prepare(new.article, new.content_hash, classifier, settings)
        for new in news
    ]


def page(database: Database, chosen: listing.Filter, cursor: str | None, limit: int) -> Page:
    """Return a page of kept articles, latest received first. Raises `InvalidInputError`."""
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidInputError(f"`limit` is from 1 to {MAX_PAGE}")
    check_status(chosen.status)
    for name in ("topic", "story", "source", "q"):
        value: Any = getattr(chosen, name)
        if value is not None and "\0" in value:
            raise InvalidInputError(f"`{name}` holds a NUL character")
    with database.read() as connection:
        seqs, following = listing.page(connection, chosen, cursor, limit)
        return Page(records.read(connection, seqs), following)


def check_status(status: str | None) -> None:
    """Raise `InvalidInputError` for what is no status of a decision."""
    if status is not None and status not in list(Status):
        raise InvalidInputError(f"`status` is one of {', '.join(Status)}")


def one(database: Database, article_id: str) -> records.Detail:
    """Return all there is about an article. Raises `NotFoundError`."""
    with database.read() as connection:
        return records.read_detail(connection, records.place(connection, article_id))


def named_alone(connection: sa.Connection, story: int) -> None:
    """Name a story anew where there is no model whose word frequencies could tell its words from common ones."""
    naming.rename(connection, [story], Frequencies())


def delete(database: Database, article_id: str, name: Naming = named_alone) -> None:
    """Delete an article's text everywhere; what it left in old parts of the search index goes by a job.

    Its story is named anew after those that are left, by `name`. Raises `NotFoundError`.
    """
    with database.write() as connection:
        story = articles.delete(connection, article_id)
        if story is not None:
            name(connection, story)
        if not jobs.is_queued(connection, PURGE):
            jobs.add(connection, PURGE, {})
