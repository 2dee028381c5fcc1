"""A light English stemmer: plurals and the commonest verb endings, nothing that joins words of different meaning.

Plurals follow Harman's S-stemmer (How effective is suffixing?, JASIS 1991); -ing, -ed and -ly go where a vowel is left.
Heavier stemmers made no difference that could be measured, and names suffer from them.
"""

import functools

ENDINGS = ("ingly", "edly", "ing", "ed", "ly")
SHORTEST = 3
VOWELS = frozenset("aeiouy")


@functools.lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """Return the stem of a folded word; words of three letters or fewer stay as they are."""
    if len(word) <= SHORTEST:
        return word
    word = _singular(word)
    for ending in ENDINGS:
        kept = word.removesuffix(ending)
        if kept != word and len(kept) >= SHORTEST and not VOWELS.isdisjoint(kept):
            word = kept[:-1] if len(kept) > SHORTEST and kept[-1] == kept[-2] and kept[-1] not in "lsz" else kept
            break
    return word[:-1] if len(word) > SHORTEST and word.endswith("e") else word


def _singular(word: str) -> str:
    if word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    if word.endswith("s") and word[-2] not in "us":
        return word[:-1]
    return word
