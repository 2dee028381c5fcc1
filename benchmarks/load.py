"""Load from one processor by wrk, which keeps connections busy, while answers are checked beside it."""

import http.client
import resource
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.timing import CLIENT

WRK = shutil.which("wrk")
SCRIPT = Path(__file__).with_name("post.lua")
SECONDS, CONNECTIONS, FOR_BATCHES, CHECK_EVERY = 2, 16, 4, 0.02


@dataclass(frozen=True)
class Load:
    """What came of it: requests a second, milliseconds, and how busy the generator's processor was with it."""

    rate: float
    p50: float
    p99: float
    generator: float


class Target:
    """A route, the bodies it is asked with in turn, and how the answer to each is checked."""

    def __init__(
        self, name: str, port: int, path: str, bodies: Sequence[bytes], check: Callable[[int, bytes], None],
        *, articles: int = 1,
    ) -> None:  # fmt: skip
        self.name, self.port, self.path, self.bodies, self.check = name, port, path, bodies, check
        self.articles = articles

    def ask_all(self) -> None:
        """Check the answer to every body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for n in range(len(self.bodies)):
            self._ask(connection, n)
        connection.close()

    def load(self, folder: Path) -> Load:
        """Put it under load; raises where any request failed or any checked answer was wrong."""
        assert WRK is not None
        files = [folder / f"{abs(hash(self.name))}-{n}" for n in range(len(self.bodies))]
        for file, body in zip(files, self.bodies, strict=True):
            if not file.exists():
                file.write_bytes(body)
        connections = FOR_BATCHES if self.articles > 1 else CONNECTIONS
        command = [
            "taskset", "-c", str(CLIENT), WRK, "--threads=1", f"--connections={connections}", f"--duration={SECONDS}s",
            "--timeout=60s", f"--script={SCRIPT}", f"http://127.0.0.1:{self.port}{self.path}", "--", "application/json",
            *map(str, files),
        ]  # fmt: skip
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with _Checks(self) as checks:
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert checks.done, f"{self.name}: nothing was checked"
        result = next(line for line in said.splitlines() if line.startswith("result "))
        requests, microseconds, failed, p50, p99 = map(int, result.split()[1:])
        assert not failed, f"{self.name}: {failed} requests failed"
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Load(requests / microseconds * 1e6, p50 / 1000, p99 / 1000, used / microseconds * 1e6)

    def _ask(self, connection: http.client.HTTPConnection, n: int) -> None:
        connection.request("POST", self.path, self.bodies[n], {"content-type": "application/json"})
        response = connection.getresponse()
        data = response.read()
        assert response.status == 200, (self.name, response.status)
        self.check(n, data)


class _Checks(threading.Thread):
    """Ask the same route every few hundredths of a second and check the answer; an error is raised at the end."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._target, self._stop_now = target, threading.Event()
        self._error: BaseException | None = None
        self.done = 0

    def run(self) -> None:
        """Ask until told to stop."""
        connection = http.client.HTTPConnection("127.0.0.1", self._target.port, timeout=60)
        try:
            while not self._stop_now.is_set():
                self._target._ask(connection, self.done % len(self._target.bodies))
                self.done += 1
                time.sleep(CHECK_EVERY)
        except BaseException as error:
            self._error = error
        connection.close()

    def __enter__(self) -> "_Checks":
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop_now.set()
        self.join()
        if self._error is not None:
            raise self._error
