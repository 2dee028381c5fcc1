"""What is done with many articles at once: labelled, or deleted."""

from collections.abc import Sequence

import msgspec

from model.errors import UnknownTopicError
from model.taxonomy import Taxonomy
from service.handlers import articles as handler
from service.handlers import judging
from service.handlers import labels as labelling
from service.store import articles, inbox, jobs, labels, records
from service.store.columns import now
from service.store.database import Database
from service.store.listing import Filter

MOST = 1000


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """Articles that something is to be done with; `cut` says that a filter finds more, `judged` how many have a label.

    The ids stand in the order of receipt, latest first.
    """

    ids: list[str]
    titles: list[str]
    judged: int
    cut: bool


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What became of them: `left` were judged before, `gone` are kept no longer."""

    done: int
    left: int
    gone: int


def choose(database: Database, wanted: Filter | Sequence[str]) -> Chosen:
    """Return the articles of some ids that are kept, or those that a filter finds, up to `MOST`."""
    with database.read() as connection:
        if isinstance(wanted, Filter):
            seqs = inbox.places(connection, wanted, MOST + 1)
        else:
            seqs = inbox.present(connection, wanted)
        found = records.read(connection, seqs[:MOST])
    return Chosen(
        ids=[record.id for record in found],
        titles=[record.title or record.id for record in found[:5]],
        judged=sum(record.label is not None for record in found),
        cut=len(seqs) > MOST,
    )


def label(
    database: Database, ids: Sequence[str], topics: Sequence[str], by: str, taxonomy: Taxonomy, *, replace: bool
) -> Done:
    """Give articles a label, all or none; those that have one keep it unless it is to be replaced.

    An article that has just this label from the same person is left as it is. Raises `UnknownTopicError`.
    """
    if not set(topics) <= set(taxonomy.ids):
        raise UnknownTopicError(f"the topics are {', '.join(taxonomy.ids)}")
    at, given = now(), dict[int, labels.Judgement]()
    with database.write() as connection:
        seqs = inbox.present(connection, ids)
        for seq, record in zip(seqs, records.read(connection, seqs), strict=True):
            if record.label is not None and (not replace or _same(record.label, topics, by)):
                continue
            request = labelling.LabelRequest(
                article=record.id, verdict=judging.verdict(record.decision, topics), labels=list(topics), by=by
            )
            given[seq] = labelling.check(request, taxonomy, record.decision, at)
        labels.give_all(connection, given)
    return Done(done=len(given), left=len(seqs) - len(given), gone=len(set(ids)) - len(seqs))


def _same(one: records.Label, topics: Sequence[str], by: str) -> bool:
    return one.by == by and one.labels is not None and set(one.labels) == set(topics)


def delete(database: Database, ids: Sequence[str], name: handler.Naming = handler.named_alone) -> Done:
    """Delete the texts of articles everywhere, all or none; see `handlers.articles.delete`."""
    with database.write() as connection:
        found = records.read(connection, inbox.present(connection, ids))
        left = {articles.delete(connection, record.id) for record in found}
        for story in sorted(number for number in left if number is not None):
            name(connection, story)
        if found and not jobs.is_queued(connection, handler.PURGE):
            jobs.add(connection, handler.PURGE, {})
    return Done(done=len(found), left=0, gone=len(set(ids)) - len(found))
