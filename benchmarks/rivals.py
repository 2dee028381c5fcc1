"""fastText, Vowpal Wabbit and stock scikit-learn as text classifiers: how each is fitted, and asked about raw texts.

Preparing a text is what fastText's tutorial does: lower case, punctuation apart. It is part of the time, but where a
rival is shown on lines that were prepared beforehand.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.bool_]
SEED, PASSES, SURE = 0, 5, 0.5
APART, AWAY = ".,!?;'\"()/", "\n\r:|"  # the last two are marks of Vowpal Wabbit's own


@dataclass(frozen=True)
class Rival:
    """`fit` gives what turns prepared lines into answers (N, T), the rival's own: above `SURE` is yes."""

    name: str
    module: str
    fit: Callable[[Sequence[str], Labels], Callable[[Sequence[str]], NDArray[Any]]]
    prepare: Callable[[str], str]
    wanted: float = 25  # how many times as fast topicdesk should be

    @property
    def there(self) -> bool:
        """Whether it is installed."""
        return find_spec(self.module) is not None


def prepare(text: str) -> str:
    """Return a text as one line, in lower case, its punctuation apart; no way in Python was found that is faster."""
    text = text.lower()
    for mark in APART:
        text = text.replace(mark, f" {mark} ")
    for mark in AWAY:
        text = text.replace(mark, " ")
    return text


def _stock(texts: Sequence[str], labels: Labels) -> Callable[[Sequence[str]], NDArray[Any]]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, stop_words="english", min_df=2)
    pipeline = make_pipeline(vectoriser, OneVsRestClassifier(LogisticRegression(C=30, max_iter=1000)))
    pipeline.fit(texts, labels)
    return lambda lines: np.asarray(pipeline.predict_proba(lines))


def _fasttext(texts: Sequence[str], labels: Labels) -> Callable[[Sequence[str]], NDArray[Any]]:
    import fasttext

    with tempfile.TemporaryDirectory() as folder:  # it reads nothing but files; these are training texts only
        path = Path(folder) / "train.txt"
        rows = np.random.default_rng(SEED).permutation(len(texts))
        path.write_text("".join(f"{_names(labels[n])} {texts[n]}\n" for n in rows), encoding="utf-8")
        options = {"loss": "ova", "wordNgrams": 2, "dim": 10, "thread": 1, "seed": SEED, "verbose": 0}
        model = fasttext.train_supervised(str(path), lr=1.0, epoch=25, **options)
    names = [f"__label__{n}" for n in range(labels.shape[1])]

    def answer(lines: Sequence[str]) -> NDArray[Any]:
        said = [dict(zip(*one, strict=True)) for one in zip(*model.predict(list(lines), k=-1), strict=True)]
        return np.array([[one[name] for name in names] for one in said])

    return answer


def _names(labels: Labels) -> str:
    return " ".join(f"__label__{n}" for n in np.flatnonzero(labels)) or "__label__none"


def _vowpal_wabbit(texts: Sequence[str], labels: Labels) -> Callable[[Sequence[str]], NDArray[Any]]:
    """Fit one learner a topic, which says yes or no: the fastest way there is; with probabilities it is slower."""
    from vowpalwabbit import Workspace

    count = labels.shape[1]
    model = Workspace(f"--multilabel_oaa {count} --loss_function logistic --ngram 2 -b 20 --quiet")
    rng = np.random.default_rng(SEED)
    for _ in range(PASSES):
        for n in rng.permutation(len(texts)):
            model.learn(f"{','.join(map(str, np.flatnonzero(labels[n])))} |t {texts[n]}")

    def answer(lines: Sequence[str]) -> NDArray[Any]:
        said = [model.predict("|t " + line) for line in lines]
        answers = np.zeros((len(lines), count))
        for row, topics in zip(answers, said, strict=True):
            row[topics] = 1.0
        return answers

    return answer


STOCK = Rival("scikit-learn, stock", "sklearn", _stock, str)
RIVALS = [
    Rival("fastText", "fasttext", _fasttext, prepare, wanted=5),
    Rival("Vowpal Wabbit", "vowpalwabbit", _vowpal_wabbit, prepare, wanted=4),
]
