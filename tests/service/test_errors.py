"""Every kind of problem is in the documents, with the status that it has."""

import re
from collections.abc import Iterator

from model.errors import RateLimitedError, TopicdeskError
from service import problems
from service.server.overload import BUSY
from tests.conftest import ROOT

SECTIONS = dict(re.findall(r"^## `([a-z-]+)` \((\d+)\)$", (ROOT / "docs" / "errors.md").read_text(), re.MULTILINE))


def kinds(base: type[TopicdeskError] = TopicdeskError) -> Iterator[type[TopicdeskError]]:
    yield base
    for kind in base.__subclasses__():
        yield from kinds(kind)


def test_every_kind_is_documented_with_its_status() -> None:
    found = {
        kind.code: str(problems.describe(RateLimitedError("x", 1) if kind is RateLimitedError else kind("x")).status)
        for kind in kinds()
        if kind.__module__ == "model.errors"
    }
    overloaded = BUSY.type.rpartition(":")[2]
    assert found | {overloaded: str(BUSY.status)} == SECTIONS
