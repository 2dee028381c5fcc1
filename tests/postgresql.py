"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket, gone when they end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@contextmanager
def server(folder: Path, *options: str) -> Iterator[str]:
    """Run a server and yield a URL of it with `{}` for the name of the database."""
    where = binaries()
    assert where is not None
    # PostgreSQL refuses to run as root
    user = pwd.getpwnam("postgres" if _exists("postgres") else "nobody") if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(dir=folder) as name:
        data = Path(name)
        if user is not None:
            os.chown(data, user.pw_uid, user.pw_gid)

        def run(program: str, *arguments: str) -> None:
            done = subprocess.run(
                [str(where / program), *arguments],
                user=None if user is None else user.pw_uid,
                group=None if user is None else user.pw_gid,
                extra_groups=None if user is None else [],
                cwd=data,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
                stderr=subprocess.STDOUT,
                check=False,
            )
            assert done.returncode == 0, done.stdout

        cluster = str(data / "cluster")
        run("initdb", "--pgdata", cluster, "--auth=trust", "--username=topicdesk", "--encoding=UTF8", "--locale=C",
            "--no-sync")  # fmt: skip
        settings = ["-c listen_addresses=", f"-c unix_socket_directories={data}", *options]
        run("pg_ctl", "start", "--wait", "--pgdata", cluster, "--log", str(data / "log"), "--options",
            " ".join(settings))  # fmt: skip
        try:
            yield f"postgresql://topicdesk@/{{}}?host={data}"
        finally:
            run("pg_ctl", "stop", "--mode=immediate", "--pgdata", cluster)


def _exists(name: str) -> bool:
    return name in {entry.pw_name for entry in pwd.getpwall()}
