"""Whether a new model may take the place of the one that serves: both on the same articles that neither was trained on.

Differences come with the 95 % interval of a paired bootstrap over groups (see `bootstrap`), and `verdict` says which of
them refuse a model.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.classifier import Classifier
from model.decision import Decision
from model.errors import TrainingError
from model.parameters import Floats
from training import bootstrap, verdict
from training.comparison import Added, Comparison, Delta, Flip, TopicComparison, number
from training.dataset import Dataset, text_sha256
from training.evaluate import BINS
from training.lineage import Lineage, trace
from training.train import Progress, silent

Flags = NDArray[np.bool_]
PER_TOPIC = ("average_precision", "f1", "assigned_f1", "assigned_precision", "assigned_recall")
Figure = Callable[["Side", Floats], Floats]


@dataclass(frozen=True)
class Side:
    """What one model says of the hold-out, for the topics that both know: `probability`, `assigned`, `truth` (N, K)."""

    decisions: list[Decision]
    probability: Floats
    assigned: Flags
    truth: Flags


def compare(
    candidate: Classifier,
    current: Classifier,
    holdout: Dataset,
    *,
    renamed: Mapping[str, str] | None = None,
    removed: Collection[str] = (),
    titles: Sequence[str | None] | None = None,
    seed: int = 0,
    resamples: int = bootstrap.RESAMPLES,
    progress: Progress = silent,
) -> Comparison:
    """Compare two models on a hold-out that was read with the candidate's topics; the same seed, the same answer.

    `renamed` (old: new) and `removed` say what became of the current model's topics; `titles` (N) holds what may be
    told of each article, by default nothing but ids and hashes.
    Raises `TaxonomyError` for a topic that is gone without a word, `TrainingError` for an empty hold-out.
    """
    if not holdout.articles:
        raise TrainingError("there is no hold-out to compare the models on")
    lineage = trace(current.parameters.taxonomy, holdout.taxonomy, renamed, removed)
    columns = [holdout.taxonomy.ids.index(topic) for topic in lineage.kept]
    truth = holdout.labels[:, columns]
    new = _judge(candidate, holdout, list(lineage.kept), truth)
    old = _judge(current, holdout, list(lineage.kept.values()), truth)
    groups = np.unique(np.array(holdout.groups), return_inverse=True)[1].astype(np.intp)
    strata = np.where(truth.any(axis=1), truth.argmax(axis=1) + 1, 0) if columns else np.zeros(len(groups), np.intp)
    figures = _figures(len(columns))
    drawn = bootstrap.weights(groups, strata, seed, resamples)
    deltas = dict(zip(figures, _deltas(list(figures.values()), old, new, drawn, progress), strict=True))
    found = Comparison(
        current=current.model_id,
        articles=len(holdout.articles),
        groups=len(set(groups.tolist())),
        resamples=resamples,
        seed=seed,
        topics={
            topic: TopicComparison(
                articles=int(truth[:, n].sum()),
                groups=len(set(groups[truth[:, n]].tolist())),
                **{name: deltas[name, n] for name in PER_TOPIC},
            )
            for n, topic in enumerate(lineage.kept)
        },
        added={topic: _added(holdout, topic, new.decisions) for topic in lineage.added},
        removed=lineage.removed,
        renamed={new: old for new, old in lineage.kept.items() if new != old},
        assigned_precision=deltas["assigned_precision", -1],
        in_scope_recall=deltas["in_scope_recall", -1],
        brier=deltas["brier", -1],
        calibration_error=deltas["calibration_error", -1],
        statuses={"current": _statuses(old.decisions), "candidate": _statuses(new.decisions)},
        flipped=_flipped(holdout, old, new, lineage, titles),
    )
    return verdict.judge(found)


def _judge(classifier: Classifier, holdout: Dataset, topics: list[str], truth: Flags) -> Side:
    decisions = classifier.classify_batch(holdout.articles)
    shape = (len(decisions), len(topics))
    return Side(
        decisions,
        np.array([[d.scores[topic] for topic in topics] for d in decisions], np.float64).reshape(shape),
        np.array([[topic in d.topics for topic in topics] for d in decisions], bool).reshape(shape),
        truth,
    )


def _figures(topics: int) -> dict[tuple[str, int], Figure]:
    """Return each figure by name and topic (-1: all), as a function of a side and weights (B, N), to (B,)."""
    found: dict[tuple[str, int], Figure] = {
        ("assigned_precision", -1): lambda s, w: bootstrap.share(w, s.truth, s.assigned),
        ("in_scope_recall", -1): lambda s, w: bootstrap.share(w, s.assigned, s.truth),
        ("brier", -1): lambda s, w: bootstrap.mean(w, ((s.probability - s.truth) ** 2).mean(axis=1)),
        ("calibration_error", -1): _calibration_error,
    }
    return found | {(name, n): figure for n in range(topics) for name, figure in _of_topic(n).items()}


def _of_topic(n: int) -> dict[str, Figure]:
    return {
        "average_precision": lambda s, w: bootstrap.average_precision(w, s.probability[:, n], s.truth[:, n]),
        "f1": lambda s, w: bootstrap.f1(w, s.probability[:, n] >= 0.5, s.truth[:, n]),
        "assigned_f1": lambda s, w: bootstrap.f1(w, s.assigned[:, n], s.truth[:, n]),
        "assigned_precision": lambda s, w: bootstrap.share(w, s.truth[:, n], s.assigned[:, n]),
        "assigned_recall": lambda s, w: bootstrap.share(w, s.assigned[:, n], s.truth[:, n]),
    }


def _calibration_error(side: Side, drawn: Floats) -> Floats:
    """Return `evaluate.calibration_error` under weights (B, N)."""
    place = np.minimum((side.probability * BINS).astype(int), BINS - 1)
    gap = np.zeros((len(place), BINS))
    np.add.at(gap, (np.arange(len(place))[:, None], place), side.truth - side.probability)
    return bootstrap.ratio(np.abs(drawn @ gap).sum(axis=1), drawn.sum(axis=1) * max(1, side.truth.shape[1]))


def _deltas(figures: list[Figure], old: Side, new: Side, drawn: NDArray[np.int32], progress: Progress) -> list[Delta]:
    def both(weights: Floats) -> Floats:
        return np.column_stack([figure(side, weights) for figure in figures for side in (old, new)])

    whole = both(np.ones((1, drawn.shape[1])))[0]
    resampled = bootstrap.in_chunks(drawn, both, progress)
    found = []
    for n in range(len(figures)):
        was, is_now = whole[2 * n], whole[2 * n + 1]
        low, high = bootstrap.interval(resampled[:, 2 * n + 1] - resampled[:, 2 * n])
        found.append(
            Delta(
                current=number(was),
                candidate=number(is_now),
                delta=number(is_now - was),
                low=number(low),
                high=number(high),
            )
        )
    return found


def _added(holdout: Dataset, topic: str, decisions: list[Decision]) -> Added:
    truth = holdout.labels[:, holdout.taxonomy.ids.index(topic)]
    score = np.array([d.scores[topic] for d in decisions])
    said = np.array([topic in d.topics for d in decisions])
    one = np.ones((1, len(truth)))
    return Added(
        articles=int(truth.sum()),
        average_precision=number(bootstrap.average_precision(one, score, truth)[0]),
        precision=number(bootstrap.share(one, truth, said)[0]),
        recall=number(bootstrap.share(one, said, truth)[0]),
    )


def _statuses(decisions: list[Decision]) -> dict[str, int]:
    statuses = [decision.status.value for decision in decisions]
    return {status: statuses.count(status) for status in sorted(set(statuses))}


def _flipped(
    holdout: Dataset, old: Side, new: Side, lineage: Lineage, titles: Sequence[str | None] | None
) -> list[Flip]:
    """Return the articles on which the two differ, what a topic that only one knows has no part in."""
    ids = {before: after for after, before in lineage.kept.items()}
    found = []
    for n, (article, was, now) in enumerate(zip(holdout.articles, old.decisions, new.decisions, strict=True)):
        before, after = [ids[t] for t in was.topics if t in ids], [t for t in now.topics if t in lineage.kept]
        if sorted(before) == sorted(after) and (
            was.status is now.status or now.topics != after or before != was.topics
        ):
            continue
        found.append(
            Flip(
                id=article.id,
                sha256=text_sha256(article),
                title=titles[n] if titles is not None else None,
                labels=sorted(article.labels or ()),
                current=before or [was.status.value],
                candidate=now.topics or [now.status.value],
            )
        )
    return found
