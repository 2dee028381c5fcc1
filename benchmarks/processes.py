"""Servers in processes of their own, kept on one processor, and what they take of it."""

import contextlib
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.timing import SERVER

DEADLINE, LOOK_EVERY = 120.0, 0.002
TICK = os.sysconf("SC_CLK_TCK")


class Served:
    """A server's processes: all of its process group."""

    def __init__(self, process: subprocess.Popen[bytes], began: float, log: Path) -> None:
        self._process, self._began, self._log = process, began, log

    def wait_for(self, url: str) -> float:
        """Return after how many seconds since its start it answered 200."""
        while time.perf_counter() < self._began + DEADLINE:
            assert self._process.poll() is None, self._log.read_text(errors="replace")[-2000:]
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=DEADLINE) as answer:
                if answer.status == 200:
                    return time.perf_counter() - self._began
            time.sleep(LOOK_EVERY)
        raise TimeoutError(url)

    @property
    def runs(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    @property
    def processor_seconds(self) -> float:
        """What its processes have taken so far."""
        return sum(sum(map(int, facts[11:13])) for _, facts in self._members()) / TICK

    @property
    def peak_megabytes(self) -> float:
        """The most memory that its processes had resident, each at its own worst moment."""
        return sum(_peak_kilobytes(folder) for folder, _ in self._members()) / 1000

    def stop(self) -> None:
        """End it and wait."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _members(self) -> Iterator[tuple[Path, list[str]]]:
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                facts = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
                if int(facts[2]) == self._process.pid and facts[0] not in "ZX":
                    yield folder, facts


def _peak_kilobytes(folder: Path) -> int:
    with contextlib.suppress(OSError):
        for line in (folder / "status").read_text(errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 // 1000
    return 0


@contextlib.contextmanager
def serving(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    cwd: Path | None = None,
    *,
    cpus: Sequence[int] = (SERVER,),
) -> Iterator[Served]:
    """Run a server, on its processor unless others are named; `log` takes what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOPICDESK_")}
    with log.open("ab") as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            ["taskset", "-c", ",".join(map(str, cpus)), *command], env={**kept, **environment}, cwd=cwd,
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    served = Served(process, began, log)
    try:
        yield served
    finally:
        served.stop()
