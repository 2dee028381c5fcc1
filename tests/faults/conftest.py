import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT


class Outcome(NamedTuple):
    """How a child of the publisher ended: 0, an exit code, or minus a signal; and what it said."""

    code: int
    said: str


Publisher = Callable[..., Outcome]
Mount = Callable[..., Path]


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


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mount a file system in memory."""
    mounted: list[Path] = []

    def made(options: str) -> Path:
        folder = tmp_path / f"mount-{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "topicdesk-test", str(folder)]
        if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("file systems cannot be mounted here (it takes root and CAP_SYS_ADMIN)")
        mounted.append(folder)
        return folder

    yield made
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)
