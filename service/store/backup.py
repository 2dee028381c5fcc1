"""A backup: one tar file with the database as it is at one moment, and the models with the key that signs them."""

import glob
import io
import os
import secrets
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from model.errors import DatabaseError, FileError
from model.files import sync_folder
from service.store.database import Database

DAY_SECONDS = 86400
SQLITE, POSTGRESQL = "topicdesk.db", "topicdesk.dump"


def write(database: Database, target: Path) -> None:
    """Write a backup to a new file that its owner alone can read, while others go on reading and writing.

    Unpacked into an empty TOPICDESK_HOME it is the state again; a PostgreSQL dump in it is for `pg_restore`.
    Raises `FileError` where the file is there already or cannot be written, `DatabaseError` where the copy fails.
    """
    if target.exists() or target.is_symlink():
        raise FileError(f"{target} exists; a backup overwrites nothing")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        _clear(target)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", suffix=".copy", dir=target.parent) as name:
            copy = _copy(database, Path(name))
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                with tarfile.open(fileobj=file, mode="w") as tar:
                    tar.add(copy, copy.name, filter=_private)
                    _add_models(tar, database.home)
                file.flush()
                os.fsync(file.fileno())
        os.link(part, target)  # unlike a rename, overwrites nothing
        sync_folder(target.parent)
    except OSError as error:
        raise FileError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


def _clear(target: Path) -> None:
    """Remove what backups to the same place left that were killed, a day ago or more."""
    name = glob.escape(target.name)
    for left in (*target.parent.glob(f".{name}.*.copy"), *target.parent.glob(f".{name}.*.part")):
        if time.time() - left.stat().st_mtime > DAY_SECONDS:
            shutil.rmtree(left) if left.is_dir() else left.unlink()


def _private(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mode = 0o600
    return entry


def _add_models(tar: tarfile.TarFile, home: Path) -> None:
    """Add the versions and the key that vouches for them; what names the current one was read before them."""
    single = {name: home / name for name in ("models/CURRENT", "model.key") if (home / name).is_file()}
    contents = {name: path.read_bytes() for name, path in single.items()}
    for manifest in sorted((home / "models").glob("versions/*/manifest.json")):
        tar.add(manifest.parent, manifest.parent.relative_to(home))
    for name, data in contents.items():
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(data), 0o600
        tar.addfile(entry, io.BytesIO(data))


def _copy(database: Database, folder: Path) -> Path:
    with database.read():  # brings the schema up to date, and tells where there is no database
        pass
    if database.is_sqlite:
        copy = folder / SQLITE
        try:
            source, target = sqlite3.connect(str(database.url.database)), sqlite3.connect(copy)
            with source, target:
                source.execute("PRAGMA busy_timeout = 30000")
                source.backup(target)  # one read transaction: a state that was
            source.close()
            target.close()
        except sqlite3.Error as error:
            raise DatabaseError(f"the database cannot be copied: {error}") from error
        return copy
    return _dump(database.url, folder / POSTGRESQL)


def _dump(url: sa.URL, copy: Path) -> Path:
    program = shutil.which("pg_dump")
    if program is None:
        raise DatabaseError("a backup of PostgreSQL takes its program pg_dump, which is not there")
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    command = [program, "--format=custom", "--no-owner", f"--file={copy}", f"--dbname={plain}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise DatabaseError(f"pg_dump failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    return copy
