"""The versions of the model that are kept in a folder, and which of them is current.

- `versions/<id>/model.joblib, manifest.json`: complete or not there
- `staging/`: what is being written
- `CURRENT`: the id of the version that serves
"""

import contextlib
import fcntl
import hashlib
import re
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from model import artifact
from model.errors import FileError, InvalidModelError, ModelError, NoModelError
from model.files import sync_folder, write_atomically
from model.parameters import Facts, Parameters

ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}")
MODEL, MANIFEST, CURRENT = "model.joblib", "manifest.json", "CURRENT"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside a model file: enough to list versions without opening them."""

    id: str
    created: str
    sha256: str
    size: int
    digest: str
    topics: list[str]
    facts: Facts


class Registry:
    """The model versions under one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.versions = root / "versions"

    def publish(self, model: Parameters) -> str:
        """Keep a model, make it current and return its id; publishing the same model again changes nothing else."""
        try:
            self.versions.mkdir(parents=True, exist_ok=True)
            with (self.root / "LOCK").open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                model_id = self._kept(model) or self._store(model)
                self.activate(model_id)
        except OSError as error:
            raise FileError(f"cannot write to {self.root}: {error.strerror}") from error
        return model_id

    def _kept(self, model: Parameters) -> str | None:
        """Return the id under which the same model is kept undamaged, if it is."""
        for manifest in self.list():
            if manifest.digest == model.digest:
                with contextlib.suppress(InvalidModelError):
                    return self.load(manifest.id)[0]
        return None

    def _store(self, model: Parameters) -> str:
        now = datetime.now(UTC)
        data = artifact.dump(model)
        manifest = Manifest(
            id=f"{now:%Y%m%dT%H%M%SZ}-{model.digest[:12]}",
            created=now.isoformat(timespec="seconds"),
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            digest=model.digest,
            topics=list(model.taxonomy.ids),
            facts=model.facts,
        )
        staged = None
        try:
            (self.root / "staging").mkdir(exist_ok=True)
            staged = Path(tempfile.mkdtemp(dir=self.root / "staging"))
            write_atomically(staged / MODEL, data)
            write_atomically(staged / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
            staged.chmod(0o755)
            if (place := self.versions / manifest.id).exists():  # a damaged copy of the same second
                shutil.rmtree(place)
            staged.rename(place)
            sync_folder(self.versions)
        finally:
            if staged is not None:
                shutil.rmtree(staged, ignore_errors=True)
        return manifest.id

    def list(self) -> list[Manifest]:
        """Return the manifests of all versions, oldest first; one that cannot be read is left out."""
        found = []
        for path in sorted(self.versions.glob("*")):
            with contextlib.suppress(ModelError):
                found.append(self.manifest(path.name))
        return found

    def manifest(self, model_id: str) -> Manifest:
        """Return what is known of one version; `current` names the one that serves."""
        if model_id == "current":
            model_id = self.current()
        if not ID.fullmatch(model_id) or not (self.versions / model_id / MANIFEST).is_file():
            raise NoModelError(f"there is no model {model_id[:60]!r}; `topicdesk models list` shows those there are")
        try:
            return msgspec.json.decode((self.versions / model_id / MANIFEST).read_bytes(), type=Manifest)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise InvalidModelError(f"the manifest of model {model_id} is damaged ({error})") from error

    def current(self) -> str:
        """Return the id of the version that serves. Raises `NoModelError` before the first is published."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            return (self.root / CURRENT).read_text(encoding="ascii", errors="replace").strip()
        raise NoModelError(f"there is no model in {self.root} yet; `topicdesk train` makes one")

    def activate(self, model_id: str) -> None:
        """Make a version current."""
        write_atomically(self.root / CURRENT, f"{self.manifest(model_id).id}\n".encode())

    def load(self, model_id: str = "current") -> tuple[str, Parameters]:
        """Return a version's id and model. Raises `InvalidModelError` where the file is not the one published."""
        manifest = self.manifest(model_id)
        try:
            data = (self.versions / manifest.id / MODEL).read_bytes()
        except OSError as error:
            raise InvalidModelError(f"the file of model {manifest.id} cannot be read: {error.strerror}") from error
        if len(data) != manifest.size or hashlib.sha256(data).hexdigest() != manifest.sha256:
            raise InvalidModelError(f"the file of model {manifest.id} is not the one that was published")
        return manifest.id, artifact.load(data)
