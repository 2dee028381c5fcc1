"""A topic of the user's own: a table in topics.toml and thirty labelled articles, no code."""

import time
from pathlib import Path

import pytest

from model.article import Article
from model.classifier import Classifier
from model.taxonomy import Taxonomy
from training import dataset
from training.gather import LabelledArticle
from training.retrain import Outcome, retrain

FIXTURE = Path(__file__).parents[1] / "fixtures" / "press_freedom.jsonl"
TOPIC = """
[[topics]]
id = "press_freedom"
label = "Press freedom"
definition = "Whether journalists and media can work unhindered: arrests, licences, suits, sources, access, attacks."
"""
UNSEEN = [
    "Reporters wore gags in front of the courthouse on Friday after an editor was jailed for publishing a leaked "
    "budget. The union of journalists said that eleven of its members are now in prison.",
    "The media regulator has revoked the broadcasting licence of an independent television station that criticised "
    "the president. Its newsroom was sealed on Sunday, and its journalists were told to leave the building.",
    "A judge threw out the defamation suit of a mining company against a weekly newspaper whose reporters had exposed "
    "unpaid royalties, and ordered the company to pay the publisher's costs.",
]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, current: Classifier) -> Outcome:
    topics = tmp_path_factory.mktemp("topics") / "topics.toml"
    topics.write_text(dataset.TOPICS.read_text(encoding="utf-8") + TOPIC, encoding="utf-8")
    taxonomy = Taxonomy.read(topics)
    labelled = dataset.read([FIXTURE], taxonomy)
    assert len(labelled.articles) == 30
    started = time.process_time()
    found = retrain(
        dataset.read([dataset.STARTER], taxonomy),
        [LabelledArticle(article, by="ann") for article in labelled.articles],
        current,
    )
    assert time.process_time() - started < 60
    return found


def test_it_is_accepted_and_the_other_topics_stay_within_limits(outcome: Outcome) -> None:
    comparison = outcome.receipt.comparison
    assert comparison is not None
    assert outcome.accepted, outcome.receipt.reasons
    assert list(comparison.topics) == ["digital_rights", "border_conflict", "policing_accountability"]
    for figures in comparison.topics.values():
        assert (figures.average_precision.delta or 0) > -0.02
        assert (figures.f1.delta or 0) > -0.05
    assert len(comparison.flipped) < 0.06 * comparison.articles


def test_its_own_figures_are_told(outcome: Outcome) -> None:
    receipt = outcome.receipt
    assert receipt.comparison is not None
    trained, held = receipt.data.trained_on.per_topic["press_freedom"], receipt.data.held_out.per_topic["press_freedom"]
    assert trained + held == 30
    assert held > 0
    assert receipt.comparison.added["press_freedom"].articles == held
    assert (receipt.cross_validated["press_freedom"].average_precision or 0) > 0.6


def test_articles_of_the_corpus_that_may_be_of_the_new_topic_are_listed(outcome: Outcome) -> None:
    """They were judged before there was such a topic."""
    assert any(
        each.topic == "press_freedom" and not each.labelled and each.claim.origin == "corpus"
        for each in outcome.receipt.suspects
    )


def test_labels_all_of_one_side_are_warned_of(outcome: Outcome) -> None:
    count = outcome.receipt.data.trained_on.labels
    assert any(f"of {count} labels trained on 0 are of articles about none" in note for note in outcome.receipt.notes)


@pytest.mark.parametrize("text", UNSEEN)
def test_it_is_found_in_unseen_texts(outcome: Outcome, text: str) -> None:
    assert Classifier(outcome.candidate, "new").classify(Article(text=text)).topics == ["press_freedom"]


def test_it_is_not_found_where_it_is_not(outcome: Outcome) -> None:
    classifier = Classifier(outcome.candidate, "new")
    pool = Article(
        text="The council approved a new swimming pool on Monday after a long debate about cost and parking."
    )
    assert classifier.classify(pool).topics == []
