"""The versions of the model that are kept in a folder, and which of them is current.

- `versions/<id>/model.joblib, manifest.json, manifest.sig`, and `receipt.json` of a retraining: complete or not there
- `staging/`: what is being written or thrown away; whatever is left there by a crash goes with the next change
- `CURRENT`: the id of the version that serves, and of those that served before
- `LOCK`: held by who changes any of this; reading needs no lock

The key that signs manifests is kept beside the folder, not in it: a copy of the models does not carry it along.
"""

import contextlib
import fcntl
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from model.errors import FileError, InvalidModelError, ModelError, NoModelError
from model.files import sync_folder, write_new
from model.parameters import Parameters
from model.registry import pointer, version
from model.registry.manifest import Manifest
from model.registry.pointer import Ids
from model.registry.signature import KeyFile, Signer

KEEP = 10
RECEIPT = "receipt.json"


class Registry:
    """The model versions under one folder; `keep` is how many stay, `signer` who vouches for them."""

    def __init__(self, root: Path, signer: Signer | None = None, keep: int = KEEP) -> None:
        self.root = root
        self.versions = root / "versions"
        self.staging = root / "staging"
        self.signer = signer or KeyFile(root.parent / "model.key")
        self.keep = keep

    def publish(self, model: Parameters, receipt: bytes | None = None) -> str:
        """Keep a model, make it current and return its id; publishing the same model again changes nothing else.

        `receipt` is how it came about; it is kept beside a model that was not kept before.
        Raises `FileError`; then either nothing has changed, or the version is there, whole, and not yet current.
        """
        with self._changing():
            model_id = self._kept(model) or self._store(model, receipt)
            self._serve(model_id)
            with contextlib.suppress(OSError):  # the next change tries again
                self._prune()
        return model_id

    def activate(self, model_id: str) -> str:
        """Make a version current once it is found good, and return its id."""
        with self._changing():
            found, _ = self.load(model_id)
            self._serve(found)
        return found

    def rollback(self) -> str:
        """Make the version current that was so before, or the next before it that is good, and return its id."""
        with self._changing():
            before = self.history()[1:]
            for n, model_id in enumerate(before):
                with contextlib.suppress(ModelError):
                    self.load(model_id)
                    pointer.write(self.root, before[n:])
                    return model_id
        raise NoModelError("there is no version before the current one to go back to")

    def list(self) -> list[Manifest]:
        """Return the manifests of all versions, oldest first; one that is not signed or damaged is left out."""
        found = []
        for name in self._names():
            with contextlib.suppress(ModelError):
                found.append(self.manifest(name))
        return sorted(found, key=lambda manifest: manifest.created)

    def unusable(self) -> Ids:
        """Return the ids of the versions that `list` leaves out."""
        usable = {manifest.id for manifest in self.list()}
        return [name for name in self._names() if name not in usable]

    def history(self) -> Ids:
        """Return the ids of the version that serves and of those that served before it, newest first, each once."""
        return pointer.read(self.root)

    def current(self) -> str:
        """Return the id of the version that serves. Raises `NoModelError` before the first is published."""
        return self.history()[0]

    def manifest(self, model_id: str) -> Manifest:
        """Return what is signed of one version; `current` names the one that serves."""
        model_id = self._find(model_id)
        with _about(model_id):
            return _named(model_id, version.read_manifest(self.versions / model_id, self.signer))

    def load(self, model_id: str = "current") -> tuple[str, Parameters]:
        """Return a version's id and model, once all is found good, as `version` says. Raises `InvalidModelError`."""
        model_id = self._find(model_id)
        with _about(model_id):
            manifest, model = version.load(self.versions / model_id, self.signer)
            return _named(model_id, manifest).id, model

    def receipt(self, model_id: str = "current") -> Path | None:
        """Return where the receipt of a version is kept, None where it has none."""
        path = self.versions / self._find(model_id) / RECEIPT
        return path if path.is_file() else None

    def _find(self, model_id: str) -> str:
        if model_id == "current":
            model_id = self.current()
        if not pointer.ID.fullmatch(model_id) or not (self.versions / model_id).exists():
            raise NoModelError(f"there is no model {model_id[:60]!r}; `topicdesk models list` shows those there are")
        return model_id

    def _names(self) -> Ids:
        return sorted(path.name for path in self.versions.glob("*") if pointer.ID.fullmatch(path.name))

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock, with nothing left over from those who held it before and did not come to an end."""
        try:
            for folder in (self.versions, self.staging):
                if not folder.is_dir():
                    folder.mkdir(parents=True, exist_ok=True)
                    sync_folder(self.root)
            with (self.root / "LOCK").open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                for left in self.staging.iterdir():
                    _discard(left)
                for left in self.root.glob(f".{pointer.NAME}.*"):
                    left.unlink()
                yield
        except OSError as error:
            raise FileError(f"cannot write to {self.root}: {error.strerror or error}") from error

    def _kept(self, model: Parameters) -> str | None:
        """Return the id under which the same model is kept undamaged, if it is."""
        for manifest in self.list():
            if manifest.digest == model.digest:
                with contextlib.suppress(InvalidModelError):
                    return self.load(manifest.id)[0]
        return None

    def _store(self, model: Parameters, receipt: bytes | None) -> str:
        """Write a model aside, read it back, and move it to its place in one step."""
        while (model_id := self._try_to_store(model, receipt)) is None:
            # a damaged copy of the same second: it may be what `CURRENT` names, so it stays until another serves
            time.sleep(1.0)
        return model_id

    def _try_to_store(self, model: Parameters, receipt: bytes | None) -> str | None:
        staged = self.staging / secrets.token_hex(8)
        try:
            staged.mkdir()
            if receipt is not None:
                write_new(staged / RECEIPT, receipt)
            manifest = version.write(staged, model, self.signer)
            version.load(staged, self.signer)
            place = self.versions / manifest.id
            if place.exists():
                return None
            staged.rename(place)
            sync_folder(self.versions)
        finally:
            _discard(staged)
        return manifest.id

    def _serve(self, model_id: str) -> None:
        try:
            before = self.history()
        except ModelError:
            before = []
        kept = [other for other in before if other != model_id and (self.versions / other).exists()]
        pointer.write(self.root, [model_id, *kept])

    def _prune(self) -> None:
        """Remove the versions beyond `keep`, unusable ones and then the oldest, never the current or the one before."""
        names = [*self.unusable(), *(manifest.id for manifest in self.list())]
        spare = [name for name in names if name not in self.history()[:2]]
        for name in spare[: max(0, len(names) - self.keep)]:
            self._remove(name)

    def _remove(self, model_id: str) -> None:
        """Take a version out of sight in one step, then remove it."""
        aside = self.staging / f"{model_id}.{secrets.token_hex(4)}"
        (self.versions / model_id).rename(aside)
        sync_folder(self.versions)
        _discard(aside)


def _discard(path: Path) -> None:
    """Remove what is in `staging`, as far as that goes; the next change tries again."""
    with contextlib.suppress(OSError):
        if path.is_symlink() or path.is_file():
            path.unlink()
        else:
            shutil.rmtree(path)


def _named(model_id: str, manifest: Manifest) -> Manifest:
    if manifest.id != model_id:
        raise InvalidModelError(f"its manifest is that of {manifest.id!r:.80}")
    return manifest


@contextlib.contextmanager
def _about(model_id: str) -> Iterator[None]:
    try:
        yield
    except InvalidModelError as error:
        raise InvalidModelError(f"model {model_id} cannot be used: {error}") from error
