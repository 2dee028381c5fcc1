"""What came of polling a feed."""

import msgspec


class Polled(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a poll: entries that were `new`, `known` before, or `failed`; `error` where the poll itself failed.

    `faults` tell what was wrong with what could be read all the same. `unchanged` where the server had nothing else.
    """

    id: str
    url: str
    new: int = 0
    known: int = 0
    failed: int = 0
    unchanged: bool = False
    error: str | None = None
    faults: list[str] = []
