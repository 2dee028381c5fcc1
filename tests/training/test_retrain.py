import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from model.article import Article
from model.classifier import Classifier
from model.errors import TaxonomyError, TrainingError, UnknownTopicError
from model.taxonomy import Taxonomy
from training import holdout, receipt_text
from training.dataset import Dataset
from training.gather import LabelledArticle
from training.holdout import is_drawn
from training.receipt import Receipt
from training.retrain import Outcome, retrain
from training.train import train


@pytest.fixture(scope="module")
def base(starter: Dataset) -> Dataset:
    """A third of the corpus: enough to show it, and quicker."""
    return starter.part(range(0, len(starter.articles), 3))


@pytest.fixture(scope="module")
def others(starter: Dataset) -> list[Article]:
    """Articles of all kinds that the base does not have."""
    return list(starter.articles[1::24])


@pytest.fixture(scope="module")
def labels(base: Dataset, others: list[Article]) -> list[LabelledArticle]:
    """Sixty good labels, and one of each kind that is not trained on."""
    fit = next(n for n, group in enumerate(base.groups) if not is_drawn(group) and len(base.articles[n].text) > 600)
    held = next(n for n, group in enumerate(base.groups) if is_drawn(group) and base.articles[n].labels)
    first, second = others[60:62]
    said = base.articles[0]
    return [
        *(LabelledArticle(article, by="ann") for article in others[:60]),
        LabelledArticle(Article(id="blank", text=" \n", labels=[]), by="ann"),
        LabelledArticle(Article(id="open", text="nobody has said what this is about", labels=None)),
        LabelledArticle(msgspec.structs.replace(said, id="again", text=said.text.upper()), by="bob"),
        LabelledArticle(msgspec.structs.replace(first, id="yes", labels=["digital_rights"]), by="ann"),
        LabelledArticle(msgspec.structs.replace(first, id="no", labels=[]), by="bob"),
        LabelledArticle(msgspec.structs.replace(second, id="long", title="Secret title", labels=["border_conflict"])),
        LabelledArticle(
            msgspec.structs.replace(second, id="longer", text=f"Updated at noon. {second.text}", labels=[]), by="eve"
        ),
        LabelledArticle(other_labels(base.articles[fit], "trained")),
        LabelledArticle(other_labels(base.articles[held], "held")),
    ]


def other_labels(article: Article, name: str) -> Article:
    return msgspec.structs.replace(article, id=name, labels=[] if article.labels else ["digital_rights"])


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, int, int]]:
    return []


@pytest.fixture(scope="module")
def outcome(
    base: Dataset, labels: list[LabelledArticle], current: Classifier, steps: list[tuple[str, int, int]]
) -> Outcome:
    return retrain(base, labels, current, made="2026-11-24T10:00:00Z", progress=lambda *step: steps.append(step))


def test_what_is_not_trained_on_is_on_record(outcome: Outcome, labels: list[LabelledArticle]) -> None:
    data = outcome.receipt.data
    left_out = {reason: set(ids) for reason, ids in data.left_out.items()}
    assert left_out["no text"] == {"blank"}
    assert left_out["not judged"] == {"open"}
    assert left_out["said already"] == {"again"}
    assert left_out["contradicted"] >= {"yes", "no", "long", "longer", "trained", "held"}
    # one article of the corpus goes with its contradiction; the one held out stays, as the hold-out must not change
    assert len(left_out["contradicted"]) == 7
    assert data.labels == len(labels)
    assert data.trained_on.labels + data.held_out.labels == 60
    assert data.trained_on.articles + data.held_out.articles == data.base - 1 + 60
    assert outcome.candidate.facts.articles == data.trained_on.articles
    assert outcome.candidate.facts.data_sha256 == data.trained_on.sha256


def test_labels_of_both_sides_need_no_warning(outcome: Outcome) -> None:
    assert not any("labels trained on" in note for note in outcome.receipt.notes)


def test_contradictions_say_who_said_what(outcome: Outcome) -> None:
    claims = [{(claim.id, claim.by, *claim.labels) for claim in each.claims} for each in outcome.receipt.contradictions]
    assert {("yes", "ann", "digital_rights"), ("no", "bob")} in claims
    assert {("long", None, "border_conflict"), ("longer", "eve")} in claims
    assert len(claims) == 4


def test_the_receipt_survives_json_and_tells_no_private_title(outcome: Outcome) -> None:
    encoded = msgspec.json.encode(outcome.receipt)
    assert msgspec.json.decode(encoded, type=Receipt) == outcome.receipt
    assert b"Secret title" not in encoded
    assert outcome.receipt.software.keys() == {"python", "topicdesk", "scikit-learn", "numpy", "scipy"}


def test_the_receipt_fits_a_terminal(outcome: Outcome) -> None:
    lines = receipt_text.lines(outcome.receipt)
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert "left out, contradicted: 7" in text
    assert "yes by ann [digital_rights]" in text.replace("\n    ", " ")
    assert "policing_accountability: " in text
    assert lines[-1] in {"accepted", "refused"}


def test_progress_goes_forward_to_the_end(outcome: Outcome, steps: list[tuple[str, int, int]]) -> None:
    assert list(dict.fromkeys(name for name, _, _ in steps)) == ["gathering", "training", "comparing"]
    for name in ("gathering", "training", "comparing"):
        done = [done for step, done, _ in steps if step == name]
        assert done == sorted(done)
        assert done[-1] == next(total for step, _, total in steps if step == name)
    assert len(steps) > 15


def test_a_worse_model_is_refused_unless_forced(base: Dataset, current: Classifier, outcome: Outcome) -> None:
    """A third of the corpus, of which a topic's examples are mostly gone."""
    column = base.labels[:, 1]
    held = np.array([is_drawn(group) for group in base.groups])
    kept = [*np.flatnonzero(~column | held), *np.flatnonzero(column & ~held)[::4]]
    poor = base.part(sorted(kept))
    refused, forced = retrain(poor, [], current), retrain(poor, [], current, force=True)
    assert not refused.accepted
    assert not refused.receipt.forced
    assert any(reason.startswith("border_conflict") for reason in refused.receipt.reasons)
    assert (forced.accepted, forced.receipt.forced) == (True, True)
    assert forced.receipt.reasons == refused.receipt.reasons
    assert receipt_text.lines(forced.receipt)[-1] == "accepted all the same (forced)"
    assert forced.candidate.digest == refused.candidate.digest


def test_the_first_model_and_one_without_a_hold_out(starter: Dataset, current: Classifier) -> None:
    small = starter.part(range(0, len(starter.articles), 24))
    first = retrain(small)
    assert first.accepted
    assert first.receipt.notes == ["there was no model to compare with"]
    assert first.receipt.held_out == {}
    second = retrain(small, [], current)
    assert not second.accepted
    assert "too few for a hold-out" in second.receipt.reasons[0]
    assert "too few for a hold-out" in " ".join(receipt_text.lines(second.receipt))


def test_a_current_model_that_has_seen_the_hold_out_is_told(starter: Dataset) -> None:
    part = starter.part(range(0, len(starter.articles), 6))
    fair, seen = (Classifier(train(data), "current") for data in (holdout.prepare(part)[0], part))
    assert retrain(part, [], fair).receipt.notes == ["the candidate is the current model: nothing has changed"]
    assert "trained on the hold-out too" in retrain(part, [], seen).receipt.notes[0]


def test_the_same_data_give_the_same_model_in_every_process(tmp_path: Path, others: list[Article]) -> None:
    code = (
        "import sys, msgspec; from model.article import Article; from model.taxonomy import Taxonomy;"
        "from training import dataset, gather, retrain;"
        "d = dataset.read([dataset.STARTER], Taxonomy.read(dataset.TOPICS));"
        "articles = msgspec.json.decode(open(sys.argv[1], 'rb').read(), type=list[Article]);"
        "labels = [gather.LabelledArticle(article) for article in articles];"
        "o = retrain.retrain(d.part(range(0, len(d.articles), 6)), labels, made='now');"
        "print(o.candidate.digest, msgspec.json.encode(o.receipt))"
    )
    printed = set()
    for seed, labels in (("1", others), ("2", others[::-1])):  # labels may come in any order
        (tmp_path / "labels.json").write_bytes(msgspec.json.encode(labels))
        environment = os.environ | {"PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": seed}
        command = [sys.executable, "-c", code, str(tmp_path / "labels.json")]
        printed.add(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(printed) == 1


def test_an_interruption_leaves_nothing_behind(base: Dataset, current: Classifier) -> None:
    before = base.sha256

    def interrupt(step: str, done: int, _total: int) -> None:
        if step == "training" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retrain(base, [], current, progress=interrupt)
    assert base.sha256 == before


def test_topics_that_went_or_have_no_examples(starter: Dataset, current: Classifier) -> None:
    topics = starter.taxonomy.topics
    fewer = Taxonomy(topics[:2])
    labelled = [LabelledArticle(Article(text="a text about police", labels=["policing_accountability"]))]
    rows = np.flatnonzero(~starter.labels[:, 2])[::4]
    without = Dataset(fewer, starter.part(rows).articles, starter.part(rows).groups)
    with pytest.raises(TaxonomyError, match="topic policing_accountability of the current model is not in the topics"):
        retrain(without, [], current)
    with pytest.raises(UnknownTopicError, match="name the topic 'policing_accountability'"):
        retrain(without, labelled)
    more = Taxonomy([*topics, msgspec.structs.replace(topics[0], id="press_freedom")])
    with pytest.raises(TrainingError, match="topic press_freedom has 0 labelled articles; it takes 10 or more"):
        retrain(Dataset(more, starter.articles, starter.groups), [], current)


def test_a_topic_renamed_and_one_removed_when_asked(starter: Dataset, current: Classifier) -> None:
    topics = starter.taxonomy.topics
    after = Taxonomy([msgspec.structs.replace(topics[1], id="borders"), topics[0]])
    new = {"border_conflict": "borders", "digital_rights": "digital_rights"}
    articles = [
        msgspec.structs.replace(article, labels=[new[name] for name in article.labels or [] if name in new])
        for article in starter.articles
    ]
    base = Dataset(after, articles, starter.groups).part(range(0, len(articles), 2))
    outcome = retrain(
        base,
        [LabelledArticle(Article(id="old", text="troops on both sides of the line", labels=["border_conflict"]))],
        current,
        renamed={"border_conflict": "borders"},
        removed=["policing_accountability"],
    )
    comparison = outcome.receipt.comparison
    assert comparison is not None
    assert list(comparison.topics) == ["borders", "digital_rights"]
    assert (comparison.renamed, comparison.removed) == ({"borders": "border_conflict"}, ["policing_accountability"])
    assert (comparison.topics["borders"].average_precision.current or 0) > 0.9
    assert outcome.receipt.data.left_out == {}
