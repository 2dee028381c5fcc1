"""Corpus and labels to a candidate, and the candidate to the model that serves, if it may be."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from model.article import Article
from model.errors import NoModelError
from model.files import write_atomically
from model.taxonomy import Taxonomy
from service.handlers.receipts import FOLDER
from service.settings import Settings
from service.store import groups, labels
from service.store.articles import JUDGED
from training import dataset
from training.gather import LabelledArticle
from training.receipt import Receipt

Progress = Callable[[str, int, int], None]


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
    """Train on files and kept labels, hold the candidate against the current model, and publish it if it may be.

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
    model_id = registry.publish(outcome.candidate, receipt=data) if outcome.accepted else None
    beside = None if model_id is None else registry.receipt(model_id)
    if beside is None or beside.read_bytes() != data:  # refused, or the same model as one that is kept
        beside = registry.root / FOLDER / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{outcome.receipt.digest[:12]}.json"
        beside.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(beside, data)
    return Ended(model=model_id, receipt=outcome.receipt, path=str(beside))


def kept(settings: Settings) -> list[LabelledArticle]:
    """Return the kept articles that somebody has judged, where their texts are kept."""
    database = settings.database()
    try:
        with database.read() as connection:
            originals = groups.of_labelled(connection)
            return [
                LabelledArticle(
                    Article(id=record.id, title=record.title, text=record.text, labels=record.label.labels),
                    by=record.label.by,
                    story=record.story,
                    text=originals[record.id],
                )
                for record in labels.labelled(connection)
                if record.text is not None and record.label is not None and record.label.verdict in JUDGED
            ]
    finally:
        database.close()
