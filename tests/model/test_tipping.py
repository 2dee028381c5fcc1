import math

import pytest

from model import tipping
from model.article import Article
from model.classifier import Classifier
from model.decision import Reason, Status
from tests.small import WORDS, small
from training.dataset import Dataset

POLICE = Article(title="Council debates cameras", text="The council asked who watches the police and their cameras.")


def without(article: Article, words: list[str]) -> Article:
    """Return an article with words struck out by the test's own means: each is put as a word that nobody knows."""
    kept = [[("qqqqq" if word.strip(".,:;").lower() in words else word) for word in part.split()] for part in
            (article.title or "", article.text)]  # fmt: skip
    return Article(title=" ".join(kept[0]) or None, text=" ".join(kept[1]))


def found(classifier: Classifier, article: Article) -> list[tipping.Tip]:
    return tipping.tips(classifier, article, classifier.scorer.read(article))


def test_what_is_said_to_tip_a_decision_does(classifier: Classifier, starter: Dataset) -> None:
    """The outcome is that of the text without the words, for every kind of decision, and no word is struck in vain."""
    seen = set()
    for article in list(starter.articles)[::40]:
        before = classifier.classify(article)
        for tip in found(classifier, article):
            after = classifier.classify(without(article, tip.without))
            if any(abs(after.scores[topic] - tip.scores[topic]) > 1e-6 for topic in after.scores):
                continue  # words that this test's way of striking does not part as the model does
            assert (after.status, after.reason, after.topics) == (tip.status, tip.reason, tip.topics)
            changed = (after.status, set(after.topics)) != (before.status, set(before.topics))
            assert changed or not tip.reached
            assert tip.reached or not changed or after.reason is Reason.NO_KNOWN_TERMS  # which is no topic won
            seen.add((before.status, tip.reached))
            if tip.reached:
                for word in tip.without:
                    fewer = classifier.classify(without(article, [one for one in tip.without if one != word]))
                    assert (fewer.status, fewer.topics) != (after.status, after.topics)
    assert {status for status, _ in seen} == set(Status)
    assert (Status.ASSIGNED, True) in seen


def test_one_word_is_found_where_one_will_do(classifier: Classifier, starter: Dataset) -> None:
    for article in list(starter.articles)[::100]:
        before = classifier.classify(article)
        if before.status is not Status.ASSIGNED or len(before.topics) > 1:
            continue
        (tip,) = found(classifier, article)
        words = sorted({*(article.title or "").lower().split(), *article.text.lower().split()})
        alone = [w for w in words if classifier.classify(without(article, [w.strip(".,:;")])).topics != before.topics]
        if alone:
            assert len(tip.without) == 1


def test_margins_are_log_odds_to_the_thresholds(classifier: Classifier) -> None:
    score = classifier.scorer.score(POLICE)
    *topics, scope = tipping.margins(classifier, score)
    assert [one.topic for one in topics] == list(classifier.parameters.taxonomy.ids)
    assert scope.topic is None
    assert scope.threshold == classifier.thresholds.review_at
    for one in (*topics, scope):
        moved = math.log(one.probability / (1 - one.probability)) + one.log_odds
        assert 1 / (1 + math.exp(-moved)) == pytest.approx(one.threshold)
        assert (one.log_odds <= 0) == (one.probability >= one.threshold)


def test_a_text_that_allows_no_decision_has_no_tip(classifier: Classifier) -> None:
    short = Article(text="Police shot him")
    assert classifier.classify(short).reason is Reason.TOO_SHORT
    assert found(classifier, short) == []


def test_a_word_is_struck_wherever_and_however_it_stands(classifier: Classifier) -> None:
    text = "“{},” said a lawyer: {}-shot him, and that the {} then asked him, was in the report."
    written = Article(title="POLICE", text=text.format("Police", "POLICE", "pólice"))
    tip = next(tip for tip in found(classifier, written) if "police" in tip.without)
    (word,) = tip.without
    unknown = Article(title="Qqqqq", text=text.format("Qqqqq", "QQQQQ", "qqqqq"))
    assert word == "police"
    assert tip.scores == pytest.approx(classifier.classify(unknown).scores, abs=1e-6)


def test_very_long_texts_take_few_scorings(classifier: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    article = Article(text="The officer shot a man and the oversight board of the police said so. " * 5000)
    scored = list[int]()
    real = classifier.scorer.score_batch

    def counted(articles: list[Article]) -> object:
        scored.extend(len(one.text) for one in articles)
        return real(articles)

    monkeypatch.setattr(classifier.scorer, "score_batch", counted)
    found(classifier, article)
    assert sum(scored) < 60 * len(article.text)


def test_any_model_and_thresholds_at_the_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(20):
        classifier = Classifier(small(seed), "small")
        article = Article(text="The first " + " and the ".join(WORDS[seed : seed + 12]) + " of the second")
        for tip in found(classifier, article):
            assert len(tip.without) <= tipping.MOST_WORDS
    classifier.thresholds = classifier.thresholds._replace(assign_at=(1.0, 0.0))
    assert all(math.isfinite(one.log_odds) for one in tipping.margins(classifier, classifier.scorer.score(article)))
