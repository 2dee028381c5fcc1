"""What training costs as the corpus grows: `topicdesk train` on made-up articles, each size in a process of its own.

    python -m benchmarks.training_cost [SIZE ...] [--picture FILE.svg] [--folder FOLDER]

Time and peak memory are the command's, from its start to its end, as the system counts them. The models are checked:
by mean average precision on made-up articles that they have not seen, and against scikit-learn's Pipeline.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

import numpy as np

from benchmarks import generated
from model.files import write_atomically

SIZES = (10_000, 50_000, 200_000)
FRESH, COMPARED, TOLERANCE = 1000, 50, 1e-9
P = ParamSpec("P")
R = TypeVar("R")
TRAIN = "import sys; from service.cli import main; sys.argv = ['topicdesk', 'train', '--data', sys.argv[1]]; main()"


class Run(NamedTuple):
    """One size: seconds, peak in bytes, the model's terms and bytes, mean AP and the largest difference."""

    articles: int
    wall: float
    processor: float
    peak: int
    terms: int
    size: int
    precision: float
    difference: float


def run(count: int, folder: Path) -> Run:
    """Train on `count` articles, in a file of `folder` that is made where it is not there yet."""
    data, home = folder / f"generated-{count}.jsonl", Path(tempfile.mkdtemp(dir=folder))
    if not data.exists():
        _aside(generated.write, data, count)
    environment = os.environ | {"TOPICDESK_HOME": str(home), "OMP_NUM_THREADS": "1"}
    begun = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", TRAIN, str(data)], env=environment)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"training on {count} articles failed")
    terms, size, precision, difference = _aside(check, home)
    if difference > TOLERANCE:
        raise SystemExit(f"the model differs from scikit-learn's by {difference}")
    return Run(count, wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, terms, size, precision, difference)


def _aside(function: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
    """Call a function in another process: a child's peak memory counts what its parent holds when it is started."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(function, *arguments, **named).result()


def check(home: Path) -> tuple[int, int, float, float]:
    """Return a model's terms, bytes, mean average precision, and how far it is from scikit-learn's Pipeline."""
    from sklearn.metrics import average_precision_score

    from model import pipeline
    from model.article import Article
    from model.registry import Registry
    from model.scorer import Scorer

    registry = Registry(home / "models")
    model_id, model = registry.load()
    rows = list(generated.articles(FRESH, seed=1))
    articles = [Article(title=row["title"], text=row["text"]) for row in rows]
    scorer = Scorer(model)
    scores = np.array([scorer.score(article).probabilities for article in articles])
    truth = np.array([[topic in row["truth"] for topic in model.taxonomy.ids] for row in rows])
    precision = float(np.mean([average_precision_score(y, p) for y, p in zip(truth.T, scores.T, strict=True)]))
    expected = pipeline.build(model).predict_proba(articles[:COMPARED])
    size = (home / "models" / "versions" / model_id / "model.joblib").stat().st_size
    return len(model.terms), size, precision, float(np.abs(scores[:COMPARED] - expected).max())


def _draw(runs: list[Run]) -> str:
    import io

    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3), layout="constrained")
    sizes = [run.articles / 1000 for run in runs]
    panels = (
        ("minutes of processor time", [run.processor / 60 for run in runs]),
        ("peak memory, GB", [run.peak / 1e9 for run in runs]),
    )
    for axes, (name, values) in zip(figure.subplots(1, 2), panels, strict=True):
        axes.plot(sizes, values, marker="o")
        axes.set_xlabel("thousand articles of 3.6 KB")
        axes.set_ylabel(name)
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--folder", type=Path, help="where articles are kept between runs; 0.75 GB for 200,000")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        folder = options.folder or Path(aside)
        print(" articles   wall s    CPU s  peak MB    terms  model MB  mean AP   off by", flush=True)
        runs = []
        for count in options.sizes:
            one = run(count, folder)
            runs.append(one)
            print(
                f"{one.articles:9,}{one.wall:9.0f}{one.processor:9.0f}{one.peak / 1e6:9.0f}{one.terms:9,}"
                f"{one.size / 1e6:10.1f}{one.precision:9.3f}{one.difference:9.0e}",
                flush=True,
            )
    if options.picture:
        write_atomically(options.picture, _draw(runs).encode())


if __name__ == "__main__":
    main()
