"""Fitting: TF-IDF features, one logistic head per topic, calibrated on held-out articles."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from model.analysis import Analyser
from model.errors import TrainingError
from model.parameters import Facts, Floats, Parameters
from training import calibrate, features, folds, operating
from training.dataset import Dataset
from training.duplicates import near_duplicates

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

FOLDS, LEAST_FOLDS = 10, 3
FOLDS_ABOVE = ((100_000, 3), (20_000, 5), (-1, FOLDS))  # more than so many articles, so many folds
MIN_EXAMPLES = 10
MIN_ARTICLES_PER_TERM, ARTICLES_PER_LEAST = 2, 20_000
INVERSE_REGULARISATION = 30.0
STEP = "training"


Progress = Callable[[str, int, int], None]


def silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True)
class Fitted:
    """A model and what it says of its training articles, each while it was held out: `probability` is (N, T)."""

    parameters: Parameters
    probability: Floats


def train(data: Dataset, seed: int = 0, progress: Progress = silent) -> Parameters:
    """Train a model; see `fit`."""
    return fit(data, seed, progress).parameters


def fit(data: Dataset, seed: int = 0, progress: Progress = silent, groups: NDArray[np.intp] | None = None) -> Fitted:
    """Train a model; the same data and seed give the same model. `progress(step, done, total)` is told of each fold.

    `groups` (N,) are the data's groups with near duplicates joined, where they are known.

    Calibration and thresholds come from cross-validation, so no article is scored by a model that saw it, a near
    duplicate of it or another of its group.
    Raises `TrainingError` where a topic has fewer than `MIN_EXAMPLES` articles for or against it.
    """
    import scipy.optimize  # noqa: F401  # brings the BLAS that is to be limited
    import sklearn.linear_model  # noqa: F401
    from threadpoolctl import threadpool_limits

    # sums in another order round otherwise: one thread for the same model everywhere, and many times quicker here
    with threadpool_limits(1):
        return _train(data, seed, progress, groups)


def _train(data: Dataset, seed: int, progress: Progress, groups: NDArray[np.intp] | None) -> Fitted:
    import sklearn

    labels = data.labels
    check(data)
    groups = folds.join(data.groups, near_duplicates(data.tokens)) if groups is None else groups
    count = _fold_count(data, labels, groups)
    least = least_articles(len(labels))
    counted = features.count(data.tokens, least)
    raw = np.zeros(labels.shape)
    for done, (fit_on, hold_out) in enumerate(folds.split(labels, groups, count, seed)):
        progress(STEP, done, count + 1)
        # what a fold's articles hold is what all hold without those held out
        stand_in = counted.stand_in - counted.stand_in_of(hold_out)
        weights = features.Weights(counted, stand_in, len(fit_on), least)
        raw[hold_out] = _raw(weights, _fit(weights, labels, fit_on), hold_out)
    progress(STEP, count, count + 1)
    slope, shift = np.array([calibrate.platt(raw[:, n], labels[:, n]) for n in range(labels.shape[1])]).T
    probability = 1 / (1 + np.exp(-(slope * raw + shift)))
    weights = features.Weights(counted, counted.stand_in, len(labels), least)
    heads = _fit(weights, labels, np.arange(len(labels)))
    assign_at, review_at = operating.thresholds(probability, labels)
    progress(STEP, count + 1, count + 1)
    parameters = Parameters(
        taxonomy=data.taxonomy,
        analyser=Analyser.ENGLISH_PASSAGES,
        terms=counted.terms.names(weights.columns),
        idf=weights.idf,
        coef=np.vstack([head.coef_[0] for head in heads]),
        intercept=np.array([head.intercept_[0] for head in heads]),
        slope=slope,
        shift=shift,
        assign_at=assign_at,
        review_at=review_at,
        facts=Facts(
            seed=seed,
            articles=len(labels),
            articles_per_topic=dict(zip(data.taxonomy.ids, labels.sum(axis=0).tolist(), strict=True)),
            data_sha256=data.sha256,
            trained_with=f"scikit-learn {sklearn.__version__}",
            cross_validation=_summary(probability, labels),
            costs=operating.costs(probability, labels, assign_at, review_at),
        ),
    )
    return Fitted(parameters, probability)


def least_articles(count: int) -> int:
    """Return in how many of `count` articles a term must stand to be learnt: 2, and 1 in 20,000 of more than 40,000.

    So the vocabulary, and with it the model, stops growing with the articles.
    """
    return max(MIN_ARTICLES_PER_TERM, -(-count // ARTICLES_PER_LEAST))


def most_folds(count: int) -> int:
    """Return how many folds to make of `count` articles: many held out at a time leave enough to learn from."""
    return next(folds for more_than, folds in FOLDS_ABOVE if count > more_than)


def check(data: Dataset) -> None:
    """Raise `TrainingError` where a topic, or none of them, has too few articles to learn from."""
    labels = data.labels
    for topic, examples in zip(data.taxonomy.ids, labels.sum(axis=0), strict=True):
        if examples < MIN_EXAMPLES:
            raise TrainingError(
                f"topic {topic} has {examples} labelled articles; it takes {MIN_EXAMPLES} or more "
                "(`--data starter` adds the starter corpus)"
            )
        if len(labels) - examples < MIN_EXAMPLES:
            raise TrainingError(
                f"only {len(labels) - examples} articles are not about {topic}; it takes {MIN_EXAMPLES} or more"
            )
    if (none := int((~labels.any(axis=1)).sum())) < MIN_EXAMPLES:
        raise TrainingError(
            f"{none} articles are about none of the topics (`labels` empty); it takes {MIN_EXAMPLES} or more to learn "
            "what is out of scope"
        )


def _fold_count(data: Dataset, labels: NDArray[np.bool_], groups: NDArray[np.intp]) -> int:
    """Return how many folds there can be with every topic in each one's training part."""
    fewest = most_folds(len(labels))
    for topic, column in zip(data.taxonomy.ids, labels.T, strict=True):
        fewest = min(fewest, len(set(groups[column].tolist())))
        if fewest < LEAST_FOLDS:
            raise TrainingError(
                f"the articles about {topic} are of fewer than {LEAST_FOLDS} groups (beats, stories, near duplicates): "
                "there is nothing to check the model on"
            )
    return fewest


def _fit(weights: features.Weights, labels: NDArray[np.bool_], rows: NDArray[np.intp]) -> "list[LogisticRegression]":
    from sklearn.linear_model import LogisticRegression

    if not len(weights.columns):
        raise TrainingError(f"no word stands in {weights.least} of the articles: nothing to learn from")
    vectors = weights.matrix(rows)
    options: dict[str, Any] = {"C": INVERSE_REGULARISATION, "class_weight": "balanced", "max_iter": 1000}
    return [LogisticRegression(**options).fit(vectors, column) for column in labels[rows].T]


def _raw(weights: features.Weights, heads: "list[LogisticRegression]", rows: NDArray[np.intp]) -> Floats:
    return np.concatenate(
        [np.column_stack([head.decision_function(part) for head in heads]) for part in weights.blocks(rows)]
    )


def _summary(probability: Floats, labels: NDArray[np.bool_]) -> dict[str, float]:
    from training.evaluate import summarise

    return {name: round(value, 4) for name, value in summarise(probability, labels).items()}
