"""A model ready to answer: article in, decision out."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from model.article import Article
from model.decision import Decision, Status, decide
from model.evidence import baseline, explain
from model.parameters import Parameters
from model.scorer import Score, Scorer


class Classifier:
    """One model version at one pair of operating points; immutable."""

    def __init__(self, parameters: Parameters, model_id: str, *, right: int = 95, catch: int = 95) -> None:
        self.parameters = parameters
        self.model_id = model_id
        self.thresholds = parameters.thresholds(right, catch)
        self.scorer = Scorer(parameters)

    def classify(self, article: Article, *, evidence: bool = False) -> Decision:
        """Decide on one article.

        With `evidence`, the decision says why: for each assigned topic, or for the best scored one where none is.
        """
        decision, score = self.classify_scored(article)
        if not evidence:
            return decision
        ids = self.parameters.taxonomy.ids
        assigned = decision.status is Status.ASSIGNED
        shown = decision.topics if assigned else [ids[int(score.probabilities.argmax())]]
        return msgspec.structs.replace(
            decision,
            evidence=explain(article, self.scorer, score, shown),
            baseline={topic: baseline(self.parameters, topic) for topic in shown},
        )

    def classify_scored(self, article: Article) -> tuple[Decision, Score]:
        """Decide on one article, and return what the decision was made from beside it."""
        score = self.scorer.score(article)
        ids = self.parameters.taxonomy.ids
        status, reason, topics = decide(score, ids, self.thresholds)
        decision = Decision(
            id=article.id,
            status=status,
            reason=reason,
            topics=topics,
            scores=dict(zip(ids, score.probabilities.round(6).tolist(), strict=True)),
            model=self.model_id,
        )
        return decision, score

    def classify_all(self, articles: Iterable[Article]) -> Iterator[Decision]:
        """Decide on many articles, in order."""
        return map(self.classify, articles)

    def classify_batch(self, articles: Sequence[Article]) -> list[Decision]:
        """Decide on many articles at once, in order."""
        return [self.classify(article) for article in articles]
