"""Corpus and labels to a candidate, and the candidate to the model that serves if it may be: the whole of retraining."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from training.gather import LabelledArticle
from training.receipt import Receipt

from model.article import Article
from model.errors import NoModelError
from model.files import write_atomically
from model.taxonomy import Taxonomy
from service.settings import Settings
from service.store import labels
from service.store.articles import JUDGED
from training import dataset

Progress = Callable[[str, int, int], None]
FOLDER = "refused"  # of the receipts of candidates that were not published


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What to retrain on: `data` are files of labelled articles, or `starter`; `renamed` is old topic to new."""

    topics: Path | None = None
    data: Sequence[str] = ("starter",)
    seed: int = 0
    force: bool = False
    renamed: Mapping[str, str] = {}
    removed: Sequence[str] = ()


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How a retraining ended: `model` is the id of what was published, None where the candidate was refused."""

    model: str | None
    receipt: Receipt
    path: str


def retrain(choice: Choice, settings: Settings, progress: Progress) -> Ended:
    """Train on files and on the labels that are kept, hold the candidate against the current model, publish it if it may.

    Until the last step nothing is written, so an interruption leaves everything as it was.
    Raises `TaxonomyError`, `TrainingError`, `InvalidInputError`, `FileError` or `DatabaseError`.
    """
    from training import retrain as training

    taxonomy = Taxonomy.read(choice.topics or dataset.TOPICS)
    base = dataset.read(dataset.paths(choice.data), taxonomy)
    try:
        current = settings.classifier()
    except NoModelError:
        current = None
    outcome = training.retrain(
        base,
        kept(settings),
        current,
        seed=choice.seed,
        force=choice.force,
        renamed=choice.renamed,
        removed=choice.removed,
        right=settings.right,
        catch=settings.catch,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        progress=progress,
    )
    data = msgspec.json.format(msgspec.json.encode(outcome.receipt)) + b"\n"
    registry = settings.registry
    if outcome.accepted:
        model_id = registry.publish(outcome.candidate, receipt=data)
        return Ended(model=model_id, receipt=outcome.receipt, path=str(registry.receipt(model_id)))
    folder = registry.root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{outcome.receipt.digest[:12]}.json"
    write_atomically(path, data)
    return Ended(model=None, receipt=outcome.receipt, path=str(path))


def kept(settings: Settings) -> list[LabelledArticle]:
    """Return the kept articles that somebody has judged, where their texts are kept."""
    database = settings.database()
    try:
        with database.read() as connection:
            return [
                LabelledArticle(
                    Article(id=record.id, title=record.title, text=record.text, labels=record.label.labels),
                    by=record.label.by,
                    story=record.story,
                )
                for record in labels.labelled(connection)
                if record.text is not None and record.label is not None and record.label.verdict in JUDGED
            ]
    finally:
        database.close()
