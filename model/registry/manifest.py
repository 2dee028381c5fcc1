"""What stands beside a model file: enough to list versions without opening them, and to tell a file from any other."""

import hashlib
from datetime import UTC, datetime

import msgspec

from model.errors import InvalidModelError
from model.parameters import Facts, Parameters
from model.registry import golden
from model.registry.golden import Golden

MAX_BYTES = 4_000_000


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One version: `sha256` and `size` in bytes are of the model file, `digest` is of the model whatever its file."""

    id: str
    created: str
    sha256: str
    size: int
    digest: str
    topics: list[str]
    facts: Facts
    golden: list[Golden]


def make(model: Parameters, data: bytes) -> Manifest:
    """Return the manifest of a model and the bytes of its file."""
    now = datetime.now(UTC)
    return Manifest(
        id=f"{now:%Y%m%dT%H%M%SZ}-{model.digest[:12]}",
        created=now.isoformat(timespec="microseconds"),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        digest=model.digest,
        topics=list(model.taxonomy.ids),
        facts=model.facts,
        golden=golden.record(model),
    )


def encode(manifest: Manifest) -> bytes:
    """Return the bytes of the manifest's file, which are what is signed."""
    return msgspec.json.format(msgspec.json.encode(manifest)) + b"\n"


def decode(data: bytes) -> Manifest:
    """Return the manifest in a file's bytes. Raises `InvalidModelError`."""
    try:
        return msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidModelError(f"its manifest is damaged ({error})") from error
