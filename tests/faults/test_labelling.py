"""Kills, full disks and signals in the middle of `topicdesk label`: the output is whole, right, or not there."""

import contextlib
import gzip
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from service.labelling import journal, places
from tests.conftest import ROOT
from tests.faults.conftest import Mount
from tests.small import WORDS
from training.dataset import Dataset

ARTICLES, FEWER = 10_000, 3000
KILLS = {"b.jsonl": 5, "b.csv": 5, "b.parquet": 5, "b.jsonl.gz": 5}
# the real command, that makes its checkpoints more often
COMMAND = [
    sys.executable,
    "-c",
    "import service.labelling.partial as p; p.EVERY_SECONDS, p.MOST_SHARE = 0.05, 1e9; "
    "import service.cli; service.cli.main()",
    "label",
]

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def articles(starter: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand articles."""
    path = tmp_path_factory.mktemp("articles") / "a.jsonl"
    texts = [article.text[:150] for article in starter.articles]
    rows = [{"id": f"n{n}", "text": f"{texts[n % len(texts)]} {n}", "url": f"https://x/{n}"} for n in range(ARTICLES)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="module")
def fewer(articles: Path) -> Path:
    """The first three thousand of them."""
    path = articles.with_name("fewer.jsonl")
    path.write_text("".join(articles.read_text().splitlines(keepends=True)[:FEWER]))
    return path


@pytest.fixture(scope="module")
def longer(articles: Path) -> Path:
    """As many, of 8 KB each: that takes long enough to be interrupted."""
    path = articles.with_name("longer.jsonl")
    rows = [json.loads(line) for line in articles.read_text().splitlines()]
    path.write_text("".join(json.dumps(row | {"text": f"{row['text']} " * 50}) + "\n" for row in rows))
    return path


@pytest.fixture
def start(home: Path) -> Start:
    """Start a real `topicdesk label`."""

    def started(*arguments: object) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            cwd=ROOT,
            env=os.environ | {"TOPICDESK_HOME": str(home)},
            stderr=subprocess.PIPE,
            text=True,
        )

    return started


def finish(process: "subprocess.Popen[str]") -> tuple[int, str]:
    said = process.communicate(timeout=120)[1]
    assert "Traceback" not in said
    return process.returncode, said


def ids(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        found: list[str] = pq.read_table(path, columns=["id"])["id"].to_pylist()
        return found
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    return re.findall(r'^(?:\{"id":")?(n\d+)', text, re.MULTILINE)


def wait_for_checkpoint(target: Path, process: "subprocess.Popen[str]") -> None:
    """Wait till some rows are safe on the disk."""
    path = places.journal_of(target)
    while process.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            if journal.parse(path.read_bytes())[1]:
                return
        time.sleep(0.005)
    pytest.fail("it had ended before")


@pytest.mark.parametrize("name", KILLS)
def test_sigkill_at_random_points(articles: Path, tmp_path: Path, start: Start, name: str) -> None:
    whole, target = tmp_path / f"whole-{name}", tmp_path / name
    begin = time.monotonic()
    code, said = finish(start(articles, whole))
    seconds = time.monotonic() - begin
    assert (code, said.split(" ")[0]) == (0, str(ARTICLES))
    assert ids(whole) == [f"n{n}" for n in range(ARTICLES)]
    chance, killed = random.Random(name), 0
    while killed < KILLS[name]:
        process = start(articles, target)
        time.sleep(chance.uniform(0.4, 1) * seconds)
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        if target.exists():  # it was as good as done
            assert target.read_bytes() == whole.read_bytes()
            target.unlink()
    left = places.journal_of(target)
    safe = left.exists() and bool(journal.parse(left.read_bytes())[1])
    code, said = finish(start(articles, target))
    assert (code, said.splitlines()[-1].split(";")[0]) == (0, summary(whole))
    assert said.startswith("resuming after") == safe
    assert target.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, whole.name])


def summary(whole: Path) -> str:
    """Return what the end of a run says, counted from its output."""
    if whole.suffix == ".parquet":
        statuses = pq.read_table(whole, columns=["status"])["status"].to_pylist()
    else:
        text = gzip.decompress(whole.read_bytes()).decode() if whole.suffix == ".gz" else whole.read_text()
        statuses = re.findall(r'(?:"status":"|,)(assigned|review|out_of_scope)[",]', text)
    count = statuses.count
    return (
        f"{ARTICLES} rows: {count('assigned')} assigned, {count('review')} for review, "
        f"{count('out_of_scope')} out of scope, 0 failed"
    )


@pytest.mark.parametrize("name", ["b.jsonl", "b.parquet"])
def test_sigkill_at_every_point(tmp_path: Path, name: str) -> None:
    chance = random.Random(3)
    rows = [{"id": str(n), "text": " ".join(chance.choices(WORDS, k=20))} for n in range(25)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    command = [sys.executable, "-m", "tests.faults.labeller", str(tmp_path), name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    reports: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reports) > 40
    assert all(report["right"] for report in reports)
    assert [report["ended"] for report in reports] == [-signal.SIGKILL] * (len(reports) - 1) + [0]
    taken = [report["resumed"] for report in reports if not report["visible"]]
    assert taken == sorted(taken)
    assert {0, 10, 20, 25} <= set(taken)


@pytest.mark.parametrize("name", ["b.jsonl", "b.parquet"])
def test_a_full_disk_loses_nothing_that_was_finished(
    fewer: Path, mount: Mount, start: Start, tmp_path: Path, name: str
) -> None:
    disk = mount("size=800k" if name == "b.jsonl" else "size=300k")
    target = disk / name
    code, said = finish(start(fewer, target, "--workers", 1))
    found = re.fullmatch(
        rf"topicdesk: cannot write {target}: No space left on device "
        r"\((\d+) rows are finished: the same command goes on from there\)\n",
        said,
    )
    assert code == 1
    assert found is not None, said
    assert int(found[1]) >= 1000
    assert not target.exists()
    subprocess.run(["mount", "-o", "remount,size=50m", str(disk)], check=True)
    code, said = finish(start(fewer, target))
    assert (code, said.splitlines()[0]) == (0, f"resuming after {found[1]} rows")
    assert finish(start(fewer, tmp_path / name))[0] == 0
    assert target.read_bytes() == (tmp_path / name).read_bytes()
    assert [path.name for path in disk.iterdir()] == [name]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("Read-only file system", 'subprocess.run(["mount", "-o", "remount,ro", folder], check=True)'),
        ("Permission denied", "os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)"),
        (
            "Too many open files",
            "n = os.dup(0); os.close(n); resource.setrlimit(resource.RLIMIT_NOFILE, (n + 1, n + 1))",
        ),
    ],
)
def test_a_place_that_cannot_be_written(fewer: Path, mount: Mount, home: Path, fault: str, code: str) -> None:
    disk = mount("size=1m,mode=755")
    program = f"""if True:
        import os, resource, subprocess, sys
        from service import batch, settings
        import service.cli, pyarrow.parquet
        folder, classifier = {str(disk)!r}, settings.get().classifier()
        settings.Settings.classifier = lambda *_: classifier
        {code}
        sys.argv = ["topicdesk", "label", {str(fewer)!r}, folder + "/b.parquet"]
        service.cli.main()
    """
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"TOPICDESK_HOME": str(home)},
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert done.stderr.endswith(f": {fault}\n")
    assert not list(disk.iterdir())


@pytest.mark.alone
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_stops_it_at_once(longer: Path, start: Start, tmp_path: Path, sent: signal.Signals, code: int) -> None:
    target = tmp_path / "b.parquet"
    process = start(longer, target, "--workers", 1)
    wait_for_checkpoint(target, process)
    begin = time.monotonic()
    process.send_signal(sent)
    ended, said = finish(process)
    assert time.monotonic() - begin < 3
    found = re.fullmatch(r"(\d+) rows are finished: the same command goes on from there\n", said)
    assert (ended, found is not None) == (code, True), said
    assert not target.exists()
    assert found is not None
    ended, said = finish(start(longer, target))
    assert (ended, said.splitlines()[0]) == (0, f"resuming after {found[1]} rows")
    assert ids(target) == [f"n{n}" for n in range(ARTICLES)]


def test_two_at_once(longer: Path, start: Start, tmp_path: Path) -> None:
    target = tmp_path / "b.jsonl"
    first = start(longer, target)
    wait_for_checkpoint(target, first)
    first.send_signal(signal.SIGSTOP)
    code, said = finish(start(longer, target))
    assert (code, said) == (1, f"topicdesk: cannot write {target}: another process is labelling into it\n")
    first.send_signal(signal.SIGCONT)
    assert finish(first)[0] == 0
    assert ids(target) == [f"n{n}" for n in range(ARTICLES)]


@pytest.mark.parametrize(
    ("form", "name"), [("a.jsonl", "b.parquet"), ("a.jsonl", "b.jsonl"), ("a.parquet", "b.parquet")]
)
def test_memory_is_flat(tmp_path: Path, home: Path, form: str, name: str) -> None:
    code = """if True:
        import re, sys
        from pathlib import Path
        from model.classifier import Classifier
        from model.decision import Decision, Status
        from service import batch, settings

        def classify_batch(self, articles):
            return [
                Decision(id=a.id, status=Status.OUT_OF_SCOPE, reason=None, topics=[],
                         scores=dict.fromkeys(self.parameters.taxonomy.ids, 0.1), model=self.model_id)
                for a in articles
            ]

        Classifier.classify_batch = classify_batch
        batch.label(Path(sys.argv[1]), Path(sys.argv[2]), settings.get().classifier(), workers=2)
        # not `ru_maxrss`, which counts what the parent held when it made this process
        print(int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
    """
    text = "the harbour, " * 150
    peaks = []
    for rows in (10_000, 60_000):
        source = tmp_path / form
        texts = (f"{n} {text}é" for n in range(rows))
        if form == "a.parquet":
            table = pa.table({"text": list(texts)})
            # nothing repeats for the codec, and all is one row group
            pq.write_table(table, source, compression="none", use_dictionary=False)
        else:
            with source.open("w") as file:
                file.writelines(f'{{"text": "{line}"}}\n' for line in texts)
        done = subprocess.run(
            [sys.executable, "-c", code, str(source), str(tmp_path / name)],
            cwd=ROOT,
            env=os.environ | {"TOPICDESK_HOME": str(home)},
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout))
    # 100 MB more are read; allocators keep some of what was given back
    assert peaks[1] - peaks[0] < 50, peaks
