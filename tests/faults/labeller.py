"""Dies at every numbered point of a labelling run, and looks at what the next run makes of what is left.

`python -m tests.faults.labeller FOLDER NAME`: labels `a.jsonl` of the folder into files of that name, and prints one
line of JSON for each point: how the run ended, what was visible, how many rows the next run took over.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.classifier import Classifier
from service import batch
from service.labelling import chunks, partial
from tests.small import small

CALLS = ("pwrite", "ftruncate", "fsync", "posix_fallocate", "rename", "replace", "unlink")


def main(folder: Path, name: str) -> None:
    chunks.ROWS, partial.EVERY_SECONDS, partial.MOST_SHARE = 10, 0.0, float("inf")
    classifier = Classifier(small(), "20260101T000000Z-000000000000")
    source, whole, target = folder / "a.jsonl", folder / f"whole-{name}", folder / name
    batch.label(source, whole, classifier, workers=1)
    expected = whole.read_bytes()
    for point in range(1, 10_000):
        target.unlink(missing_ok=True)
        ended = fork(point, lambda: batch.label(source, target, classifier, workers=1))
        visible = target.read_bytes() if target.exists() else None
        report: dict[str, Any] = {"ended": ended, "visible": visible is not None, "resumed": 0}
        if visible is None:
            report["resumed"] = batch.label(source, target, classifier, workers=1).resumed
        report["right"] = target.read_bytes() == expected and visible in {None, expected}
        sys.stdout.write(json.dumps(report) + "\n")
        if not ended:
            return


def fork(point: int, run: Callable[[], object]) -> int:
    """Run in a process of its own, that dies at a point; returns how it ended."""
    sys.stdout.flush()
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        die(point, run)
    finally:
        os._exit(0)


def die(point: int, run: Callable[[], object]) -> None:
    """Run, and die at a point: an even one is before a call, an odd one in the middle of a write or after the call."""
    calls = 0

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal calls
            calls += 2
            if calls == point:
                os.kill(os.getpid(), signal.SIGKILL)
            if calls == point + 1:
                if name == "pwrite":
                    file, data, place = arguments
                    real(file, bytes(data)[: len(data) // 2], place)
                else:
                    real(*arguments, **options)
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return call

    for name in CALLS:
        setattr(os, name, counted(name, getattr(os, name)))
    run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
