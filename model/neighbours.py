"""Near duplicates (wire copies, light edits) and related articles.

Two texts are near duplicates when they share half or more of the shorter one's runs of five content words (shingles;
Broder, On the resemblance and containment of documents, 1997). Only shingles whose hash is divisible by `SAMPLE` are
kept, Broder's own way to make a sketch that needs no fixed size; short texts keep all.
"""

import zlib
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from model.stories.features import Stems, Vector

SHINGLE, SHARED, SAMPLE, FEW, COMMON = 5, 0.5, 4, 64, 50
RELATED, NEAR = 10, 0.1
Key = TypeVar("Key", bound=Hashable)


class Copies(Generic[Key]):
    """The originals among texts as they come in, found again by their shingles.

    Only originals are kept, so that a thousand copies cost no more memory than one. A shingle that stands in more than
    `COMMON` originals is the site's and does not count.
    """

    def __init__(self) -> None:
        self._holders: dict[int, list[Key]] = {}
        self._prints: dict[Key, frozenset[int]] = {}

    def add(self, key: Key, article: Stems) -> Key:
        """Return the key of the original that a text is a copy of, or `key` itself, which is then kept as one."""
        prints = _prints(article)
        found = self._find(prints)
        if found is not None:
            return found
        self._keep(key, prints)
        return key

    def find(self, article: Stems) -> Key | None:
        """Return the key of the original that a text is a copy of, if it is one."""
        return self._find(_prints(article))

    def keep(self, key: Key, article: Stems) -> None:
        """Keep a text that is known to be an original."""
        self._keep(key, _prints(article))

    def rename(self, key: Key, heir: Key) -> None:
        """Let a copy stand for its original, whose own text is gone."""
        prints = self._prints.get(key, frozenset())
        self.forget(key)
        self._keep(heir, prints)

    def _keep(self, key: Key, prints: frozenset[int]) -> None:
        if prints:
            self._prints[key] = prints
        for mark in prints:
            self._holders.setdefault(mark, []).append(key)

    def forget(self, key: Key) -> None:
        """Drop an original, if it is one."""
        for mark in self._prints.pop(key, ()):
            holders = self._holders[mark]
            holders.remove(key)
            if not holders:
                del self._holders[mark]

    def _find(self, prints: frozenset[int]) -> Key | None:
        shared: Counter[Key] = Counter()
        counted = set[int]()
        for mark in prints:
            holders = self._holders.get(mark, ())
            if len(holders) <= COMMON:
                counted.add(mark)
                shared.update(holders)
        for key, count in shared.most_common(3):
            if count >= SHARED * _least(counted, self._prints[key]):
                return key
        return None


def _prints(article: Stems) -> frozenset[int]:
    """Return the sketch of a text: hashes of its shingles; of a text too short for one, of the whole of it."""
    words = article.body if len(article.body) >= SHINGLE else article.title + article.body
    if not words:
        return frozenset()
    runs = [" ".join(words[n : n + SHINGLE]) for n in range(max(1, len(words) - SHINGLE + 1))]
    # zlib's, since Python's own hash differs from one process to the next
    marks = frozenset(zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in runs)
    sampled = _sample(marks)
    return sampled if len(marks) >= FEW and sampled else marks


def _sample(marks: Iterable[int]) -> frozenset[int]:
    return frozenset(mark for mark in marks if mark % SAMPLE == 0)


def _least(one: Collection[int], other: Collection[int]) -> int:
    """Return the number of marks of the smaller of two sketches; of a whole one beside a sample, of its sample.

    At least one, so that a sketch of which no mark counts is no copy of anything.
    """
    some, rest = _sample(one), _sample(other)
    if (len(some) == len(one)) != (len(rest) == len(other)):
        return max(2, min(len(some), len(rest)))
    return max(1, min(len(one), len(other)))


def related(
    article: Vector,
    others: Iterable[tuple[Key, Vector, bool, bool]],
    copies: Sequence[Key] = (),
    limit: int = RELATED,
) -> list[Key]:
    """Return what to read next: articles of the same story first, then near ones of a topic it has.

    `others` are (key, vector, same story, shares a topic). Each group is sorted by likeness, equals by their order.
    `copies`, the article itself among them, are left out; so are other stories less alike than `NEAR`.
    """
    hidden, ranked = set(copies), list[tuple[bool, float, Key]]()
    for key, vector, same_story, same_topic in others:
        if key not in hidden and (same_story or same_topic):
            likeness = article.dot(vector)
            if same_story or likeness >= NEAR:
                ranked.append((same_story, likeness, key))
    ranked.sort(key=lambda row: row[:2], reverse=True)
    return [key for _, _, key in ranked[:limit]]
