"""A process that changes registries in children of its own, which die, or meet a fault, where they are told to.

Each line of stdin is a task, each line of stdout what came of it. The points at which a child can die are the calls
that change a disk: the child counts them, the production code knows nothing of it. `Sloppy` and `SloppyPointer` are
the controls: publishers that are not atomic.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model import artifact
from model.errors import TopicdeskError
from model.files import write_new
from model.parameters import Parameters
from model.registry import Registry, manifest, version
from tests.small import small

CALLS = ("rename", "replace", "link", "mkdir", "unlink", "rmdir", "chmod")


class Sloppy(Registry):
    """Writes a version where it is to stand."""

    def _store(self, model: Parameters, receipt: bytes | None) -> str:
        data = artifact.dump(model)
        facts = manifest.make(model, data)
        signed = manifest.encode(facts)
        place = self.versions / facts.id
        place.mkdir()
        write_new(place / version.MODEL, data)
        write_new(place / version.MANIFEST, signed)
        write_new(place / version.SIGNATURE, f"{self.signer.name} {self.signer.sign(signed).hex()}\n".encode())
        return facts.id


class SloppyPointer(Registry):
    """Writes over `CURRENT`."""

    def _serve(self, model_id: str) -> None:
        descriptor = os.open(self.root / "CURRENT", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(descriptor, f"{model_id}\n".encode())
        os.close(descriptor)


KINDS = {kind.__name__: kind for kind in (Registry, Sloppy, SloppyPointer)}


class Points:
    """Counts the calls that change a disk, and dies at one of them.

    With `power`, as in a power cut: what was written and not yet synced is lost, wherever the file has been moved to.
    With `lazy`, syncing does nothing, which is the control.
    """

    def __init__(self, last: int, power: bool, lazy: bool) -> None:
        self.passed, self.last, self.power, self.lazy = 0, last, power, lazy
        self.unsynced: dict[int, int] = {}

    def arm(self) -> None:
        """Stand before every such call, and in the middle of every write."""
        for name in CALLS:
            setattr(os, name, self._before(getattr(os, name)))
        real_open, real_write, real_sync = os.open, os.write, os.fsync

        def opened(path: Any, flags: int, *rest: Any, **options: Any) -> int:
            if flags & os.O_CREAT:
                self.point()
            return real_open(path, flags, *rest, **options)

        def written(descriptor: int, data: Any) -> int:
            self.point()
            if self.power:
                self.unsynced.setdefault(os.fstat(descriptor).st_ino, os.dup(descriptor))
            half = len(data) // 2
            done = real_write(descriptor, data[:half])
            self.point()
            return done + real_write(descriptor, data[half:])

        def synced(descriptor: int) -> None:
            self.point()
            if not self.lazy:
                real_sync(descriptor)
                self.unsynced.pop(os.fstat(descriptor).st_ino, None)

        os.open, os.write, os.fsync = opened, written, synced  # type: ignore[assignment]

    def point(self) -> None:
        """Pass a point, or die."""
        self.passed += 1
        if self.passed == self.last:
            for descriptor in self.unsynced.values():
                os.ftruncate(descriptor, 0)
            os.kill(os.getpid(), signal.SIGKILL)

    def _before(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            self.point()
            return real(*arguments, **options)

        return called


def change(task: dict[str, Any]) -> str:
    """Do one task in this process, and say how many points it passed."""
    home, points = Path(task["home"]), Points(task.get("point", 0), task.get("power", False), task.get("lazy", False))
    registry = KINDS[task.get("kind", "Registry")](home / "models", keep=task.get("keep", 10))
    model = small(task.get("seed", 0))
    if user := task.get("user"):
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    if (spare := task.get("descriptors")) is not None:
        lowest = os.dup(0)  # descriptors below it are taken
        os.close(lowest)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + spare, lowest + spare))
    points.arm()
    match task.get("do", "publish"):
        case "publish":
            registry.publish(model)
        case "rollback":
            registry.rollback()
        case "activate":
            registry.activate(registry.history()[-1])
    return str(points.passed)


def child(task: dict[str, Any], answer: int) -> int:
    """Do one task and write what came of it; return an exit code as the command line's."""
    write = os.write
    try:
        write(answer, change(task).encode())
    except TopicdeskError as error:
        write(answer, str(error).encode())
        return error.exit_code
    except BaseException as error:
        write(answer, repr(error).encode())
        return 99
    return 0


def main() -> None:
    """Serve until stdin ends."""
    Registry(Path(sys.argv[1]) / "models").publish(small())  # every module is in before a child meets a fault
    for line in sys.stdin:
        task = json.loads(line)
        read, write = os.pipe()
        if (process := os.fork()) == 0:
            os.close(read)
            os._exit(child(task, write))
        os.close(write)
        with os.fdopen(read) as answer:
            said = answer.read()
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        sys.stdout.write(json.dumps({"code": code, "said": said}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
