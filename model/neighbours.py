"""Near duplicates (wire copies, light edits) and related articles.

Two texts are near duplicates when they share half or more of the shorter one's runs of five content words (shingles;
Broder, On the resemblance and containment of documents, 1997). Only shingles whose hash is divisible by `SAMPLE` are
kept, Broder's own way to make a sketch that needs no fixed size; short texts keep all.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from model.stories import engine
from model.stories.engine import Stems
from model.stories.features import Vector

RELATED, NEAR = 10, 0.1
Key = TypeVar("Key", bound=Hashable)


class Copies(Generic[Key]):
    """The originals among texts as they come in, found again by their shingles.

    Only originals are kept, so that a thousand copies cost no more memory than one. A shingle that stands in more than
    `COMMON` originals is the site's and does not count.
    """

    def __init__(self) -> None:
        self._sketches = engine.best().sketches()
        self._keys: dict[int, Key] = {}
        self._numbers: dict[Key, int] = {}

    def add(self, key: Key, article: Stems) -> Key:
        """Return the key of the original that a text is a copy of, or `key` itself, which is then kept as one."""
        number = self._sketches.add(article)
        if number < 0:
            return key
        if number not in self._keys:
            self._keys[number] = key
            self._numbers[key] = number
        return self._keys[number]

    def find(self, article: Stems) -> Key | None:
        """Return the key of the original that a text is a copy of, if it is one."""
        return self._keys.get(self._sketches.find(article))

    def keep(self, key: Key, article: Stems) -> None:
        """Keep a text that is known to be an original."""
        number = self._sketches.keep(article)
        if number >= 0:
            self._keys[number] = key
            self._numbers[key] = number

    def rename(self, key: Key, heir: Key) -> None:
        """Let a copy stand for its original, whose own text is gone."""
        number = self._numbers.pop(key, None)
        if number is not None:
            self._keys[number] = heir
            self._numbers[heir] = number

    def forget(self, key: Key) -> None:
        """Drop an original, if it is one."""
        number = self._numbers.pop(key, None)
        if number is not None:
            self._sketches.forget(number)
            del self._keys[number]


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
