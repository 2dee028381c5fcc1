"""Disks that are full or read-only, folders that are not ours, and no descriptors left: publishing says so and changes
nothing that is visible."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.registry import Registry
from tests.conftest import ROOT, Run
from tests.faults.conftest import Mount, Publisher
from tests.small import small
from training import dataset

NOBODY = 65534
ROOT_USER = os.geteuid() == 0


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every user can come to."""
    folder = Path(tempfile.mkdtemp(prefix="topicdesk-"))
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(folder)


def publish_two(home: Path) -> list[str]:
    return [Registry(home / "models").publish(small(seed)) for seed in range(2)]


def unchanged(home: Path, ids: list[str], *, swept: bool = True) -> None:
    """Check that the two versions are all there is, and good."""
    registry = Registry(home / "models")
    assert sorted(path.name for path in registry.versions.iterdir()) == sorted(ids)
    assert registry.history() == ids[::-1]
    for model_id in ids:
        registry.load(model_id)
    assert registry.unusable() == []
    if swept:
        assert not list(registry.staging.iterdir())
        assert not list(home.rglob(".*"))


def not_published(home: Path, ids: list[str]) -> None:
    """Check that nothing has changed, or that the new version is there, whole, and not current."""
    registry = Registry(home / "models")
    if len(versions := registry.list()) == len(ids):
        unchanged(home, ids)
        return
    assert registry.load(versions[-1].id)[1].digest == small(9).digest
    assert registry.history() == ids[::-1]
    assert registry.unusable() == []
    assert not list(home.rglob(".*"))


def fill(home: Path, leave: int) -> Path:
    """Fill a file system but for some bytes."""
    filler = home / "filler"
    free = os.statvfs(home)
    with filler.open("wb") as file:
        file.write(bytes(max(0, free.f_bavail * free.f_frsize - leave)))
    return filler


def test_a_full_disk(mount: Mount, publisher: Publisher) -> None:
    home = mount("size=400k")
    ids = publish_two(home)
    failed = 0
    for pages in range(12):
        filler = fill(home, pages * 4096)
        outcome = publisher(home=home, seed=9)
        filler.unlink()
        if outcome.code == 0:
            assert Registry(home / "models").load()[1].digest == small(9).digest
            break
        assert outcome.code == 1
        assert outcome.said in {
            f"cannot write to {home / 'models'}: No space left on device",
            f"cannot write {home / 'models' / 'CURRENT'}: No space left on device",
        }
        not_published(home, ids)
        failed += 1
    assert outcome.code == 0
    assert failed >= 3


def test_no_room_for_more_files(mount: Mount, publisher: Publisher) -> None:
    failed = 0
    for spare in range(12):
        home = mount(f"size=1m,nr_inodes={18 + spare}")
        ids = publish_two(home)
        outcome = publisher(home=home, seed=9)
        if outcome.code == 0:
            break
        assert outcome.code == 1
        assert "No space left on device" in outcome.said
        not_published(home, ids)
        failed += 1
    assert outcome.code == 0
    assert failed >= 2


def test_a_full_disk_before_the_first(mount: Mount, publisher: Publisher) -> None:
    home = mount("size=400k")
    filler = fill(home, 0)
    outcome = publisher(home=home, seed=9)
    assert outcome.code == 1
    assert "No space left on device" in outcome.said
    assert not (home / "model.key").exists()
    assert not list(home.rglob(".*"))
    filler.unlink()
    assert publisher(home=home, seed=9).code == 0


def test_a_read_only_disk(mount: Mount, publisher: Publisher, topicdesk: Run) -> None:
    home = mount("size=1m")
    ids = publish_two(home)
    subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)
    for change in ("publish", "rollback", "activate"):
        outcome = publisher(home=home, seed=9, do=change)
        assert (outcome.code, outcome.said) == (1, f"cannot write to {home / 'models'}: Read-only file system")
    unchanged(home, ids)
    assert topicdesk("models", "verify", "current", home=home).returncode == 0
    done = topicdesk("models", "rollback", home=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"topicdesk: cannot write to {home / 'models'}: Read-only file system\n"


@pytest.mark.parametrize("closed", [".", "models", "models/versions", "models/staging", "models/LOCK", "model.key"])
def test_a_folder_of_another_user(reachable: Path, publisher: Publisher, closed: str) -> None:
    """Root may write anywhere, so as root the publisher becomes nobody."""
    ids = publish_two(reachable)
    user = NOBODY if ROOT_USER else os.geteuid()
    if ROOT_USER:
        for path in (reachable, *reachable.rglob("*")):
            if path != reachable / closed:
                os.chown(path, user, user)
    mode = 0o600 if closed == "model.key" else 0o555
    if not ROOT_USER:
        (reachable / closed).chmod(0 if closed == "model.key" else mode)
    outcome = publisher(home=reachable, seed=9, user=user if ROOT_USER else None)
    if closed == ".":  # nothing is to be written there: the key and the folder of models exist
        assert outcome.code == 0
        return
    assert outcome.code == 1
    assert "Permission denied" in outcome.said
    if ROOT_USER:
        for path in (reachable, *reachable.rglob("*")):
            os.chown(path, 0, 0)
    (reachable / closed).chmod(0o600 if closed == "model.key" else 0o755)
    not_published(reachable, ids)


def test_no_descriptors_left(tmp_path: Path, publisher: Publisher) -> None:
    ids = publish_two(tmp_path)
    failed = 0
    for spare in range(12):
        outcome = publisher(home=tmp_path, seed=9, descriptors=spare)
        if outcome.code == 0:
            break
        assert outcome.code == 1
        assert "Too many open files" in outcome.said
        unchanged(tmp_path, ids, swept=False)
        failed += 1
    assert outcome.code == 0
    assert failed >= 3
    assert not list(Registry(tmp_path / "models").staging.iterdir())


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough articles to train on in a moment."""
    path = tmp_path_factory.mktemp("data") / "few.jsonl"
    lines = []
    for folder in sorted(dataset.STARTER.iterdir()):
        if folder.is_dir():
            files = [file.read_text(encoding="utf-8").splitlines() for file in sorted(folder.glob("*.jsonl"))]
            lines += [line for file in files[:12] for line in file[:3]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


FAULTS = {
    "No space left on device": "fill()",
    "Read-only file system": 'subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)',
    "Permission denied": "os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)",
    "Too many open files": (
        "lowest = os.dup(0); os.close(lowest); resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + 1, lowest + 1))"
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_command_says_so_and_exits_with_1(fault: str, mount: Mount, few: Path, topicdesk: Run) -> None:
    """The real `topicdesk train`, in which the fault comes when the model has been trained."""
    home = mount("size=1500k,mode=755")
    ids = publish_two(home)
    code = f"""if True:
        import os, resource, subprocess, sys
        from pathlib import Path
        import model.artifact.strict, service.cli, service.settings
        from training import train as training
        home, real = Path({str(home)!r}), training.train

        def fill():
            free = os.statvfs(home)
            (home / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize - 8192))

        def train(*arguments):
            trained = real(*arguments)
            {FAULTS[fault]}
            return trained

        training.train = train
        sys.argv = ["topicdesk", "train", "--data", {str(few)!r}]
        service.cli.main()
    """
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"TOPICDESK_HOME": str(home)},
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == f"topicdesk: cannot write to {home / 'models'}: {fault}"
    assert "Traceback" not in done.stderr
    unchanged(home, ids, swept=fault != "Too many open files")
    listed = topicdesk("models", "list", "--json", home=home)
    assert [model["id"] for model in json.loads(listed.stdout)["models"]] == ids
