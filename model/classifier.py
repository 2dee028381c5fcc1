"""A model ready to answer: article in, decision out."""

from collections.abc import Iterable, Iterator

import msgspec

from model.article import Article
from model.decision import Decision, Status, decide
from model.evidence import baseline, explain
from model.parameters import Parameters
from model.scorer import Scorer


class Classifier:
    """One model version; immutable."""

    def __init__(self, parameters: Parameters, model_id: str) -> None:
        self.parameters = parameters
        self.model_id = model_id
        self.scorer = Scorer(parameters)

    def classify(self, article: Article, *, evidence: bool = False) -> Decision:
        """Decide on one article.

        With `evidence`, the decision says why: for each assigned topic, or for the best scored one where none is.
        """
        score = self.scorer.score(article)
        status, reason, topics = decide(score, self.parameters)
        ids = self.parameters.taxonomy.ids
        decision = Decision(
            id=article.id,
            status=status,
            reason=reason,
            topics=topics,
            scores=dict(zip(ids, score.probabilities.round(6).tolist(), strict=True)),
            model=self.model_id,
        )
        if not evidence:
            return decision
        shown = topics if status is Status.ASSIGNED else [ids[int(score.probabilities.argmax())]]
        return msgspec.structs.replace(
            decision,
            evidence=explain(article, self.scorer, score, shown),
            baseline={topic: baseline(self.parameters, topic) for topic in shown},
        )

    def classify_all(self, articles: Iterable[Article]) -> Iterator[Decision]:
        """Decide on many articles, in order."""
        return map(self.classify, articles)
