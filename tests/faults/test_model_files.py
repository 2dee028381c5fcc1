"""Damaged, foreign and hostile model files: none executes, none loads, and the process is as it was."""

import copyreg
import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import joblib
import msgspec
import numpy as np
import pytest
from joblib.numpy_pickle import NumpyArrayWrapper, NumpyUnpickler

from model import artifact
from model.errors import InvalidModelError
from model.parameters import Parameters
from model.registry import Registry, manifest
from tests.conftest import ROOT
from tests.faults.hostile import ACT, POISON, hostile
from tests.small import small

FILES = ("model.joblib", "manifest.json", "manifest.sig")
NAMES = list(hostile(Path("canary")))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    found = Registry(tmp_path / "models")
    found.publish(small())
    found.load()  # all modules are in
    return found


@pytest.fixture
def folder(registry: Registry) -> Path:
    return registry.versions / registry.current()


def state() -> dict[str, Any]:
    """Return what a hostile file might change in this process."""
    import builtins

    return {
        "modules": {name: id(module) for name, module in sys.modules.items()},
        "builtins": {name: id(value) for name, value in vars(builtins).items() if name != "_"},
        "environ": dict(os.environ),
        "path": list(sys.path),
        "wrapper": dict(vars(NumpyArrayWrapper)),
        "unpickler": dict(vars(NumpyUnpickler)) | dict(NumpyUnpickler.dispatch),
        "joblib": {name: id(value) for name, value in vars(joblib.numpy_pickle).items()},
        "numpy": {name: id(value) for name, value in vars(np).items()},
        "dtypes": [str(np.dtype(code).descr) + np.dtype(code).byteorder for code in ("f8", "i8", "u1")],
        "errors": np.geterr(),
        "extensions": (dict(copyreg.dispatch_table), dict(copyreg._extension_registry)),  # type: ignore[attr-defined]
        "warnings": list(warnings.filters),
        "signals": [signal.getsignal(number) for number in signal.valid_signals()],
        "descriptors": sorted(os.listdir("/proc/self/fd")),  # noqa: PTH208
        "threads": threading.active_count(),
        "folder": Path.cwd(),
        "recursion": sys.getrecursionlimit(),
        "switches": (sys.gettrace(), sys.getprofile(), sys.excepthook),
    }


def sign(registry: Registry, folder: Path, data: bytes) -> None:
    """Put a file in the place of a version's own, as someone could who has the key."""
    facts = msgspec.structs.replace(
        registry.manifest(folder.name), sha256=hashlib.sha256(data).hexdigest(), size=len(data)
    )
    signed = manifest.encode(facts)
    (folder / "model.joblib").write_bytes(data)
    (folder / "manifest.json").write_bytes(signed)
    (folder / "manifest.sig").write_text(f"hmac-sha256 {registry.signer.sign(signed).hex()}\n")


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_is_refused_even_if_signed(name: str, registry: Registry, folder: Path, tmp_path: Path) -> None:
    data = hostile(tmp_path / "canary")[name]
    sign(registry, folder, data)
    before = state()
    tracemalloc.start()
    try:
        with pytest.raises(InvalidModelError) as error:
            artifact.load(data)
        with pytest.raises(InvalidModelError, match=str(error.value).replace("(", ".").replace(")", ".")[:40]):
            registry.load()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert state() == before
    assert not list(tmp_path.glob("canary*"))
    assert peak < 3 * len(data) + 1_000_000
    sentence = str(error.value)
    assert sentence.isprintable()
    assert len(sentence) < 300


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 26
    assert set(ACT) | set(POISON) < set(NAMES)


@pytest.mark.parametrize("names", [ACT, POISON], ids=["act", "poison"])
def test_plain_joblib_does_what_those_files_want(names: list[str], tmp_path: Path) -> None:
    """The control: where the strict loader refuses, `joblib.load` obeys."""
    code = """if True:
        import io, os, sys, joblib, numpy
        from pathlib import Path
        from tests.faults.hostile import hostile
        canary = Path(sys.argv[1])
        files, before = hostile(canary), numpy.geterr()
        for name in sys.argv[2:]:
            if os.fork():
                os.wait()
                continue
            try:
                joblib.load(io.BytesIO(files[name]))
            except Exception:
                pass  # many give no model, after they have had their way
            wrapper = joblib.numpy_pickle.NumpyArrayWrapper
            poisoned = [
                hasattr(wrapper, "poisoned"), hasattr(joblib.numpy_pickle, "poisoned"), "poisoned" in sys.modules,
                "POISONED" in os.environ, "/poisoned" in sys.path, numpy.geterr() != before,
                Path(f"{canary}.{name}").exists(),
            ]
            os.write(1, (f"{name} obeyed" if any(poisoned) else f"{name} refused").encode() + bytes([10]))
            os._exit(0)
    """
    command = [sys.executable, "-c", code, str(tmp_path / "canary"), *names]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    assert done.stdout.splitlines() == [f"{name} obeyed" for name in names]


@pytest.mark.parametrize("file", FILES)
def test_truncations(registry: Registry, folder: Path, file: str) -> None:
    data = (folder / file).read_bytes()
    before = state()
    for kept in np.linspace(0, len(data) - 1, 64).astype(int):
        (folder / file).write_bytes(data[:kept])
        with pytest.raises(InvalidModelError):
            registry.load()
        if file == "model.joblib":  # and without the manifest's word
            with pytest.raises(InvalidModelError):
                artifact.load(data[:kept])
    assert state() == before
    (folder / file).write_bytes(data)
    registry.load()


def flips(data: bytes, count: int, seed: int) -> list[bytes]:
    """Return copies of some bytes with one bit turned over in each."""
    chosen = random.Random(seed).sample(range(8 * len(data)), count)
    return [data[: n // 8] + bytes([data[n // 8] ^ 1 << n % 8]) + data[n // 8 + 1 :] for n in chosen]


@pytest.mark.parametrize(("file", "count"), [("model.joblib", 500), ("manifest.json", 300), ("manifest.sig", 200)])
def test_bit_flips(registry: Registry, folder: Path, file: str, count: int) -> None:
    data = (folder / file).read_bytes()
    before = state()
    for damaged in flips(data, count, seed=1):
        (folder / file).write_bytes(damaged)
        with pytest.raises(InvalidModelError):
            registry.load()
    assert state() == before
    (folder / file).write_bytes(data)
    registry.load()


def survivors(data: bytes, count: int, seed: int) -> int:
    """Turn over bits with no manifest to tell; what loads all the same must be a model, and nothing else may happen."""
    loaded = 0
    before = state()
    for damaged in flips(data, count, seed):
        try:
            found = artifact.load(damaged)
        except InvalidModelError:
            continue
        assert isinstance(found, Parameters)
        loaded += 1
    assert state() == before
    return loaded


def test_bit_flips_that_no_manifest_tells() -> None:
    data = artifact.dump(small())
    # most of the bits are the numbers' own, and another number is a number
    assert 0 < survivors(data, 1000, seed=2) < 1000


@pytest.mark.nightly
def test_many_bit_flips_that_no_manifest_tells(parameters: Parameters) -> None:
    assert survivors(artifact.dump(small()), 60_000, seed=3) < 60_000
    assert survivors(artifact.dump(parameters), 2_000, seed=4) < 2_000


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kind", ["link", "link to nothing", "folder", "pipe", "socket", "device", "missing"])
def test_what_is_no_regular_file(registry: Registry, folder: Path, file: str, kind: str) -> None:
    path, moved = folder / file, registry.root / "moved"
    path.rename(moved)
    says = f"{file} is not a regular file"
    match kind:
        case "link":
            path.symlink_to(moved)
        case "link to nothing":
            path.symlink_to("nothing")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as made:
                here = os.getcwd()  # noqa: PTH109
                os.chdir(folder)  # a socket's path has to be short
                made.bind(file)
                os.chdir(here)
        case "device":
            path.symlink_to("/dev/zero")
        case "missing":
            says = "it is not signed" if file == "manifest.sig" else f"it has no {file}"
    before = state()
    with pytest.raises(InvalidModelError, match=says):
        registry.load()
    with pytest.raises(InvalidModelError):
        registry.activate(folder.name)
    assert state() == before


def test_a_version_that_is_a_link(registry: Registry, folder: Path) -> None:
    folder.rename(registry.root / "elsewhere")
    folder.symlink_to(registry.root / "elsewhere")
    with pytest.raises(InvalidModelError, match="is not a folder of its own"):
        registry.load()


def test_a_swapped_manifest(registry: Registry, folder: Path) -> None:
    other = registry.versions / registry.publish(small(1))
    for file in ("manifest.json", "manifest.sig"):
        (folder / file).write_bytes((other / file).read_bytes())
    with pytest.raises(InvalidModelError, match="not the one that was published"):
        registry.load(folder.name)
    (folder / "model.joblib").write_bytes((other / "model.joblib").read_bytes())  # the whole version, elsewhere
    with pytest.raises(InvalidModelError, match="its manifest is that of"):
        registry.load(folder.name)
    assert registry.load()[0] == other.name


def test_another_model_that_is_signed_as_this_one(registry: Registry, folder: Path) -> None:
    """The last line: the recorded scores are those of another model."""
    sign(registry, folder, artifact.dump(small(1)))
    with pytest.raises(InvalidModelError, match="does not give the scores"):
        registry.load()


@pytest.mark.parametrize(("file", "says"), [("model.joblib", "17179869184 bytes, not"), ("manifest.json", "is larger")])
def test_a_file_too_large_is_not_even_read(registry: Registry, folder: Path, file: str, says: str) -> None:
    with (folder / file).open("wb") as made:
        made.truncate(1 << 34)
    with pytest.raises(InvalidModelError, match=says):
        registry.load()
