"""What mends a single pass: the stories that have changed, and those near them, are drawn anew from their articles.

In their place the batch's own algorithm decides, with word frequencies of today, so that what comes out hardly depends
on the order of arrival. Numbers are kept: each new group takes the number of the story most of it comes from. What
people have merged or split is one row that is never taken apart, and rows of parted stories never meet.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from model.stories import features
from model.stories.linkage import NOBODY, agglomerate
from model.stories.rearranging import Tidied, rearrange
from model.stories.similarity import matrix
from model.stories.state import Key, State

NEARBY = 0.6


def tidy(stories: State[Key], everything: bool) -> Tidied[Key]:
    """Draw changed stories anew; see `Stories.tidy`."""
    region = sorted(stories.stories) if everything else _region(stories)
    rows = _rows(stories, region)
    stories.touched.clear()
    if len(rows) < 2:
        return Tidied()
    group = _draw(stories, rows)
    groups: dict[int, list[list[Key]]] = {}
    for row, n in zip(rows, group.tolist(), strict=True):
        groups.setdefault(n, []).append(row)
    held = {key for row in rows if _pinned(stories, row) for key in row}
    places = _numbers(stories, [[key for row in parts for key in row] for parts in groups.values()], held)
    return rearrange(stories, places)


def _region(stories: State[Key]) -> list[int]:
    """Return the stories that have changed and those whose mean vectors are near them."""
    touched = sorted(stories.touched)
    slots = np.array([stories.stories[number].slot for number in touched], np.intp)
    near = stories.index.alike(slots, NEARBY * stories.threshold)
    owner = {story.slot: number for number, story in stories.stories.items()}
    return sorted({*touched, *(owner[slot] for slot in near.tolist())})


def _rows(stories: State[Key], region: Sequence[int]) -> list[list[Key]]:
    """Return what is never taken apart: the pinned articles of each story together, and every other one by itself."""
    rows = list[list[Key]]()
    for number in region:
        members = stories.stories[number].members
        pinned = [key for key in members if key in stories.constraints.pinned]
        rows += [pinned] if pinned else []
        rows += [[key] for key in members if key not in stories.constraints.pinned]
    return rows


def _draw(stories: State[Key], rows: Sequence[list[Key]]) -> NDArray[np.intp]:
    """Return a group number for each row by average linkage, with vectors brought up to date."""
    keys = [key for row in rows for key in row]
    for key in keys:
        member = stories.members[key]
        member.wide = features.refresh(member.wide, stories.frequencies)
        member.vector = features.narrow(member.wide)
    sizes = np.array([len(row) for row in rows])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    share = sparse.csr_matrix((np.repeat(1 / sizes, sizes), np.arange(len(keys)), starts))
    vectors = matrix([stories.members[key].vector for key in keys], stories.frequencies.size)
    days = np.array([stories.members[key].day for key in keys])
    spans = np.column_stack([np.fmin.reduceat(days, starts[:-1]), np.fmax.reduceat(days, starts[:-1])])
    place = {stories.members[row[0]].story: n for n, row in enumerate(rows) if _pinned(stories, row)}
    apart = [(place[a], place[b]) for a, b in stories.constraints.pairs() if a in place and b in place]
    return agglomerate(share @ vectors, sizes, spans, stories.threshold, np.array(apart, np.intp) if apart else NOBODY)


def _numbers(stories: State[Key], groups: Sequence[list[Key]], held: set[Key]) -> dict[Key, int]:
    """Return the story of each article: that with the largest part in its group, before all what people put together.

    A group that no story is left for has a number below 0 of its own.
    """
    parts = list[tuple[bool, int, int, int]]()
    for n, keys in enumerate(groups):
        counts = Counter(stories.members[key].story for key in keys)
        by_hand = {stories.members[key].story for key in keys if key in held}
        parts += [(number in by_hand, count, -number, n) for number, count in counts.items()]
    number_of, taken = dict[int, int](), set[int]()
    for _, _, number, n in sorted(parts, reverse=True):
        if n not in number_of and -number not in taken:
            number_of[n] = -number
            taken.add(-number)
    return {key: number_of.get(n, -1 - n) for n, keys in enumerate(groups) for key in keys}


def _pinned(stories: State[Key], row: list[Key]) -> bool:
    return row[0] in stories.constraints.pinned
