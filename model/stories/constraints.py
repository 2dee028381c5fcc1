"""What people have decided about stories: these are one, those are two. The machine keeps to it.

Must-link and cannot-link constraints as in Wagstaff et al., Constrained k-means clustering (ICML 2001).
"""

from collections.abc import Hashable, Iterable


class Constraints:
    """Stories that must stay apart, and articles that must stay where a person put them."""

    def __init__(self) -> None:
        self.pinned: set[Hashable] = set()
        self._apart: dict[int, set[int]] = {}

    def pin(self, keys: Iterable[Hashable]) -> None:
        """Keep articles in their story; where stories are merged they move along with it."""
        self.pinned.update(keys)

    def part(self, one: int, other: int) -> None:
        """Keep two stories apart."""
        self._apart.setdefault(one, set()).add(other)
        self._apart.setdefault(other, set()).add(one)

    def allow(self, one: int, other: int) -> None:
        """Take back that two stories are apart."""
        self._apart.get(one, set()).discard(other)
        self._apart.get(other, set()).discard(one)

    def rename(self, old: int, new: int) -> None:
        """Let a story that was merged hand on what it must stay apart from."""
        for other in self._apart.pop(old, set()):
            self._apart[other].discard(old)
            if other != new:
                self.part(new, other)

    def drop(self, story: int, keys: Iterable[Hashable]) -> None:
        """Forget a closed story and its articles."""
        for other in self._apart.pop(story, set()):
            self._apart[other].discard(story)
        self.pinned.difference_update(keys)

    def apart(self, one: int, other: int) -> bool:
        """Tell whether two stories must stay apart."""
        return other in self._apart.get(one, ())

    def pairs(self) -> list[tuple[int, int]]:
        """Return the pairs that must stay apart, the lower first."""
        return [(one, other) for one, others in self._apart.items() for other in others if one < other]
