"""How long the commands take to start, and their memory: `python -m benchmarks.startup`; answers are checked."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import msgspec

from benchmarks.processes import serving
from benchmarks.subject import Subject, long_articles, subject
from benchmarks.tables import Table, number, target
from benchmarks.timing import CPUS
from model.article import Article

TIMES, ARTICLES, PORT = 7, 2000, 18380
PROGRAM = str(Path(sys.executable).parent / "topicdesk")
HELP, CLASSIFY = "topicdesk --help", "topicdesk classify, one short text"
SERVE = "topicdesk serve, until /readyz is 200"
TEXT = "Troops of both countries fired across the border for a third day, and each blamed the other for it."


def measure(of: Subject) -> Table:
    """Time each `TIMES` times, and label once for its memory."""
    times: dict[str, list[float]] = {HELP: [], CLASSIFY: [], SERVE: []}
    memory = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(TIMES):
            times[HELP].append(_help(of, folder))
            times[CLASSIFY].append(_classify(of, folder))
            seconds, peak = _serve(of, folder)
            times[SERVE].append(seconds)
            memory.append(peak)
        label_seconds, label_peak = _label(of, folder)
    middle = {what: statistics.median(seconds) for what, seconds in times.items()}
    peaks = {SERVE: number(statistics.median(memory))}
    rows = [(what, f"{seconds:.2f}", peaks.get(what, "")) for what, seconds in middle.items()]
    rows.append((f"topicdesk label, {ARTICLES:,} articles of 4 KB", f"{label_seconds:.2f}", number(label_peak)))
    return Table(
        title="Start-up and memory",
        about=f"From the start of the process, the model there; median of {TIMES} times, label once.",
        columns=("command", "seconds", "peak MB"),
        rows=rows,
        targets=[
            target(HELP, middle[HELP], 0.4, " s", least=False),
            target(SERVE, middle[SERVE], 2, " s", least=False),
        ],
    )


def _run(of: Subject, folder: Path, *arguments: str) -> tuple[float, str]:
    environment = os.environ | {"TOPICDESK_HOME": str(of.home)}
    began = time.perf_counter()
    done = subprocess.run([PROGRAM, *arguments], env=environment, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began, done.stdout.decode()


def _help(of: Subject, folder: Path) -> float:
    seconds, said = _run(of, folder, "--help")
    assert "classify" in said
    return seconds


def _classify(of: Subject, folder: Path) -> float:
    (folder / "text").write_text(TEXT)
    seconds, said = _run(of, folder, "classify", "--json", "text")
    (answer,) = json.loads(said)["articles"]
    assert answer["scores"] == of.classifier.classify(Article(text=TEXT)).scores
    return seconds


def _serve(of: Subject, folder: Path) -> tuple[float, float]:
    environment = {"TOPICDESK_HOME": str(of.home)}
    with serving([PROGRAM, "serve", f"--port={PORT}"], folder / "log", environment) as server:
        seconds = server.wait_for(f"http://127.0.0.1:{PORT}/readyz")
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/v1/models/current") as answer:
            assert json.load(answer)["id"] == of.classifier.model_id
        return seconds, server.peak_megabytes


def _label(of: Subject, folder: Path) -> tuple[float, float]:
    articles = long_articles(of.data, ARTICLES)
    (folder / "in.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, articles)) + b"\n")
    began, peak = time.perf_counter(), 0.0
    command, environment = [PROGRAM, "label", "in.jsonl", "out.jsonl"], {"TOPICDESK_HOME": str(of.home)}
    with serving(command, folder / "log", environment, folder, cpus=CPUS) as process:
        while process.runs:  # what rusage calls the peak holds that of this process, which was copied
            peak = max(peak, process.peak_megabytes)
            time.sleep(0.02)
    seconds = time.perf_counter() - began
    with (folder / "out.jsonl").open("rb") as rows:
        for row, article in zip(rows, articles, strict=True):
            assert json.loads(row)["scores"] == of.classifier.classify(article).scores
    return seconds, peak


def main() -> None:
    with subject() as of:
        print(measure(of).text())


if __name__ == "__main__":
    main()
