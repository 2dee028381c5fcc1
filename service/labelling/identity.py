"""What tells one run from another: only the same run may go on from what a run has left."""

import hashlib
import os
from importlib import metadata
from pathlib import Path
from typing import Any

from model.classifier import Classifier
from model.errors import FileError
from service.labelling import chunks, encoders
from training import tables

ENDS = 1 << 16
NAMES = {"input": "input", "output": "format", "model": "model", "topicdesk": "version of topicdesk"}


def of_input(source: Path) -> list[Any]:
    """Return what a file is known by: size, time of change, and a digest of both its ends. Raises `FileError`."""
    try:
        with source.open("rb") as file:
            facts = os.fstat(file.fileno())
            head = file.read(ENDS)
            file.seek(max(0, facts.st_size - ENDS))
            digest = hashlib.sha256(head + file.read(ENDS)).hexdigest()
    except OSError as error:
        raise FileError(f"cannot read {source}: {error.strerror}") from error
    return [facts.st_size, facts.st_mtime_ns, digest]


def run(found: list[Any], target: Path, classifier: Classifier) -> dict[str, Any]:
    """Return what makes a run the same one, as plain facts; the input is `found`."""
    kind, thresholds = tables.suffix(target), classifier.thresholds
    return {
        "input": found,
        "output": [kind, target.name.lower().endswith(".gz")],
        "model": [classifier.model_id, *thresholds.assign_at, thresholds.review_at],
        "topicdesk": [metadata.version("topicdesk"), chunks.ROWS, chunks.BYTES, encoders.GZIP_LEVEL, *_writer(kind)],
    }


def _writer(kind: str) -> list[str]:
    if kind != ".parquet":
        return []
    import pyarrow as pa

    return [pa.__version__]


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """Say in words in what two runs differ."""
    return " and ".join(words for key, words in NAMES.items() if ours[key] != theirs.get(key))
