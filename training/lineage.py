"""Which topic of a new model is which of the one that serves, so that no topic vanishes unnoticed."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from model.errors import TaxonomyError, UnknownTopicError
from model.taxonomy import Taxonomy


class Lineage(msgspec.Struct, frozen=True, kw_only=True):
    """`kept` names each topic that both models have, by its new id, with its old one; the others came or went."""

    kept: dict[str, str]
    added: list[str]
    removed: list[str]


def trace(
    current: Taxonomy, candidate: Taxonomy, renamed: Mapping[str, str] | None = None, removed: Collection[str] = ()
) -> Lineage:
    """Match the topics of two models by id; `renamed` says old: new, `removed` names old ids that shall go.

    Raises `TaxonomyError` for a topic that is gone without having been named so.
    """
    renamed = dict(renamed or {})
    for old, new in renamed.items():
        if old not in current.ids or new not in candidate.ids:
            raise TaxonomyError(
                f"cannot rename topic {old} to {new}: the current model has {', '.join(current.ids)}, the topics file "
                f"{', '.join(candidate.ids)}"
            )
    if unknown := sorted(set(removed) - set(current.ids)):
        raise TaxonomyError(f"cannot remove topic {unknown[0]}: the current model has {', '.join(current.ids)}")
    if still := sorted(set(removed) & set(candidate.ids)):
        raise TaxonomyError(f"topic {still[0]} is to be removed but still stands in the topics file")
    known = {renamed.get(old, old): old for old in current.ids if old not in removed}
    if len(known) < len(current.ids) - len(set(removed)):
        raise TaxonomyError("two topics of the current model would get one name")
    added = [topic for topic in candidate.ids if topic not in known]
    for new in known:
        if new not in candidate.ids:
            hint = f"; has it become {' or '.join(added)}?" if added else ""
            raise TaxonomyError(
                f"topic {new} of the current model is not in the topics file: put it back, or say that it was renamed "
                f"or removed{hint}"
            )
    return Lineage(
        kept={new: known[new] for new in candidate.ids if new in known}, added=added, removed=sorted(set(removed))
    )


def carry_over(labels: Sequence[str], taxonomy: Taxonomy, lineage: Lineage | None) -> list[str]:
    """Return labels by the topics' new ids, without those removed. Raises `UnknownTopicError` for any other."""
    new = {old: new for new, old in lineage.kept.items()} if lineage is not None else {}
    gone = lineage.removed if lineage is not None else []
    found = [name if name in taxonomy.ids else new.get(name, name) for name in labels if name not in gone]
    for name in found:
        if name not in taxonomy.ids:
            raise UnknownTopicError(
                f"labelled articles name the topic {name!r}, which the topics file does not have (it has "
                f"{', '.join(taxonomy.ids)}): put it back, or say that it was renamed or removed"
            )
    return found
