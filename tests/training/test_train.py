import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from model import pipeline
from model.article import Article
from model.classifier import Classifier
from model.errors import TrainingError
from training import calibrate, folds
from training.dataset import Dataset
from training.train import least_articles, most_folds, train


def test_same_data_and_seed_same_model(starter: Dataset) -> None:
    # a part of the corpus is enough to show it, and quicker
    part = Dataset(starter.taxonomy, starter.articles[::2], starter.groups[::2])
    one, two, other = train(part, 1), train(part, 1), train(part, 2)
    assert one.digest == two.digest
    assert one.digest != other.digest


def test_the_model_is_what_the_pipeline_would_learn(starter: Dataset) -> None:
    part = starter.part(range(0, len(starter.articles), 6))
    model = train(part)
    reference = pipeline.PassageTfidf(min_df=2).fit(part.articles)
    assert model.terms == tuple(reference.tfidf_.get_feature_names_out())
    assert np.array_equal(model.idf, reference.tfidf_.idf_)
    vectors = reference.transform(part.articles)
    with threadpool_limits(1):
        for topic, (coef, intercept) in enumerate(zip(model.coef, model.intercept, strict=True)):
            head = LogisticRegression(C=30, class_weight="balanced", max_iter=1000).fit(vectors, part.labels[:, topic])
            assert np.abs(head.coef_[0] - coef).max() <= 1e-12
            assert head.intercept_[0] == pytest.approx(intercept, abs=1e-12)


@pytest.mark.parametrize(
    ("articles", "folds", "least"),
    [(40, 10, 2), (20_000, 10, 2), (20_001, 5, 2), (40_000, 5, 2), (40_001, 5, 3), (100_001, 3, 6), (200_000, 3, 10)],
)
def test_folds_and_rare_words_follow_the_number_of_articles(articles: int, folds: int, least: int) -> None:
    assert (most_folds(articles), least_articles(articles)) == (folds, least)


def test_no_word_in_common(starter: Dataset) -> None:
    topics = [*starter.taxonomy.ids, None]
    articles = [Article(text=f"word{n}", labels=[topic] if (topic := topics[n % 4]) else []) for n in range(80)]
    with pytest.raises(TrainingError, match="no word stands in 2 of the articles"):
        train(Dataset(starter.taxonomy, articles, [str(n) for n in range(80)]))


def test_facts(current: Classifier, sides: tuple[Dataset, Dataset]) -> None:
    facts = current.parameters.facts
    assert facts.articles == len(sides[0].articles)
    assert facts.data_sha256 == sides[0].sha256
    assert 0.5 < facts.cross_validation["mean_average_precision"] <= 1


def test_the_same_model_whatever_the_threads(tmp_path: Path) -> None:
    code = (
        "from training import dataset; from training.train import train; from model.taxonomy import Taxonomy;"
        "d = dataset.read([dataset.STARTER], Taxonomy.read(dataset.TOPICS));"
        "print(train(dataset.Dataset(d.taxonomy, d.articles[::4], d.groups[::4])).digest)"
    )
    digests = set()
    for threads in "12":
        environment = os.environ | {
            "OPENBLAS_NUM_THREADS": threads,
            "OMP_NUM_THREADS": threads,
            "PYTHONHASHSEED": threads,
        }
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        digests.add(done.stdout)
    assert len(digests) == 1


@pytest.mark.parametrize(("labels", "says"), [([], "digital_rights has 0"), (["digital_rights"], "not about digital")])
def test_too_few_examples(starter: Dataset, labels: list[str], says: str) -> None:
    articles = [Article(text=f"text {n}", labels=labels) for n in range(50)]
    with pytest.raises(TrainingError, match=says):
        train(Dataset(starter.taxonomy, articles, [str(n) for n in range(50)]))


def test_a_group_never_stands_on_both_sides(starter: Dataset) -> None:
    groups = np.array(starter.groups)
    held_out = np.zeros(len(groups), int)
    for fit_on, hold_out in folds.split(starter.labels, starter.groups, 5, 0):
        assert not set(groups[fit_on]) & set(groups[hold_out])
        held_out[hold_out] += 1
    assert (held_out == 1).all()


def test_nothing_out_of_scope_to_learn_from(starter: Dataset) -> None:
    rows = np.flatnonzero(starter.labels.any(axis=1)).tolist()
    inside = Dataset(starter.taxonomy, [starter.articles[n] for n in rows], [starter.groups[n] for n in rows])
    with pytest.raises(TrainingError, match="0 articles are about none"):
        train(inside)


def test_a_topic_in_one_group(starter: Dataset) -> None:
    groups = ["one" if topic else group for topic, group in zip(starter.labels[:, 1], starter.groups, strict=True)]
    with pytest.raises(TrainingError, match="border_conflict are of fewer than 3 groups"):
        train(dataclasses.replace(starter, groups=groups))


def test_too_few_groups(starter: Dataset) -> None:
    one_group = dataclasses.replace(starter, groups=["all"] * len(starter.groups))
    with pytest.raises(TrainingError, match="fewer than 3 groups"):
        train(one_group)


def test_platt_finds_the_logistic_it_was_drawn_from() -> None:
    rng = np.random.default_rng(0)
    raw = rng.normal(size=20_000)
    truth = rng.random(20_000) < 1 / (1 + np.exp(-(2 * raw - 1)))
    assert calibrate.platt(raw, truth) == pytest.approx((2, -1), abs=0.1)


def test_platt_stays_finite_where_classes_part() -> None:
    slope, shift = calibrate.platt(np.array([-2.0, -1, 1, 2]), np.array([False, False, True, True]))
    assert 0 < slope < 10
    assert abs(shift) < 1e-3
