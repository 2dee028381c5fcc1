"""How many articles are enough: training on growing parts of the starter corpus, measured on real news.

    python -m benchmarks.learning_curve [EVALUATION.jsonl] [--picture FILE.svg]

Parts are drawn by beat, so that a small part is also a narrow one, as a young corpus is.
"""

import argparse
import random
import statistics
from pathlib import Path

from model.classifier import Classifier
from model.files import write_atomically
from model.taxonomy import Taxonomy
from training import dataset
from training.evaluate import Evaluation, judge, measure
from training.train import train

ROOT = Path(__file__).parent.parent
SHARES, SEEDS = (0.15, 0.25, 0.35, 0.5, 0.65, 0.8, 1.0), (0, 1, 2)
FIGURES = ("mean_average_precision", "out_of_scope_auroc")


def part(data: dataset.Dataset, share: float, seed: int) -> dataset.Dataset:
    """Return a share of the beats of each topic and of none."""
    rng = random.Random(seed)
    about = {group: tuple(sorted(a.labels or ())) for a, group in zip(data.articles, data.groups, strict=True)}
    kept: set[str] = set()
    for labels in sorted(set(about.values())):
        groups = sorted(group for group in about if about[group] == labels)
        kept |= set(rng.sample(groups, min(len(groups), max(2, round(share * len(groups))))))
    rows = [n for n, group in enumerate(data.groups) if group in kept]
    return dataset.Dataset(data.taxonomy, [data.articles[n] for n in rows], [data.groups[n] for n in rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "evaluation", nargs="?", type=Path, default=ROOT.parent / "shared" / "eval" / "topics_dev.jsonl"
    )
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    taxonomy = Taxonomy.read(dataset.TOPICS)
    corpus = dataset.read([dataset.STARTER], taxonomy)
    unseen = dataset.read([options.evaluation], taxonomy)
    curve: list[tuple[int, list[Evaluation]]] = []
    print(f"{'articles':>10}{'mean AP':>18}{'AUROC':>18}   (mean and range of {len(SEEDS)} draws)")
    for share in SHARES:
        runs, sizes = [], []
        for seed in SEEDS if share < 1 else (0,):
            data = part(corpus, share, seed) if share < 1 else corpus
            sizes.append(len(data.articles))
            runs.append(measure(judge(Classifier(train(data), f"{share} {seed}"), unseen)))
        curve.append((round(statistics.mean(sizes)), runs))
        print(f"{curve[-1][0]:10}" + "".join(f"{_range(runs, name):>18}" for name in FIGURES), flush=True)
    if options.picture:
        write_atomically(options.picture, _draw(curve).encode())


def _range(runs: list[Evaluation], name: str) -> str:
    values = [getattr(run, name) for run in runs]
    return f"{statistics.mean(values):.3f} {min(values):.3f}-{max(values):.3f}"


def _draw(curve: list[tuple[int, list[Evaluation]]]) -> str:
    import io

    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.5), layout="constrained")
    axes = figure.subplots()
    for name in FIGURES:
        means = [statistics.mean(getattr(run, name) for run in runs) for _, runs in curve]
        axes.plot([size for size, _ in curve], means, marker="o", label=name.replace("_", " "))
    axes.set_xlabel("articles in the training corpus")
    axes.grid(alpha=0.3)
    axes.legend()
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


if __name__ == "__main__":
    main()
