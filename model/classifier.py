"""A model ready to answer: article in, decision out."""

from collections.abc import Sequence

import msgspec

from model.article import Article
from model.decision import Decision, Status, decide
from model.evidence import baseline, explain
from model.parameters import Parameters
from model.score import Score
from model.scorer import Scorer


class Classifier:
    """One model version at one pair of operating points; immutable.

    Every method raises `InvalidInputError` for an article with a lone surrogate in it.
    """

    def __init__(self, parameters: Parameters, model_id: str, *, right: int = 95, catch: int = 95) -> None:
        self.parameters = parameters
        self.model_id = model_id
        self.right, self.catch = right, catch
        self.thresholds = parameters.thresholds(right, catch)
        self.scorer = Scorer(parameters)
        self._topics = parameters.taxonomy.ids

    def classify(self, article: Article, *, evidence: bool = False) -> Decision:
        """Decide on one article.

        With `evidence`, the decision says why: for each assigned topic, or for the best scored one where none is.
        """
        if not evidence:
            return self._decide(article.id, self.scorer.score(article))
        reading = self.scorer.read(article)
        decision = self._decide(article.id, reading.score)
        best = max(zip(reading.score.probabilities, self._topics, strict=True), key=lambda pair: pair[0])[1]
        shown = decision.topics if decision.status is Status.ASSIGNED else [best]
        return msgspec.structs.replace(
            decision,
            evidence=explain(self.parameters, reading, shown),
            baseline={topic: baseline(self.parameters, topic) for topic in shown},
        )

    def classify_scored(self, article: Article) -> tuple[Decision, Score]:
        """Decide on one article, and return what the decision was made from beside it."""
        score = self.scorer.score(article)
        return self._decide(article.id, score), score

    def classify_batch(self, articles: Sequence[Article]) -> list[Decision]:
        """Decide on many articles, in order; other threads can run while the texts are scored."""
        scores = self.scorer.score_batch(articles)
        return [self._decide(article.id, score) for article, score in zip(articles, scores, strict=True)]

    def _decide(self, article_id: str | None, score: Score) -> Decision:
        status, reason, topics = decide(score, self._topics, self.thresholds)
        # what `round` gives, in a fifth of its time
        shown = [int(probability * 1e6 + 0.5) / 1e6 for probability in score.probabilities]
        return Decision(
            id=article_id,
            status=status,
            reason=reason,
            topics=topics,
            scores=dict(zip(self._topics, shown, strict=True)),
            model=self.model_id,
        )
