import random

import pytest

from service.labelling import journal
from service.labelling.chunks import Position
from service.labelling.journal import Checkpoint, Header, Written

HEADER = Header({"input": [1, 2, "x"]}, {"text": "string"})
CHECKPOINTS = [
    Checkpoint(Position(n, n * 10), [Written(n, n)], {"review": n, "assigned": 2 * n}, ["row 1: é\n"])
    for n in range(1, 9)
]
WHOLE = journal.line(HEADER) + b"".join(map(journal.line, CHECKPOINTS))


def test_what_was_written_is_read() -> None:
    header, found = journal.parse(WHOLE)
    assert header == HEADER
    assert [checkpoint for checkpoint, _ in found] == CHECKPOINTS
    assert found[-1][1] == len(WHOLE)
    assert journal.parse(WHOLE + bytes(100)) == (header, found)


def test_a_cut_journal_ends_at_its_last_whole_line() -> None:
    for length in range(len(WHOLE)):
        header, found = journal.parse(WHOLE[:length])
        assert len(found) + (header is not None) == WHOLE[:length].count(b"\n")
        assert [checkpoint for checkpoint, _ in found] == CHECKPOINTS[: len(found)]


def test_no_flipped_bit_is_believed() -> None:
    chance = random.Random(0)
    for _ in range(2000):
        place, damaged = chance.randrange(len(WHOLE)), bytearray(WHOLE)
        damaged[place] ^= 1 << chance.randrange(8)
        header, found = journal.parse(bytes(damaged))
        assert header is None or header == HEADER
        assert [checkpoint for checkpoint, _ in found] == CHECKPOINTS[: len(found)]
        assert len(found) < len(CHECKPOINTS)


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n", b"00000000 {}\n", b"x" * 1000, bytes(1000)])
def test_no_journal_at_all(data: bytes) -> None:
    assert journal.parse(data) == (None, [])
