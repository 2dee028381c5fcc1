"""`topicdesk label` from start to end, as a process of its own: articles a second and peak memory, output checked."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.subject import Subject, long_articles, subject
from benchmarks.tables import Table, number, target
from model.article import Article
from model.decision import Decision

ARTICLES, ROUNDS = 20_000, 5
WANTED = "topicdesk label, jsonl to parquet, workers: 2"
WAYS = [("a.jsonl", "b.parquet"), ("a.jsonl", "b.jsonl"), ("a.parquet", "b.parquet")]


# a process's peak counts what its parent held when it was made: so a parent that holds nothing
PARENT = """if True:
    import os, sys, time
    begin = time.perf_counter()
    _, status, used = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
    print(time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)
    sys.exit(status != 0)
"""


def run(home: Path, source: Path, target: Path, workers: int) -> tuple[float, float, int]:
    """Run the command; returns its seconds, its processor seconds and its peak memory in MB."""
    command = [str(Path(sys.executable).parent / "topicdesk"), "label", str(source), str(target)]
    done = subprocess.run(
        [sys.executable, "-S", "-c", PARENT, *command, "--workers", str(workers)],
        env=os.environ | {"TOPICDESK_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, used, peak = done.stdout.split()
    return float(seconds), float(used), int(peak)


def check(target: Path, decisions: list[Decision]) -> None:
    """Check that every article is there in order, with the decision that the classifier makes."""
    rows: list[dict[str, Any]]
    if target.suffix == ".parquet":
        rows = pq.read_table(target).to_pylist()
        for row in rows:
            row["topics"] = row["topics"].split("|") if row["topics"] else []
            row["scores"] = {name.removeprefix("score_"): row[name] for name in row if name.startswith("score_")}
    else:
        rows = [json.loads(line) for line in target.read_bytes().splitlines()]
    assert [row["id"] for row in rows] == [str(n) for n in range(ARTICLES)]
    for row, decision in zip(rows, decisions, strict=True):
        expected = msgspec.to_builtins(decision)
        assert {name: row[name] for name in expected} == expected


def measure(of: Subject) -> Table:
    """Time every way, and check every output."""
    articles = [
        Article(id=str(n), title=f"Article {n}", text=article.text, url=f"https://news.example/{n}")
        for n, article in enumerate(long_articles(of.data, ARTICLES))
    ]
    decisions = of.classifier.classify_batch(articles)
    rows = [msgspec.to_builtins(article) for article in articles]
    found: dict[tuple[str, str, int], list[tuple[float, float, int]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.jsonl").write_bytes(msgspec.json.Encoder().encode_lines(rows))
        pq.write_table(pa.Table.from_pylist(rows), folder / "a.parquet", compression="zstd")
        size = (folder / "a.jsonl").stat().st_size / 1e6
        for _ in range(ROUNDS):
            for source, target in WAYS:
                for workers in (1, 2):
                    taken = run(of.home, folder / source, folder / target, workers)
                    found.setdefault((source, target, workers), []).append(taken)
                    check(folder / target, decisions)
    return _table(found, size)


def _table(found: dict[tuple[str, str, int], list[tuple[float, float, int]]], size: float) -> Table:
    rows, rates = [], {}
    for (source, target_, workers), measured in found.items():
        seconds, used, peak = map(statistics.median, zip(*measured, strict=True))
        what = f"topicdesk label, {source[2:]} to {target_[2:]}, workers: {workers}"
        rates[what] = ARTICLES / seconds
        rows.append((what, number(seconds), number(rates[what]), number(used), number(peak)))
    return Table(
        title="Labelling a file",
        about=f"{ARTICLES:,} articles, {size:.0f} MB of JSONL, the command as a process of its own, start-up included, "
        f"median of {ROUNDS} turns; every output checked.",
        columns=("run", "seconds", "articles/s", "processor s", "peak MB"),
        rows=rows,
        targets=[
            target("JSONL to Parquet, 2 workers", rates[next(w for w in rates if "parquet, workers: 2" in w)], 10_000)
        ],
        unit="articles/s",
        bars=list(rates.items()),
    )


def main() -> None:
    with subject() as of:
        print(measure(of).text())


if __name__ == "__main__":
    main()
