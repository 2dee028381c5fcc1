"""The kinds of jobs: what each takes, and what runs it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from model.article import plain
from model.errors import InvalidInputError
from service.settings import Settings
from service.store.database import Database

Advance = Callable[[int, int | None], None]
Run = Callable[[Any, Settings, Database, Advance], dict[str, Any]]


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Label a file in the folder `files` of TOPICDESK_HOME; without files, decide again on every kept article."""

    input: str | None = None
    output: str | None = None


class Cluster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Draw the articles of a file in the folder `files` of TOPICDESK_HOME into stories, `online` as a feed would."""

    input: str
    output: str
    online: bool = False


class Retrain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Train on the starter corpus and the labels that are kept, and publish the model if it is no worse, or forced."""

    force: bool = False


class Purge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Overwrite what deleted articles left in the search index."""


class Keep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keep the articles of an upload, by its id."""

    upload: str


def _label(params: Label, settings: Settings, database: Database, advance: Advance) -> dict[str, Any]:
    from service.jobs import label

    return label.run(params, settings, database, advance)


def _cluster(params: Cluster, settings: Settings, _database: Database, advance: Advance) -> dict[str, Any]:
    from service.jobs import cluster

    return cluster.run(params, settings, advance)


def _retrain(params: Retrain, settings: Settings, _database: Database, advance: Advance) -> dict[str, Any]:
    from service.handlers import retrain

    steps: dict[str, tuple[int, int]] = {}

    def progress(step: str, done: int, total: int) -> None:
        steps[step] = (done, total)
        advance(sum(done for done, _ in steps.values()), sum(total for _, total in steps.values()))

    ended = retrain.retrain(retrain.Choice(force=params.force), settings, progress)
    receipt = ended.receipt
    told = {"accepted": receipt.accepted, "forced": receipt.forced, "reasons": receipt.reasons, "notes": receipt.notes}
    return {"model": ended.model, "receipt": ended.path, **told}


def _purge(_params: Purge, _settings: Settings, database: Database, advance: Advance) -> dict[str, Any]:
    from service.store import purge

    return {"steps": purge.purge(database, advance)}


def _keep(params: Keep, settings: Settings, database: Database, advance: Advance) -> dict[str, Any]:
    from service.uploads import keeping

    return keeping.run(params.upload, settings, database, advance)


class Kind(NamedTuple):
    """A kind of job; `open` tells whether clients may ask for it."""

    params: type[msgspec.Struct]
    run: Run
    open: bool = True


KINDS = {
    "label": Kind(Label, _label),
    "cluster": Kind(Cluster, _cluster),
    "retrain": Kind(Retrain, _retrain),
    "purge": Kind(Purge, _purge, open=False),
    "keep": Kind(Keep, _keep, open=False),
}


def check(kind: str, params: dict[str, Any]) -> msgspec.Struct:
    """Return a job's parameters, checked. Raises `InvalidInputError`."""
    wanted = KINDS[kind].params
    if set(params) - set(wanted.__struct_fields__):  # named in no answer: it is what was sent
        raise InvalidInputError(f"a {kind} job takes {', '.join(wanted.__struct_fields__)} and nothing else")
    try:
        return msgspec.convert(params, wanted)
    except msgspec.ValidationError as error:
        raise InvalidInputError(plain(error)) from None
