"""Real parts for the tests: one model trained on the starter corpus, kept in a registry of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from model.classifier import Classifier
from model.parameters import Parameters
from model.registry import Registry
from model.taxonomy import Taxonomy
from tests import postgresql as postgres
from training import dataset, holdout
from training.train import train

ROOT = Path(__file__).parent.parent
EVAL = ROOT.parent / "shared" / "eval"

os.environ["TOPICDESK_HOSTS"] = "testserver"  # the name by which Starlette's test client asks

Run = Callable[..., subprocess.CompletedProcess[str]]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # so it is in what a shell has put in the background; the tests' own processes are to be interrupted all the same
    signal.signal(signal.SIGINT, signal.default_int_handler)

# how long an example takes says nothing where other tests run beside it, and no test of examples is about time
hypothesis.settings.register_profile("unhurried", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def starter() -> dataset.Dataset:
    """The starter corpus."""
    return dataset.read([dataset.STARTER], Taxonomy.read(dataset.TOPICS))


@pytest.fixture(scope="session")
def parameters(starter: dataset.Dataset) -> Parameters:
    """The model that `topicdesk train` makes of the starter corpus: the hold-out is left out."""
    return train(holdout.prepare(starter)[0])


@pytest.fixture(scope="session")
def home(parameters: Parameters, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A TOPICDESK_HOME with that model in it. Shared: publish nothing else there."""
    folder = tmp_path_factory.mktemp("home")
    Registry(folder / "models").publish(parameters)
    return folder


@pytest.fixture
def own_home(home: Path, tmp_path: Path) -> Path:
    """A TOPICDESK_HOME of the test's own, with that model in it."""
    copy_models(home, tmp_path / "home")
    return tmp_path / "home"


def copy_models(home: Path, to: Path) -> None:
    """Copy the models of a TOPICDESK_HOME, with the key that vouches for them."""
    shutil.copytree(home / "models", to / "models")
    shutil.copy(home / "model.key", to)


@pytest.fixture(scope="session")
def classifier(home: Path) -> Classifier:
    """That model, as the service loads it."""
    model_id, loaded = Registry(home / "models").load()
    return Classifier(loaded, model_id)


@pytest.fixture
def topicdesk(home: Path, tmp_path: Path) -> Run:
    """Run the real command in an empty folder."""

    def run(*arguments: object, stdin: str | bytes = "", home: Path = home) -> subprocess.CompletedProcess[str]:
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        done = subprocess.run(
            [str(Path(sys.executable).parent / "topicdesk"), *map(str, arguments)],
            input=data,
            capture_output=True,
            cwd=tmp_path,
            env=os.environ | {"TOPICDESK_HOME": str(home), "COLUMNS": "80"},
            timeout=120,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of the tests' own: its URL, with {} for the name of a database."""
    if postgres.binaries() is None:
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL on this machine, though `.ci/run` should have installed it")
        pytest.skip("no PostgreSQL on this machine (initdb is not there)")
    # it is never killed and its machine not cut off: nothing is lost by leaving out what only such an end would need
    with postgres.server(Path(tempfile.gettempdir()), "-c fsync=off", "-c full_page_writes=off") as url:
        yield url


@pytest.fixture
def evaluation_data() -> Path:
    """The folder of real news that the project itself may not hold."""
    if not EVAL.is_dir():
        pytest.skip(f"no evaluation data beside the checkout ({EVAL.relative_to(ROOT.parent)})")
    return EVAL
