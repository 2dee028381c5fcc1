import dataclasses
import time

import msgspec
import numpy as np
import pytest

from model.article import Article
from model.classifier import Classifier
from model.errors import TrainingError
from model.parameters import Parameters
from model.taxonomy import Taxonomy
from training import gate, verdict
from training.comparison import Comparison, Delta
from training.dataset import Dataset
from training.evaluate import judge, measure
from training.train import train

TOPIC = "policing_accountability"


@pytest.fixture(scope="module")
def harmed(sides: tuple[Dataset, Dataset]) -> Parameters:
    """A model that was taught that two in five articles about policing accountability are not."""
    fit = sides[0]
    about = np.flatnonzero(fit.labels[:, fit.taxonomy.ids.index(TOPIC)])
    chosen = set(np.random.default_rng(0).choice(about, 2 * len(about) // 5, replace=False).tolist())
    articles = [
        msgspec.structs.replace(article, labels=[name for name in article.labels or [] if name != TOPIC])
        if n in chosen
        else article
        for n, article in enumerate(fit.articles)
    ]
    return train(dataclasses.replace(fit, articles=articles))


def reordered(model: Parameters) -> Parameters:
    """The same model with its topics in another order."""
    order = [2, 0, 1]
    taxonomy = Taxonomy([model.taxonomy.topics[n] for n in order])
    rows = {name: getattr(model, name)[order] for name in ("coef", "intercept", "slope", "shift")}
    return dataclasses.replace(model, taxonomy=taxonomy, assign_at=model.assign_at[:, order], **rows)


def test_a_model_against_itself(current: Classifier, sides: tuple[Dataset, Dataset]) -> None:
    found = gate.compare(current, Classifier(reordered(current.parameters), "same"), sides[1])
    assert not found.refused
    assert not found.flipped
    figures = measure(judge(current, sides[1]))
    for topic, each in found.topics.items():
        assert each.average_precision.candidate == pytest.approx(figures.per_topic[topic].average_precision, abs=1e-5)
        assert each.f1.current == pytest.approx(figures.per_topic[topic].f1, abs=1e-5)
        assert (each.f1.delta, each.f1.low, each.f1.high) == (0, 0, 0)
    assert found.assigned_precision.candidate == pytest.approx(figures.assigned_precision, abs=1e-5)
    assert found.calibration_error.candidate == pytest.approx(figures.expected_calibration_error, abs=1e-5)
    assert found.statuses["candidate"] == figures.statuses
    assert (found.articles, found.groups) == (len(sides[1].articles), len(set(sides[1].groups)))


def test_harm_is_refused_and_its_topic_named(
    harmed: Parameters, current: Classifier, sides: tuple[Dataset, Dataset]
) -> None:
    candidate = Classifier(harmed, "harmed")
    started = time.process_time()
    found = gate.compare(candidate, current, sides[1])
    assert time.process_time() - started < 10
    assert found.refused
    assert any(reason.startswith(f"{TOPIC}: F1") for reason in found.reasons)
    assert not any(reason.startswith("border_conflict") for reason in found.reasons)
    assert found == gate.compare(candidate, current, sides[1])
    assert msgspec.json.decode(msgspec.json.encode(found), type=Comparison) == found
    assert not gate.compare(current, candidate, sides[1]).refused


def test_flips_tell_no_title_unless_they_may(
    harmed: Parameters, current: Classifier, sides: tuple[Dataset, Dataset]
) -> None:
    held = sides[1]
    titles = [article.title for article in held.articles]
    hidden = gate.compare(Classifier(harmed, "h"), current, held, resamples=10).flipped
    shown = gate.compare(Classifier(harmed, "h"), current, held, resamples=10, titles=titles).flipped
    before, after = judge(current, held).decisions, judge(Classifier(harmed, "h"), held).decisions
    changed = {
        a.id for a, b in zip(before, after, strict=True) if (a.status, sorted(a.topics)) != (b.status, sorted(b.topics))
    }
    assert {flip.id for flip in hidden} == changed
    assert {flip.title for flip in hidden} == {None}
    assert {flip.title for flip in shown} <= set(titles)


def test_a_topic_the_hold_out_hardly_has(current: Classifier, sides: tuple[Dataset, Dataset]) -> None:
    column = sides[1].labels[:, 1]
    few = sides[1].part([*np.flatnonzero(~column), *np.flatnonzero(column)[:3]])
    found = gate.compare(current, current, few, resamples=50)
    assert found.notes == ["border_conflict: 3 articles of 1 groups in the hold-out are too few to tell"]
    none = gate.compare(current, current, sides[1].part(np.flatnonzero(~column)), resamples=50)
    assert none.topics["border_conflict"].average_precision.candidate is None


def test_nothing_to_compare_on(current: Classifier, sides: tuple[Dataset, Dataset]) -> None:
    with pytest.raises(TrainingError, match="no hold-out"):
        gate.compare(current, current, sides[1].part([]))


def test_refused_only_when_certain_and_large(current: Classifier, sides: tuple[Dataset, Dataset]) -> None:
    found = gate.compare(current, current, sides[1], resamples=50)

    def with_precision(delta: float, high: float) -> list[str]:
        worse = Delta(current=0.95, candidate=0.95 + delta, delta=delta, low=2 * delta, high=high)
        return verdict.judge(msgspec.structs.replace(found, assigned_precision=worse)).reasons

    assert with_precision(-0.10, -0.04) == [
        "precision of what is assigned falls from 0.950 to 0.850 (-0.100, 95 % interval -0.200 to -0.040)"
    ]
    assert not with_precision(-0.10, 0.01)
    assert not with_precision(-0.04, -0.01)


def test_articles_without_ids_are_told_by_their_hash(
    current: Classifier, harmed: Parameters, sides: tuple[Dataset, Dataset]
) -> None:
    bare = [Article(text=article.text, labels=article.labels) for article in sides[1].articles]
    flips = gate.compare(
        Classifier(harmed, "h"), current, dataclasses.replace(sides[1], articles=bare), resamples=10
    ).flipped
    assert len({flip.sha256 for flip in flips}) == len(flips) > 0
    assert {flip.id for flip in flips} == {None}
