"""Groups of near duplicates: an original and its copies, judged by one decision and asked for once."""

from collections.abc import Sequence

import sqlalchemy as sa

from service.store.schema import article, label

original = sa.func.coalesce(article.c.original, article.c.seq)


def members(connection: sa.Connection, seq: int) -> list[int]:
    """Return the places of an article's group, itself first and then the others in the order of receipt."""
    root: int | None = connection.scalar(sa.select(original).where(article.c.seq == seq))
    here = (article.c.seq == root) | (article.c.original == root)
    query = sa.select(article.c.seq).where(here, article.c.deleted.is_(None)).order_by(article.c.seq)
    return [seq, *(other for other in connection.scalars(query) if other != seq)]


def roots(connection: sa.Connection, seqs: Sequence[int]) -> dict[int, int]:
    """Return the original of each article, an original's own place for itself."""
    return dict(connection.execute(sa.select(article.c.seq, original).where(article.c.seq.in_(seqs))).all())


def copies(connection: sa.Connection, seqs: Sequence[int]) -> dict[int, int]:
    """Return how many others each article's group has."""
    found = roots(connection, seqs)
    counted = sa.select(article.c.original, sa.func.count()).where(article.c.original.in_(set(found.values())))
    sizes: dict[int, int] = dict(connection.execute(counted.group_by(article.c.original)).all())
    return {seq: sizes.get(root, 0) for seq, root in found.items()}


def of_labelled(connection: sa.Connection) -> dict[str, int]:
    """Return the place of the original of each labelled article, an original's own for itself, by the article's id."""
    query = sa.select(article.c.id, original).join(label, label.c.article == article.c.seq)
    return dict(connection.execute(query).all())


def behind(connection: sa.Connection, status: str) -> int:
    """Return how many articles wait for a judgement that stand behind another of their group, see `stands_first`."""
    # copies are the fewer: no index of statuses is to be taken before theirs
    same = sa.func.coalesce(article.c.status, "") == status
    waits = (article.c.original > 0, article.c.verdict.is_(None), article.c.deleted.is_(None), same)
    query = sa.select(sa.func.count()).select_from(article).where(*waits, ~stands_first(status))
    return connection.scalar(query) or 0


def stands_first(status: str) -> "sa.ColumnElement[bool]":
    """Return the condition that no other unjudged article of a status comes before it in its group.

    The original comes first, then its copies in the order of receipt.
    """
    other = article.alias()
    found = sa.select(other.c.seq).correlate(article)
    originals = found.where(other.c.seq == article.c.original, *unjudged(other, status))
    earlier = found.where(other.c.original == article.c.original, other.c.seq < article.c.seq, *unjudged(other, status))
    return article.c.original.is_(None) | ~(originals.exists() | earlier.exists())


def unjudged(of: sa.FromClause, status: str) -> tuple["sa.ColumnElement[bool]", ...]:
    """Return the conditions that an article of a status has been judged by nobody."""
    return of.c.verdict.is_(None), of.c.deleted.is_(None), of.c.status == status
