"""Corpus and corrections as one data set, with what was left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

from model.article import Article
from training import suspects
from training.dataset import Dataset, own_group, text_sha256
from training.duplicates import near_duplicates
from training.kept import Joined
from training.lineage import Lineage, carry_over

Pairs = NDArray[np.intp]


@dataclass(frozen=True)
class LabelledArticle:
    """An article that somebody has judged: `article.labels` is what they say, `by` who they are.

    `story` keeps the articles of a story on one side of a split. Of the near copies of one text, which have one `text`,
    one is learned from for each thing that is said of them.
    """

    article: Article
    by: str | None = None
    story: str | None = None
    text: int | None = None


@dataclass
class Gathered:
    """The base (the first `base` articles) and the labels that add to it, as one data set.

    `by` (N) names who labelled, None for the base. `pairs` (M, 2) are near duplicates,
    `base_pairs` those of the base. `left_out` holds the ids of the
    labels that are not in `data`, by reason.
    """

    data: Dataset
    base: int
    by: Sequence[str | None]
    pairs: Pairs
    base_pairs: Pairs
    left_out: dict[str, list[str | None]] = field(default_factory=dict)

    def claim(self, row: int) -> suspects.Claim:
        """Return what is said of one article, without its title unless it is of the base."""
        article, public = self.data.articles[row], row < self.base
        return suspects.Claim(
            id=article.id,
            sha256=text_sha256(article),
            title=article.title if public else None,
            origin="corpus" if public else "label",
            by=self.by[row],
            labels=sorted(article.labels or ()),
        )


def gather(base: Dataset, labels: Sequence[LabelledArticle], lineage: Lineage | None = None) -> Gathered:
    """Put labels behind the base, by their texts' hashes, so that the order they come in does not matter.

    Raises `UnknownTopicError` for a label that names a topic the taxonomy does not have.
    """
    keys = [text_sha256(article) for article in base.articles]
    known: dict[str, set[tuple[str, ...]]] = {}
    for key, article in zip(keys, base.articles, strict=True):
        known.setdefault(key, set()).add(_said(article))
    articles, groups = [], list(base.groups)
    by: list[str | None] = [None] * len(base.articles)
    left_out: dict[str, list[str | None]] = {}
    copied: set[tuple[int, tuple[str, ...]]] = set()
    for each in sorted(labels, key=_order):
        names = sorted(set(carry_over(each.article.labels or [], base.taxonomy, lineage)))
        article = msgspec.structs.replace(each.article, labels=names)
        key = text_sha256(article)
        if each.article.labels is None:
            left_out.setdefault("not judged", []).append(article.id)
        elif key == text_sha256(Article(text="")):
            left_out.setdefault("no text", []).append(article.id)
        elif _said(article) in known.setdefault(key, set()):
            left_out.setdefault("said already", []).append(article.id)
        elif each.text is not None and (each.text, _said(article)) in copied:
            left_out.setdefault("said of a copy", []).append(article.id)
        else:
            if each.text is not None:
                copied.add((each.text, _said(article)))
            known[key].add(_said(article))
            keys.append(key)
            articles.append(article)
            groups.append(f"story:{each.story}" if each.story else own_group(article))
            by.append(each.by)
    data = Dataset(base.taxonomy, Joined(base.articles, articles), groups)
    return Gathered(data, len(base.articles), by, *_pairs(data, keys, len(base.articles)), left_out)


def _said(article: Article) -> tuple[str, ...]:
    return tuple(sorted(article.labels or ()))


def _order(each: LabelledArticle) -> tuple[str, ...]:
    article = each.article
    return (text_sha256(article), *_said(article), "", article.title or "", article.id or "", each.by or "")


def _pairs(data: Dataset, keys: Sequence[str], base: int) -> tuple[Pairs, Pairs]:
    """Return near duplicates and equal texts (equal `keys`), which may be too short to have anything in common but all.

    What many articles share is boilerplate, and labels could make it so: pairs of the base are told by the base alone.
    """
    first: dict[str, int] = {}
    equal = [(other, row) for row, key in enumerate(keys) if (other := first.setdefault(key, row)) != row]
    same = np.array(equal, np.intp).reshape(-1, 2)
    pairs = _with(near_duplicates(data.tokens), same)
    own = pairs if base == len(keys) else _with(near_duplicates(data.tokens.part(np.arange(base))), same)
    return pairs, own[(own < base).all(axis=1)]


def _with(pairs: Pairs, same: Pairs) -> Pairs:
    return np.unique(np.concatenate([pairs, same]), axis=0)
