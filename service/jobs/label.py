"""The job `label`: a file of articles, or every kept article again with the model that is current now."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from model.article import Article
from model.classifier import Classifier
from model.decision import Decision
from model.errors import InvalidInputError
from service.jobs import paths
from service.jobs.ends import Stopped
from service.settings import Settings
from service.store import articles, redecide
from service.store.database import Database

if TYPE_CHECKING:
    from service.jobs.kinds import Advance, Label

CHUNK = 200


def check(params: "Label", settings: Settings) -> tuple[Path, Path] | None:
    """Return the input and output files, None for the kept articles.

    Raises `InvalidInputError` or `ConflictError`, see `paths.files`.
    """
    if params.input is None and params.output is None:
        return None
    if params.input is None or params.output is None:
        raise InvalidInputError("`input` and `output` go together")
    return paths.files(params.input, params.output, settings)


def run(params: "Label", settings: Settings, database: Database, advance: "Advance") -> dict[str, Any]:
    """Label, and return what became of the rows."""
    classifier = settings.classifier()
    if (files := check(params, settings)) is not None:
        from service import batch

        source, target = files
        try:  # one worker, as requests go first
            summary = batch.label(source, target, classifier, lambda done, _: advance(done, None), workers=1)
        except Stopped:
            batch.discard(target)
            raise
        return {"model": classifier.model_id, **msgspec.to_builtins(summary)}
    return {"model": classifier.model_id, **_again(classifier, database, advance)}


def _again(classifier: Classifier, database: Database, advance: "Advance") -> dict[str, int]:
    """Decide on every kept article whose decision is of another model; those without a text stay as they are."""
    with database.read() as connection:
        total = redecide.count(connection, classifier.model_id)
    done = changed = after = 0
    advance(done, total)
    while True:
        with database.read() as connection:
            chunk = redecide.chunk(connection, classifier.model_id, after, CHUNK)
        if not chunk:
            return {"decided": done, "changed": changed}
        made, shares = list[tuple[int, Decision]](), dict[int, float | None]()
        for old in chunk:
            decision, score = classifier.classify_scored(Article(id=old.id, title=old.title, text=old.text))
            made.append((old.seq, decision))
            shares[old.seq] = score.known_share
        with database.write() as connection:
            articles.decide_again(connection, made, shares)
        changed += sum(
            (new.status, set(new.topics)) != (old.status, set(old.topics or ()))
            for old, (_, new) in zip(chunk, made, strict=True)
        )
        after, done = chunk[-1].seq, done + len(chunk)
        advance(done, total)
