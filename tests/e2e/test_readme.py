"""The README's commands and code do what it says, on a server started by its own first command."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SERVE = "make serve\n"


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@pytest.fixture(scope="module")
def environment(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    own = tmp_path_factory.mktemp("readme") / "state"
    shutil.copytree(home, own)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return kept | {"TOPICDESK_HOME": str(own)}


@pytest.fixture(scope="module")
def server(port: int, environment: dict[str, str]) -> Iterator[None]:
    command = [*SERVE.split(), f"PORT={port}"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5)
                break
            except urllib.error.URLError:
                assert process.poll() is None, "`make serve` ended"
                time.sleep(0.2)
        else:
            pytest.fail("`make serve` is not ready after a minute")
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone")
    (folder / ".venv").symlink_to(sys.prefix)
    page = next((ROOT / "tests" / "fixtures" / "pages").glob("*.txt"))
    shutil.copy(page, folder / "page.txt")
    return folder


def test_the_readme_has_what_this_test_runs() -> None:
    kinds = [kind for kind, _ in BLOCKS]
    assert BLOCKS[0] == ("sh", SERVE)
    assert set(kinds) == {"sh", "json", "python"}
    assert kinds.count("sh") >= 5


def number(kind: str) -> list[int]:
    return [n for n, block in enumerate(BLOCKS) if block[0] == kind and block[1] != SERVE]


def execute(
    command: list[str], code: str, folder: Path, port: int, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    code = code.replace(":8000", f":{port}")
    return subprocess.run(
        [*command, code], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("n", number("sh"))
def test_commands(n: int, folder: Path, port: int, environment: dict[str, str]) -> None:
    done = execute(["bash", "-euo", "pipefail", "-c"], BLOCKS[n][1], folder, port, environment)
    assert done.returncode == 0, done.stderr
    if "/v1/classify" in BLOCKS[n][1]:
        answer = json.loads(done.stdout)
        documented = json.loads(next(code for kind, code in BLOCKS if kind == "json"))
        assert answer.keys() == documented.keys()
        assert (answer["status"], answer["topics"]) == (documented["status"], documented["topics"])


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("n", number("python"))
def test_python(n: int, folder: Path, port: int, environment: dict[str, str]) -> None:
    done = execute([sys.executable, "-W", "error", "-c"], BLOCKS[n][1], folder, port, environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 ")


def test_links_lead_somewhere() -> None:
    for path in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
