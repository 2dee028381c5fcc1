"""The records of retrainings: those beside the models, and those of candidates that were not published."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from model.errors import ModelError, NotFoundError
from service.settings import Settings
from service.store.database import Database
from service.store.schema import article, article_text

if TYPE_CHECKING:
    from training.receipt import Receipt

FOLDER = "receipts"  # of retrainings that published no new version: the others' lie beside their models
NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}")
MAX_LISTED, MAX_SHOWN_RAW = 20, 20_000
MAX_BYTES = 50_000_000
AT_ONCE = 500  # names in one query


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt that was looked for: `receipt` is None where it cannot be read, and `raw` then holds its beginning."""

    name: str
    receipt: "Receipt | None"
    fault: str | None
    raw: str


def of_model(settings: Settings, model_id: str) -> Found | None:
    """Return the receipt of a version, None where it has none: it was trained anew, or there is no such version."""
    try:
        path = settings.registry.receipt(model_id)
    except ModelError:
        return None
    return None if path is None else _read(path, model_id)


def unpublished(settings: Settings) -> list[Found]:
    """Return the receipts of the latest candidates that were not published, the latest first."""
    names = sorted((path.stem for path in _folder(settings).glob("*.json") if NAME.fullmatch(path.stem)), reverse=True)
    return [one(settings, name) for name in names[:MAX_LISTED]]


def one(settings: Settings, name: str) -> Found:
    """Return the receipt of a candidate that was not published. Raises `NotFoundError`."""
    path = _folder(settings) / f"{name}.json"
    if not NAME.fullmatch(name) or not path.is_file():
        raise NotFoundError("there is no such receipt")
    return _read(path, name)


def titles(database: Database, ids: set[str]) -> dict[str, str | None]:
    """Return the titles of those articles that are kept, by id. Raises `DatabaseError`."""
    found: dict[str, str | None] = {}
    wanted = sorted(ids)
    with database.read() as connection:
        for first in range(0, len(wanted), AT_ONCE):
            query = (
                sa.select(article.c.id, article_text.c.title)
                .join_from(article, article_text, article_text.c.article == article.c.seq)
                .where(article.c.id.in_(wanted[first : first + AT_ONCE]), article.c.deleted.is_(None))
            )
            found.update(connection.execute(query).all())
    return found


def _folder(settings: Settings) -> Path:
    return settings.registry.root / FOLDER


def _read(path: Path, name: str) -> Found:
    from training.receipt import FORMAT, Receipt

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES)
    except OSError as error:
        return Found(name=name, receipt=None, fault=f"it cannot be read: {error.strerror}", raw="")
    raw = data[:MAX_SHOWN_RAW].decode("utf-8", "replace")
    try:
        receipt = msgspec.json.decode(data, type=Receipt)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Found(name=name, receipt=None, fault="it is damaged or of another version of topicdesk", raw=raw)
    if receipt.format != FORMAT:
        fault = f"it is of another form ({receipt.format}; this version of topicdesk reads {FORMAT})"
        return Found(name=name, receipt=None, fault=fault, raw=raw)
    return Found(name=name, receipt=receipt, fault=None, raw="")
