"""A few texts whose scores are recorded when a model is published: where it is loaded, it must give them again.

That shows, before a version answers anybody, that this machine's Python, numpy and text analysis give what the
publisher's gave. None of it is taken from anyone's articles: there are sentences that stand here, and texts put
together from the model's own terms, of which only the columns are kept.
"""

from collections.abc import Iterator

import msgspec
import numpy as np

from model.article import Article
from model.errors import InvalidModelError
from model.parameters import Parameters
from model.scorer import Scorer

TOLERANCE = 1e-9
SPAN = 12
TEXTS = (
    "The two governments agreed to withdraw their troops from the disputed border, observers said on Tuesday.",
    "Police watchdog to examine the arrest: an officer's body-worn camera was switched off for 14 minutes.",
    "A court ruled that the messaging app need not weaken its encryption; the ministry says it will appeal.",
    "Café owners in Zürich, São Paulo & Kraków won’t raise prices – “not this year”, says one. ﬁfty ½-price days…",
    "Rain.",
    "The harbour authority opened its new terminal on Monday, two years late. Freight trains will reach the quay over "
    "a bridge that was first drawn in 1998, and ships of up to 14,000 containers can be unloaded in a day.\n\n"
    "Unions had asked for more time to train crane drivers. The port's director said that the first ships would be "
    "served by crews from both yards, and that nobody would lose a job before the end of next year.\n\n"
    "Read more stories like this, follow our daily newsletter, share on the app or subscribe to support us.",
)


class Golden(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text, or the columns of the terms it is made of, and the probability of each topic (T) in the model's order."""

    scores: list[float]
    text: str = ""
    columns: list[int] = []


def record(model: Parameters) -> list[Golden]:
    """Return the golden texts of a model with its scores."""
    scorer = Scorer(model)
    probes = [Golden([], text=text) for text in TEXTS]
    probes += [Golden([], columns=columns) for columns in _spread(len(model.terms))]
    return [msgspec.structs.replace(probe, scores=_scores(scorer, probe)) for probe in probes]


def check(model: Parameters, golden: list[Golden]) -> None:
    """Raise `InvalidModelError` unless the model gives the recorded scores, to `TOLERANCE`."""
    scorer = Scorer(model)
    for probe in golden:
        if not all(0 <= column < len(model.terms) for column in probe.columns):
            raise InvalidModelError("its manifest names terms that the model file does not have")
        found = _scores(scorer, probe)
        if len(found) != len(probe.scores) or not np.allclose(found, probe.scores, rtol=0, atol=TOLERANCE):
            raise InvalidModelError(
                "it does not give the scores here that it gave when it was published: it was made by another version "
                "of topicdesk, or its manifest belongs to another model; `topicdesk train` makes a new one"
            )


def _spread(columns: int) -> Iterator[list[int]]:
    """Yield two sets of columns, evenly over the vocabulary; few of them, lest every probability is 0 or 1."""
    for start in (0, 1):
        yield np.unique(np.linspace(start, max(columns - 1, start), SPAN).astype(int).clip(0, columns - 1)).tolist()


def _scores(scorer: Scorer, probe: Golden) -> list[float]:
    text = " ".join([probe.text, *(scorer.parameters.terms[column] for column in probe.columns)])
    return list(scorer.score(Article(text=text)).probabilities)
