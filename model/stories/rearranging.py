"""Articles that go to another story or away: as people or a pass of tidying want it, or because one is deleted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic

from model.errors import InvalidInputError
from model.stories import features
from model.stories.state import Key, State


@dataclass(frozen=True, slots=True)
class Tidied(Generic[Key]):
    """What was done: `merged` leads from each story that is gone to the one it became, `moved` from article to story.

    `moved` tells of articles whose story went on without them; their copies move with them and are not told.
    """

    merged: dict[int, int] = field(default_factory=dict)
    moved: dict[Key, int] = field(default_factory=dict)


def merge(state: State[Key], one: int, other: int) -> int:
    """Make two stories one for good, as a person wants it; return the number that stays, the lower.

    Raises `InvalidInputError` where one is not live.
    """
    one, other = state.live(one), state.live(other)
    kept, gone = min(one, other), max(one, other)
    if kept != gone:
        state.constraints.allow(kept, gone)
        rearrange(state, dict.fromkeys([*state.stories[gone].members], kept))
        state.touched.add(kept)
        state.constraints.pin(state.stories[kept].members)
    return kept


def split(state: State[Key], story: int, keys: Iterable[Key]) -> int:
    """Take articles, with their copies, out of a story for good; return the number of the new one they make.

    Raises `InvalidInputError` where the story is not live, an article is not in it, or nothing would be left.
    """
    story = state.live(story)
    chosen = {state.original.get(key, key) for key in keys}
    staying = [key for key in state.stories[story].members if key not in chosen]
    if not chosen or not staying or len(staying) + len(chosen) != len(state.stories[story].members):
        raise InvalidInputError("a split needs articles of the story, and one that stays")
    rearrange(state, dict.fromkeys([key for key in state.stories[story].members if key in chosen], -1))
    new = state.members[next(iter(chosen))].story
    state.touched |= {story, new}
    state.constraints.part(story, new)
    state.constraints.pin([*staying, *chosen])
    return new


def remove(state: State[Key], key: Key, heir: Key | None = None) -> None:
    """Take one article away; `heir`, one of its copies, stands for those that are left.

    A story that is left empty is gone, and leads nowhere. An article in no live story is passed over.
    """
    if (original := state.original.pop(key, None)) is not None:
        state.stories[state.members[original].story].copies[original].remove(key)
        return
    if key not in state.members:
        return
    member = state.members.pop(key)
    story, left = state.stories[member.story], [*state.stories[member.story].copies.pop(key, ())]
    state.constraints.pinned.discard(key)
    if heir is not None and heir in left:
        left.remove(heir)
        state.copies.rename(key, heir)
        state.members[heir] = member
        story.members[story.members.index(key)] = heir
        del state.original[heir]
        state.original.update(dict.fromkeys(left, heir))
        story.copies[heir] = left
        return
    state.copies.forget(key)
    story.members.remove(key)
    state.touched.add(member.story)
    if story.members:
        state.index.replace({story.slot: state.contents(member.story)})
    else:
        state.drop([member.story])


def rearrange(state: State[Key], places: dict[Key, int]) -> Tidied[Key]:
    """Put independent articles, with their copies, into stories; return what became of the old ones.

    Numbers below 0 stand for new stories, others that are not live are opened under that number. A story that is
    left empty leads to where most of its articles went.
    """
    before = {key: state.members[key].story for key in places}
    went = {old: Counter[int]() for old in before.values()}
    opened = dict[int, int]()
    for key, number in places.items():
        if number not in state.stories and number not in opened:
            slot = state.index.put(features.EMPTY, float("nan"))
            opened[number] = state.open(slot, None if number < 0 else number)
        new = opened.get(number, number)
        went[before[key]][new] += 1
        if new != before[key]:
            _shift(state, key, new)
    changed = {state.members[key].story for key in places if state.members[key].story != before[key]}
    changed |= {old for key, old in before.items() if state.members[key].story != old}
    gone = sorted(number for number in changed if not state.stories[number].members)
    state.index.replace({state.stories[number].slot: state.contents(number) for number in changed})
    for number in gone:
        kept = went[number].most_common(1)[0][0]
        state.led[number] = kept
        state.constraints.rename(number, kept)
        state.touched.discard(number)
        del state.owner[state.stories.pop(number).slot]
    led = {number: state.find(number) for number in gone}
    moved = {key: state.members[key].story for key in places if state.members[key].story != state.find(before[key])}
    return Tidied(led, moved)


def _shift(state: State[Key], key: Key, number: int) -> None:
    old, new = state.stories[state.members[key].story], state.stories[number]
    old.members.remove(key)
    new.members.append(key)
    if key in old.copies:
        new.copies[key] = old.copies.pop(key)
    state.members[key].story = number
