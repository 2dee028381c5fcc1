"""What a version, a folder or a file is, for who asks whether to trust it."""

from pathlib import Path

import msgspec

from model import artifact
from model.errors import FileError, InvalidModelError, NoModelError
from model.files import read_regular
from model.parameters import Parameters
from model.registry import Registry, pointer, version
from model.registry.manifest import Manifest


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A version that is good. `size` is in bytes."""

    id: str
    created: str
    signed_with: str
    sha256: str
    size: int
    topics: list[str]
    terms: int
    articles: int


def examine(registry: Registry, name: str) -> Verdict:
    """Check a version's id (or `current`), a version's folder, or a model file beside its manifest.

    Raises `InvalidModelError` or `FileError` saying what is wrong, `NoModelError` where there is no such thing.
    """
    path = Path(name)
    if name == "current" or pointer.ID.fullmatch(name):
        model_id, model = registry.load(name)
        return _verdict(registry, registry.manifest(model_id), model)
    if not path.exists() and not path.is_symlink():
        raise NoModelError(f"there is no model and no file {name!r:.200}")
    try:
        return _verdict(registry, *_load(registry, path))
    except InvalidModelError as error:
        raise InvalidModelError(f"{name} cannot be used: {error}") from error


def _load(registry: Registry, path: Path) -> tuple[Manifest, Parameters]:
    if path.is_dir():
        return version.load(path, registry.signer)
    if (path.parent / version.MANIFEST).exists():
        return version.load(path.parent, registry.signer, path.name)
    try:
        model = artifact.load(read_regular(path, artifact.MAX_BYTES))
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from error
    raise InvalidModelError(
        f"it is a model of {', '.join(model.taxonomy.ids)}, but no {version.MANIFEST} stands beside it, "
        "so nothing says who made it"
    )


def _verdict(registry: Registry, manifest: Manifest, model: Parameters) -> Verdict:
    return Verdict(
        id=manifest.id,
        created=manifest.created,
        signed_with=registry.signer.name,
        sha256=manifest.sha256,
        size=manifest.size,
        topics=list(model.taxonomy.ids),
        terms=len(model.terms),
        articles=model.facts.articles,
    )
