"""Where uploads lie until they are kept: a folder of a random name each, below `uploads` in TOPICDESK_HOME.

Beside the files, `upload.json` says what they are and `state.json` how far a job has come with them. Files carry
numbers for names; what they were called elsewhere is shown and never used as a path.
"""

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TypeVar

import msgspec

from model.errors import FileError, InvalidInputError, NotFoundError
from service.settings import Settings
from service.store.columns import now

T = TypeVar("T")

TABLES, PAGES = (".jsonl", ".csv", ".parquet", ".jsonl.gz", ".csv.gz"), (".html", ".htm", ".txt")
FIELDS = ("title", "text", "id", "url", "published", "source", "labels")
MAX_NAME = 200
DAY, MONTH = timedelta(days=1), timedelta(days=30)  # for files that nobody kept, and for reports
COPY = 1 << 20


class File(msgspec.Struct, frozen=True):
    """An uploaded file: the name it came with, the one it lies under, and what was found in it.

    `rows` counts rows of a table, `more` whether the count was given up, `error` why the file cannot be read.
    """

    name: str
    stored: str
    size: int
    columns: list[str] = []
    rows: int = 0
    more: bool = False
    error: str | None = None

    @property
    def is_page(self) -> bool:
        """Whether this is a page and no table."""
        return self.stored.endswith(PAGES)


class Plan(msgspec.Struct, frozen=True):
    """How an upload's rows are to be read: for each kind of table, the column of each field.

    `source` is what rows are given that name none. `by` signs their labels where these are to be kept, else None.
    """

    columns: list[dict[str, str]]
    source: str | None = None
    by: str | None = None


class Upload(msgspec.Struct, frozen=True):
    """Files that were uploaded together; with a plan once they are to be kept."""

    id: str
    at: datetime
    files: list[File]
    plan: Plan | None = None

    @property
    def groups(self) -> list[list[File]]:
        """The tables that can be read, those of the same columns together."""
        found: dict[tuple[str, ...], list[File]] = {}
        for file in self.files:
            if not file.is_page and file.error is None:
                found.setdefault(tuple(file.columns), []).append(file)
        return list(found.values())

    @property
    def readable(self) -> list[File]:
        """The files that can be read."""
        return [file for file in self.files if file.error is None]


def suffix(name: str) -> str:
    """Return the known ending of a file's name. Raises `InvalidInputError` for any other."""
    for known in (*TABLES, *PAGES):
        if name.lower().endswith(known):
            return known
    raise InvalidInputError(f"what is uploaded ends in {', '.join((*TABLES, *PAGES))}")


def folder(settings: Settings, upload_id: str) -> Path:
    """Return an upload's folder. Raises `NotFoundError` for what is no upload's id."""
    if not re.fullmatch("[0-9a-f]{32}", upload_id):
        raise NotFoundError("there is no such upload")
    return settings.home / "uploads" / upload_id


def create(settings: Settings, files: list[tuple[str, IO[bytes]]]) -> Upload:
    """Take in files by name. Raises `InvalidInputError` for a kind that is not known, `FileError` for a full disk."""
    endings = [suffix(name) for name, _ in files]
    upload = Upload(secrets.token_hex(16), now(), [])
    place = folder(settings, upload.id)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.mkdir(mode=0o700)
        for number, ((name, content), ending) in enumerate(zip(files, endings, strict=True)):
            stored = f"{number}{ending}"
            with _private(place / stored, os.O_EXCL) as out:
                shutil.copyfileobj(content, out, COPY)
                upload.files.append(File(name[-MAX_NAME:], stored, out.tell()))
    except OSError as error:
        shutil.rmtree(place, ignore_errors=True)
        raise FileError(f"the upload cannot be stored: {error.strerror or error}") from None
    return upload


def save(settings: Settings, upload: Upload) -> None:
    """Write down what an upload is. Raises `FileError`."""
    write(folder(settings, upload.id) / "upload.json", upload)


def get(settings: Settings, upload_id: str) -> Upload:
    """Return an upload. Raises `NotFoundError`."""
    found = read(folder(settings, upload_id) / "upload.json", Upload)
    if found is None:
        raise NotFoundError("there is no such upload; files that are not kept are deleted after a day")
    return found


def write(path: Path, content: msgspec.Struct) -> None:
    """Write a small file as a whole, for its owner alone. Raises `FileError`."""
    part = path.with_name(f"{path.name}.part")
    try:
        with _private(part, os.O_TRUNC) as out:
            out.write(msgspec.json.encode(content))
        part.replace(path)
    except OSError as error:
        raise FileError(f"the upload cannot be stored: {error.strerror or error}") from None


def read(path: Path, shape: type[T]) -> T | None:
    """Return what a small file holds, None where it is not there or of another version."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=shape)
    except (OSError, msgspec.MsgspecError):
        return None


def drop_files(settings: Settings, upload: Upload) -> None:
    """Delete what was uploaded, but not what is known of it."""
    place = folder(settings, upload.id)
    for file in upload.files:
        (place / file.stored).unlink(missing_ok=True)


def drop(settings: Settings, upload_id: str) -> None:
    """Delete an upload altogether."""
    shutil.rmtree(folder(settings, upload_id), ignore_errors=True)


def clear(settings: Settings, in_use: Callable[[], set[str]]) -> None:
    """Delete files that have lain for a day and reports that have for a month, but none that a job is to read."""
    old = [one for one in (settings.home / "uploads").glob("*") if _age(one) > DAY]
    used = in_use() if old else set()
    for one in old:
        upload = read(one / "upload.json", Upload)
        if one.name in used:
            continue
        if upload is None or upload.plan is None or now() - upload.at > MONTH:
            shutil.rmtree(one, ignore_errors=True)
        else:
            drop_files(settings, upload)


def _age(path: Path) -> timedelta:
    with contextlib.suppress(OSError):
        return timedelta(seconds=now().timestamp() - path.stat().st_mtime)
    return timedelta(0)  # gone meanwhile


def _private(path: Path, flags: int) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | flags, 0o600), "wb")
