import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score

from training import bootstrap


def test_weighted_figures_are_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    score, truth = rng.integers(0, 20, 200) / 20, rng.random(200) < 0.3  # with many equal scores
    weights = rng.integers(0, 4, (7, 200)).astype(float)
    found = bootstrap.average_precision(weights, score, truth)
    assert found == pytest.approx([average_precision_score(truth, score, sample_weight=w) for w in weights])
    said = score > 0.5
    assert bootstrap.f1(weights, said, truth) == pytest.approx(
        [f1_score(truth, said, sample_weight=w) for w in weights]
    )
    assert np.isnan(bootstrap.average_precision(weights, score, np.zeros(200, bool))).all()


def test_groups_are_drawn_whole_and_within_their_stratum() -> None:
    groups = np.repeat(np.arange(12), 5)
    strata = np.repeat([0] * 8 + [1] * 4, 5)
    drawn = bootstrap.weights(groups, strata, seed=1, resamples=300)
    per_group = drawn.reshape(300, 12, 5)
    assert (per_group == per_group[:, :, :1]).all()
    assert (drawn[:, strata == 0].sum(axis=1) == 40).all()
    assert (drawn[:, strata == 1].sum(axis=1) == 20).all()
    assert (drawn == bootstrap.weights(groups, strata, seed=1, resamples=300)).all()
    assert (drawn != bootstrap.weights(groups, strata, seed=2, resamples=300)).any()


def test_drawing_in_parts_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    groups, strata = np.arange(40) // 2, np.arange(40) % 3
    whole = bootstrap.weights(groups, strata, seed=1, resamples=50)
    monkeypatch.setattr(bootstrap, "CHUNK", 7)
    assert np.array_equal(bootstrap.weights(groups, strata, seed=1, resamples=50), whole)


def test_the_interval_covers_what_it_should() -> None:
    """Of a mean over 30 groups of correlated articles, 95 % intervals should hold the truth about 95 % of the time."""
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(30), 4)
    covered = alone = 0
    for n in range(200):
        values = np.repeat(rng.normal(size=30), 4) + 0.3 * rng.normal(size=120)
        for by_group in (True, False):
            units = groups if by_group else np.arange(120)
            drawn = bootstrap.weights(units, np.zeros(120, int), seed=n, resamples=200)
            low, high = bootstrap.interval(bootstrap.mean(drawn, values))
            covered += by_group and low <= 0 <= high
            alone += (not by_group) and low <= 0 <= high
    assert 0.88 <= covered / 200 <= 0.99
    assert alone / 200 < 0.8  # what drawing articles instead of groups would claim
