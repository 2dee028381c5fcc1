"""1-grams and 2-grams as numbers: which of them stand in enough articles to be learnt."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model.analysis import PASSAGE
from training.arrays import Ints, Room, distinct, ranges
from training.tokens import Tokens


@dataclass(frozen=True)
class Block:
    """Every occurrence of a term in some articles: `key` and `passage` (K,), 1-grams first.

    `passages` says how many passages each article has, `article` of which of them each passage is.
    """

    singles: int
    key: Ints
    passage: Ints
    passages: Ints
    article: Ints


@dataclass(frozen=True)
class Terms:
    """V terms in order of their letters: `keys` (V,).

    The key of word a is a * (W + 1), and that of the words a and b is b + 1 more, so that keys sort as terms do: a
    space comes before every letter and digit.
    """

    tokens: Tokens
    keys: Ints

    @classmethod
    def of(cls, tokens: Tokens, least: int) -> "Terms":
        """Return the terms that stand in `least` articles or more."""
        width = len(tokens.words) + 1
        # as many articles at a time as leave room for their number beside a key of 64 bits
        most_articles = max(1, min(4000, (2**63 - 1) // width**2))
        stand_in = np.zeros(width, np.int64)
        for rows in tokens.blocks(most_articles):
            block = of_block(tokens, rows)
            places = block.article[block.passage[: block.singles]] * width + block.key[: block.singles] // width
            stand_in += np.bincount(distinct(places) % width, minlength=width)
        common = stand_in >= least
        found = Room(int((tokens.title + tokens.body).sum()), np.int64)
        for rows in tokens.blocks(most_articles):
            block = of_block(tokens, rows)
            keys, passage = block.key[block.singles :], block.passage[block.singles :]
            # a pair stands in no more articles than either of its words
            hopeful = common[keys // width] & common[keys % width - 1]
            found.add(distinct(block.article[passage[hopeful]] * width**2 + keys[hopeful]) % width**2)
        pairs = found.filled
        pairs.sort()
        last = max(0, len(pairs) - least + 1)
        enough = pairs[:last][pairs[:last] == pairs[len(pairs) - last :]]
        return cls(tokens, np.sort(np.concatenate([np.flatnonzero(common) * width, distinct(enough)])))

    def __len__(self) -> int:
        return len(self.keys)

    def columns(self, block: Block) -> NDArray[np.int64]:
        """Return the place of each of a block's terms among these, (K,), -1 for a term that is not."""
        width = len(self.tokens.words) + 1
        singles = self._singles[block.key[: block.singles] // width]
        keys = block.key[block.singles :]
        pairs = np.full(len(keys), -1)
        # a table is many times quicker than a search, and a pair is not there where one of its words is not
        hopeful = np.flatnonzero((self._singles[keys // width] >= 0) & (self._singles[keys % width - 1] >= 0))
        keys = keys[hopeful]
        place = np.searchsorted(self.keys, keys)
        found = self.keys[np.minimum(place, len(self.keys) - 1)] == keys
        pairs[hopeful[found]] = place[found]
        return np.concatenate([singles, pairs])

    @cached_property
    def _singles(self) -> Ints:
        """The place of each word among the terms, (W + 1,), -1 for one that is not."""
        width = len(self.tokens.words) + 1
        place = np.full(width, -1, np.int64)
        singles = np.flatnonzero(self.keys % width == 0)
        place[self.keys[singles] // width] = singles
        return place

    def names(self, columns: NDArray[np.intp]) -> tuple[str, ...]:
        """Return some terms as they are written."""
        words = self.tokens.words
        first, second = np.divmod(self.keys[columns], len(words) + 1)
        return tuple(
            words[a] if b == 0 else f"{words[a]} {words[b - 1]}"
            for a, b in zip(first.tolist(), second.tolist(), strict=True)
        )


def of_block(tokens: Tokens, rows: NDArray[np.intp]) -> Block:
    """Return the terms of some articles as `model.analysis.passages` makes them."""
    title, body = tokens.title[rows], tokens.body[rows]
    passages = np.maximum(1, (2 * body + PASSAGE) // (2 * PASSAGE))  # as `analysis.cuts`
    first = np.cumsum(passages) - passages
    lengths = title + body
    ids = tokens.ids[ranges(tokens.starts[rows], lengths)].astype(np.int64)
    place = ranges(-title, lengths)  # of a word in its text; below 0, it is of the title
    count, parts = np.repeat(body, lengths), np.repeat(passages, lengths)
    # the last cut at or before a place, with cut n at floor(count * n / parts)
    cut = np.where(place < 0, 0, ((place + 1) * parts - 1) // np.maximum(count, 1))
    passage = np.repeat(first, lengths) + cut
    joined = (passage[1:] == passage[:-1]) & ((place[1:] < 0) == (place[:-1] < 0))
    width = len(tokens.words) + 1
    pairs = ids[:-1][joined] * width + ids[1:][joined] + 1
    return Block(
        singles=len(ids),
        key=np.concatenate([ids * width, pairs]),
        passage=np.concatenate([passage, passage[:-1][joined]]),
        passages=passages,
        article=np.repeat(np.arange(len(rows)), passages),
    )
