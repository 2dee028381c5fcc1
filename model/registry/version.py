"""One version on disk: how its three files are written, and what must hold before its model is used.

Checked in this order, each before anything of the next is believed: the signature over the manifest's bytes; the size
and then the SHA-256 of the model file that the manifest names; the file as plain data, by the strict loader; that the
data are a model; that the model gives the recorded scores. All of it is read from one descriptor of the folder, and
the model from one descriptor of its file, so nothing can be exchanged in between.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model import artifact
from model.errors import FileError, InvalidModelError
from model.files import open_folder, open_regular, read_exactly, read_regular, sync_folder, write_new
from model.parameters import Parameters
from model.registry import golden, manifest
from model.registry.manifest import Manifest
from model.registry.signature import Signer

MODEL, MANIFEST, SIGNATURE = "model.joblib", "manifest.json", "manifest.sig"
MAX_SIGNATURE = 1000


def write(folder: Path, model: Parameters, signer: Signer) -> Manifest:
    """Write a model into a folder that is there and empty, as far as the disk. Raises `OSError` or `FileError`."""
    data = artifact.dump(model)
    facts = manifest.make(model, data)
    signed = manifest.encode(facts)
    signature = _signature_line(signer, signer.sign(signed))
    for name, content in ((MODEL, data), (MANIFEST, signed), (SIGNATURE, signature)):
        write_new(folder / name, content)
    sync_folder(folder)
    return facts


def read_manifest(folder: Path, signer: Signer) -> Manifest:
    """Return what the manifest says, once its signature is found good. Raises `InvalidModelError` or `FileError`."""
    with _opened(folder) as descriptor:
        return _manifest(descriptor, signer)


def load(folder: Path, signer: Signer, file: str = MODEL) -> tuple[Manifest, Parameters]:
    """Return a version's manifest and its model, once all is found good. Raises `InvalidModelError` or `FileError`."""
    with _opened(folder) as descriptor:
        facts = _manifest(descriptor, signer)
        data = _model(descriptor, file, facts)
    model = artifact.load(data)
    golden.check(model, facts.golden)
    return facts, model


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """Yield a descriptor of the folder, and say what is wrong as what it means for a model."""
    try:
        with open_folder(folder) as descriptor:
            yield descriptor
    except FileNotFoundError as error:
        missing = Path(error.filename)
        raise InvalidModelError("it is gone" if missing == folder else f"it has no {missing.name}") from error
    except NotADirectoryError as error:
        raise InvalidModelError(f"{folder.name} is not a folder of its own") from error
    except OSError as error:
        raise FileError(f"{folder} cannot be read: {error.strerror}") from error


def _manifest(folder: int, signer: Signer) -> Manifest:
    signed = _read(MANIFEST, manifest.MAX_BYTES, folder)
    try:
        signature = _read(SIGNATURE, MAX_SIGNATURE, folder)
    except FileNotFoundError as error:
        raise InvalidModelError(
            "it is not signed: it comes from elsewhere, or from a topicdesk before models were signed"
        ) from error
    kind, _, code = signature.decode("ascii", "replace").rstrip("\n").partition(" ")
    if kind != signer.name:
        raise InvalidModelError(f"it is not signed with {signer.name}, as the settings ask")
    try:
        raw = bytes.fromhex(code)
    except ValueError as error:
        raise InvalidModelError("its signature is damaged") from error
    if signature != _signature_line(signer, raw):  # in one form only
        raise InvalidModelError("its signature is damaged")
    signer.verify(signed, raw)
    return manifest.decode(signed)


def _signature_line(signer: Signer, raw: bytes) -> bytes:
    return f"{signer.name} {raw.hex()}\n".encode()


def _read(name: str, limit: int, folder: int) -> bytes:
    try:
        return read_regular(name, limit, folder)
    except FileError as error:
        raise InvalidModelError(str(error)) from error


def _model(folder: int, name: str, facts: Manifest) -> bytes:
    try:
        with open_regular(name, folder) as (descriptor, found):
            if facts.size > artifact.MAX_BYTES:
                raise InvalidModelError(f"its model file is larger than {artifact.MAX_BYTES} bytes")
            if found.st_size != facts.size:
                raise InvalidModelError(
                    f"its model file is not the one that was published: {found.st_size} bytes, not {facts.size}"
                )
            data = read_exactly(descriptor, facts.size)
    except FileError as error:
        raise InvalidModelError(str(error)) from error
    if hashlib.sha256(data).hexdigest() != facts.sha256:
        raise InvalidModelError("its model file is not the one that was published: the SHA-256 differs")
    return data
