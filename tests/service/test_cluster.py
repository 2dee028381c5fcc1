"""`topicdesk label --scheduler` on a real cluster: a scheduler and workers in processes of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import msgspec
import pytest

from model.classifier import Classifier
from model.errors import InvalidModelError
from service import outputs
from service.cluster import Shipped
from service.labelling import layout
from service.labelling.work import Work
from tests.conftest import Run
from training.dataset import Dataset

ROWS = 6000


class Processes:
    """A scheduler and its workers, each with a nanny that starts it anew when it dies, as `dask worker` does."""

    def __init__(self, folder: Path, stack: ExitStack, **settings: object) -> None:
        self.folder, self._stack = folder, stack
        self._environment = os.environ | {f"DASK_DISTRIBUTED__{name}": str(value) for name, value in settings.items()}
        self.nannies: list[int] = []
        file = folder / "scheduler.json"
        self._start("dask_scheduler", "--scheduler-file", file, "--port", 0, "--host", "127.0.0.1", "--no-dashboard")
        deadline = time.monotonic() + 30
        while not (file.exists() and file.read_text().strip()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.address: str = json.loads(file.read_text())["address"]

    def worker(self, *options: object) -> None:
        """Start one more worker."""
        own = (self.address, "--nthreads", 1, "--no-dashboard", "--local-directory", self.folder / "space")
        self.nannies.append(self._start("dask_worker", *own, *options).pid)

    def _start(self, program: str, *arguments: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", *map(str, arguments)]
        log = self._stack.enter_context((self.folder / f"{program}.log").open("ab"))
        process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=self.folder, env=self._environment, start_new_session=True
        )
        self._stack.callback(_stop, process)
        return process


def _stop(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with ExitStack() as stack:
        started = Processes(tmp_path_factory.mktemp("cluster"), stack)
        for _ in range(2):
            started.worker()
        yield started


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory, starter: Dataset) -> Path:
    path = tmp_path_factory.mktemp("articles") / "articles.jsonl"
    texts = [article.text for article in starter.articles]
    lines = [msgspec.json.encode({"id": str(n), "text": texts[n % len(texts)]}) for n in range(ROWS)]
    lines[17] = b'{"id": "17", "text": 5}'
    lines[4001] = b"no JSON"
    path.write_bytes(b"\n".join(lines))
    return path


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv.gz", "out.parquet"])
def test_the_same_bytes_as_here(topicdesk: Run, tmp_path: Path, cluster: Processes, articles: Path, name: str) -> None:
    here = topicdesk("label", articles, f"here.{name}")
    there = topicdesk("label", articles, f"there.{name}", "--scheduler", cluster.address)
    assert here.returncode == there.returncode == 1  # two rows are no articles
    assert "6000 rows" in there.stderr
    assert (tmp_path / f"there.{name}").read_bytes() == (tmp_path / f"here.{name}").read_bytes()


def test_workers_die_and_come_back(
    topicdesk: Run, home: Path, tmp_path: Path, cluster: Processes, articles: Path
) -> None:
    long, part = tmp_path / "long.jsonl", tmp_path / ".there.jsonl.part"
    long.write_bytes(b"\n".join([articles.read_bytes()] * 8))
    assert topicdesk("label", long, "here.jsonl").returncode == 1
    command = [Path(sys.executable).parent / "topicdesk", "label", long, "there.jsonl", "--scheduler", cluster.address]
    run = subprocess.Popen(
        list(map(str, command)), cwd=tmp_path, env=os.environ | {"TOPICDESK_HOME": str(home)}, stderr=subprocess.PIPE
    )
    killed = 0
    while run.poll() is None and killed < 3:
        if part.exists() and part.stat().st_size > killed * 5_000_000:
            for worker in children(cluster.nannies[killed % 2]):
                os.kill(worker, signal.SIGKILL)
            killed += 1
        time.sleep(0.01)
    _, said = run.communicate(timeout=120)
    assert killed == 3
    assert run.returncode == 1, said
    assert b"48000 rows" in said
    assert (tmp_path / "there.jsonl").read_bytes() == (tmp_path / "here.jsonl").read_bytes()


DEADLY = """
import os, signal
from distributed import WorkerPlugin

class Deadly(WorkerPlugin):
    def transition(self, key, start, finish, **options):
        if finish == "executing":
            os.kill(os.getpid(), signal.SIGKILL)

async def dask_setup(worker):
    await worker.plugin_add(Deadly())
"""


def test_rows_that_workers_die_of_are_told(topicdesk: Run, tmp_path: Path) -> None:
    """As of rows that take more memory than a worker may have; none starts anew here, which is quicker."""
    (tmp_path / "deadly.py").write_text(DEADLY)
    (tmp_path / "in.jsonl").write_text('{"id": "1", "text": "Troops fired across the border."}\n')
    with ExitStack() as stack:
        cluster = Processes(tmp_path, stack, SCHEDULER__ALLOWED_FAILURES=1)  # so the second worker is the last
        for _ in range(2):
            cluster.worker("--no-nanny", "--preload", tmp_path / "deadly.py")
        done = topicdesk("label", "in.jsonl", "out.jsonl", "--scheduler", cluster.address)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "topicdesk: the rows from 1 on could not be labelled: workers die of them\n"
    assert not (tmp_path / "out.jsonl").exists()


def test_the_model_is_verified_where_it_arrives(classifier: Classifier, articles: Path) -> None:
    planned = layout.plan(articles, Path("out.jsonl"), outputs.flat_columns(classifier.parameters.taxonomy.ids), None)
    for name, value in (("data", b"\x80\x04N."), ("golden", b'[{"scores":[0.5,0.5,0.5],"text":"Rain."}]')):
        shipped = Shipped("name", Work(classifier, planned))
        shipped.setup(None)
        assert shipped.work.classifier.model_id == classifier.model_id
        setattr(shipped, name, value)
        with pytest.raises(InvalidModelError):
            shipped.setup(None)


def test_clear_errors(topicdesk: Run, tmp_path: Path, articles: Path) -> None:
    def asked(address: str, output: str = "out.jsonl") -> "subprocess.CompletedProcess[str]":
        return topicdesk("label", articles, output, "--scheduler", address)

    both = topicdesk("label", articles, "out.jsonl", "--scheduler", "tcp://127.0.0.1:9", "--workers", 2)
    assert both.returncode == 2
    assert "do not go together" in both.stderr
    assert asked("nonsense://").returncode == 1
    with ExitStack() as stack, ThreadPoolExecutor() as pool:  # either is given seconds to answer
        idle = Processes(tmp_path, stack)
        nobody, alone = pool.map(asked, ["tcp://127.0.0.1:9", idle.address], ["1-out.jsonl", "2-out.jsonl"])
    assert nobody.returncode == 1
    assert nobody.stderr == "topicdesk: no Dask scheduler answers at tcp://127.0.0.1:9\n"
    assert alone.returncode == 1
    assert "has no workers" in alone.stderr
    assert not list(tmp_path.glob("*out.jsonl*"))
