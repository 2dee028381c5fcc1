import dataclasses

import numpy as np
import pytest

from model.article import Article
from model.classifier import Classifier
from model.decision import Reason, Status, decide
from model.operating import Thresholds

BORDER = """Soldiers of the two countries exchanged artillery fire for a second day along the disputed border, and both
governments accused the other of violating the ceasefire. Foreign ministers called for talks on demarcation of the
boundary while villagers fled the shelling near the frontier."""


def test_assigned(classifier: Classifier) -> None:
    decision = classifier.classify(Article(id="a", title="Border clash", text=BORDER))
    assert decision.status is Status.ASSIGNED
    assert decision.topics == ["border_conflict"]
    assert decision.reason is None
    assert decision.id == "a"
    assert decision.model == classifier.model_id


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.TOO_SHORT),
        ("Border clash", Reason.TOO_SHORT),
        ("qwrt zxcv bnmm plkj hgfd sdfg", Reason.NO_KNOWN_TERMS),
        (
            "La policía detuvo ayer a tres personas en la frontera después de los enfrentamientos que dejaron varios "
            "heridos entre los soldados de ambos países, según informaron fuentes oficiales",
            Reason.UNSUPPORTED_LANGUAGE,
        ),
    ],
)
def test_reasons_not_to_decide(classifier: Classifier, text: str, reason: Reason) -> None:
    decision = classifier.classify(Article(text=text))
    assert (decision.status, decision.reason, decision.topics) == (Status.REVIEW, reason, [])


def test_thresholds(classifier: Classifier) -> None:
    score = classifier.scorer.score(Article(text=BORDER))

    def at(assign: list[float], review: float, probabilities: list[float]) -> tuple[Status, Reason | None, list[str]]:
        topics, thresholds = classifier.parameters.taxonomy.ids, Thresholds(tuple(assign), review)
        return decide(score._replace(probabilities=tuple(probabilities)), topics, thresholds)

    assert at([0.5, 0.5, 0.5], 0.2, [0.6, 0.1, 0.9])[2] == ["policing_accountability", "digital_rights"]
    assert at([0.7, 0.5, 0.5], 0.2, [0.6, 0.1, 0.5])[2] == ["policing_accountability"]
    assert at([0.7, 0.7, 0.7], 0.2, [0.6, 0.1, 0.1]) == (Status.REVIEW, Reason.LOW_CONFIDENCE, [])
    assert at([0.7, 0.7, 0.7], 0.2, [0.1, 0.1, 0.0]) == (Status.OUT_OF_SCOPE, None, [])
    assert at([0.7, 0.7, 0.7], 0.2, [0.1, 0.1, 0.1])[0] is Status.REVIEW  # lukewarm thrice is in scope with 0.27


def test_nothing_to_go_on_is_never_assigned(classifier: Classifier) -> None:
    eager = dataclasses.replace(classifier.parameters, assign_at=np.zeros((4, 3)), review_at=np.zeros(4))
    for text in ("", "zzzz " * 20, "the of and " * 20):
        assert Classifier(eager, "eager").classify(Article(text=text)).status is Status.REVIEW
