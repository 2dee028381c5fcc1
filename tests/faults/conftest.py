import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from tests.conftest import ROOT


class Outcome(NamedTuple):
    """How a child of the publisher ended: 0, an exit code, or minus a signal; and what it said."""

    code: int
    said: str


Publisher = Callable[..., Outcome]


@pytest.fixture(scope="session")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publisher]:
    """Change a registry in a process that can be made to die or to meet a fault; see `tests/faults/publisher.py`."""
    command = [sys.executable, "-m", "tests.faults.publisher", str(tmp_path_factory.mktemp("publisher"))]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def run(**task: object) -> Outcome:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(task, default=str) + "\n")
            process.stdin.flush()
            return Outcome(**json.loads(process.stdout.readline()))

        yield run
        process.stdin.close()
        assert process.wait(timeout=30) == 0
