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

from benchmarks.scoring import long_articles
from model.article import Article
from model.classifier import Classifier
from model.decision import Decision
from model.registry import Registry
from model.taxonomy import Taxonomy
from training import dataset
from training.train import train

ARTICLES, ROUNDS = 20_000, 5
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


def main() -> None:
    data = dataset.read([dataset.STARTER], Taxonomy.read(dataset.TOPICS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model_id = Registry(folder / "models").publish(train(data))
        _, parameters = Registry(folder / "models").load(model_id)
        articles = [
            Article(id=str(n), title=f"Article {n}", text=article.text, url=f"https://news.example/{n}")
            for n, article in enumerate(long_articles(data, ARTICLES))
        ]
        rows = [msgspec.to_builtins(article) for article in articles]
        (folder / "a.jsonl").write_bytes(msgspec.json.Encoder().encode_lines(rows))
        pq.write_table(pa.Table.from_pylist(rows), folder / "a.parquet", compression="zstd")
        decisions = Classifier(parameters, model_id).classify_batch(articles)
        tell(folder, decisions)


def tell(folder: Path, decisions: list[Decision]) -> None:
    """Measure every way and print what came out."""
    size = (folder / "a.jsonl").stat().st_size / 1e6
    print(f"{ARTICLES} articles, {size:.0f} MB of JSONL, median of {ROUNDS}, start-up included\n")
    print(f"{'':24}{'workers':>8}{'seconds':>9}{'articles/s':>12}{'processor s':>13}{'peak MB':>9}")
    ways = [(source, target, workers) for source, target in WAYS for workers in (1, 2)]
    found: dict[tuple[str, str, int], list[tuple[float, float, int]]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way in ways:
            source, target, workers = way
            found[way].append(run(folder, folder / source, folder / target, workers))
            check(folder / target, decisions)
    for (source, target, workers), measured in found.items():
        seconds, used, peak = map(statistics.median, zip(*measured, strict=True))
        what = f"{source[2:]} to {target[2:]}"
        print(f"{what:24}{workers:8}{seconds:9.2f}{ARTICLES / seconds:12,.0f}{used:13.2f}{peak:9.0f}")


if __name__ == "__main__":
    main()
