"""Which model versions there are, and which of them serves."""

import logging

import msgspec
import sqlalchemy as sa

from model.errors import DatabaseError, InvalidModelError, ModelError, NoModelError
from model.parameters import Facts
from model.registry.manifest import Manifest
from service.engine import Engine
from service.settings import Settings
from service.store import articles, audit, redecide
from service.store.database import Database
from service.store.schema import label

log = logging.getLogger("topicdesk")


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version that is kept; `size` is in bytes."""

    id: str
    created: str
    current: bool
    topics: list[str]
    size: int
    sha256: str
    facts: Facts


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """The versions, oldest first; `unusable` are those that are damaged or not signed."""

    models: list[Version]
    current: str | None
    unusable: list[str]


def every(settings: Settings) -> Versions:
    """Return the versions that are kept."""
    registry = settings.registry
    try:
        current = registry.current()
    except (NoModelError, InvalidModelError):
        current = None
    models = [_version(manifest, current) for manifest in registry.list()]
    return Versions(models=models, current=current, unusable=registry.unusable())


def one(settings: Settings, model_id: str) -> Version:
    """Return a version; `current` names the one that serves. Raises `NoModelError` or `InvalidModelError`."""
    registry = settings.registry
    return _version(registry.manifest(model_id), registry.current())


def activate(settings: Settings, engine: Engine, database: Database, model_id: str) -> Version:
    """Make a version the current one, once it is found good; this process serves it at once, others in a second.

    Raises `NoModelError` or `InvalidModelError`.
    """
    settings.registry.activate(model_id)
    return _serving(settings, engine, database, "activate model")


def rollback(settings: Settings, engine: Engine, database: Database) -> Version:
    """Make the version current again that was so before. Raises `NoModelError` where there is none."""
    settings.registry.rollback()
    return _serving(settings, engine, database, "roll back model")


def _serving(settings: Settings, engine: Engine, database: Database, action: str) -> Version:
    engine.refresh()
    serves = one(settings, "current")
    try:
        with database.write() as connection:
            audit.note(connection, action, serves.id)
    except DatabaseError as error:  # it serves already: a database that is away must not say otherwise
        log.error("%s %s is not in the record: %s", action, serves.id, error)
    return serves


def faults(settings: Settings) -> dict[str, str]:
    """Return why each unusable version is so, by id."""
    found = {}
    for model_id in settings.registry.unusable():
        try:
            settings.registry.manifest(model_id)
        except ModelError as error:
            found[model_id] = str(error)
    return found


def before(settings: Settings) -> str | None:
    """Return the version that served before the one that does, where there is one to go back to.

    Where it is damaged, going back leads to the one before it.
    """
    usable = {manifest.id for manifest in settings.registry.list()}
    try:
        return next((model_id for model_id in settings.registry.history()[1:] if model_id in usable), None)
    except ModelError:
        return None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How the kept articles stand to a version: whether others decided on some, and the `labels` given since it."""

    behind: bool
    labels: int


def standing(database: Database, version: Version) -> Standing:
    """Return how the kept articles stand to a version. Raises `DatabaseError`."""
    made = articles.moment(version.created)
    query = sa.select(sa.func.count()).select_from(label).where(label.c.at > made)
    with database.read() as connection:
        return Standing(behind=redecide.behind(connection, version.id), labels=connection.scalar(query) or 0)


def _version(manifest: Manifest, current: str | None) -> Version:
    return Version(
        id=manifest.id,
        created=manifest.created,
        current=manifest.id == current,
        topics=manifest.topics,
        size=manifest.size,
        sha256=manifest.sha256,
        facts=manifest.facts,
    )
