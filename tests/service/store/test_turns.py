import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from model.errors import DatabaseError
from service.store.database import Database
from service.store.turns import Turns

GREEDY = """
import sys, threading, time
from pathlib import Path
from service.store.turns import Turns
turns, until = Turns(Path(sys.argv[1]), 30), time.monotonic() + float(sys.argv[2])
def work():
    while time.monotonic() < until:
        with turns.take():
            time.sleep(0.02)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
print("ready", flush=True)
for thread in threads: thread.join()
"""


def test_one_at_a_time(tmp_path: Path) -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(20):
            with turns.take():
                inside += 1
                most = max(most, inside)
                time.sleep(0)
                inside -= 1

    turns = Turns(tmp_path / "lock", 30)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_process_with_many_writers_leaves_others_a_turn(tmp_path: Path) -> None:
    command = [sys.executable, "-c", GREEDY, str(tmp_path / "lock"), "5"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as greedy:
        assert greedy.stdout is not None
        assert greedy.stdout.readline() == "ready\n"
        waits = []
        turns = Turns(tmp_path / "lock", 30)
        for _ in range(20):
            began = time.monotonic()
            with turns.take():
                waits.append(time.monotonic() - began)
        assert greedy.poll() is None, "the other process had ended: nothing was shown"
        greedy.kill()
    assert sorted(waits)[len(waits) // 2] < 1.0, waits


def test_whose_turn_does_not_come_is_told(tmp_path: Path) -> None:
    with Turns(tmp_path / "lock", 30).take():
        with pytest.raises(DatabaseError, match="busy with another process"), Turns(tmp_path / "lock", 0.05).take():
            pass
        same = Turns(tmp_path / "other", 0.05)
        with same.take():
            thread = threading.Thread(target=_expect_busy, args=[same])
            thread.start()
            thread.join()
    with Turns(tmp_path / "lock", 0.05).take():
        pass


def _expect_busy(turns: Turns) -> None:
    with pytest.raises(DatabaseError, match="busy with other writers"), turns.take():
        pass


def test_a_database_locked_by_another_program_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.store.database.BUSY_SECONDS", 0.2)
    database = Database(f"sqlite:///{tmp_path / 'x.db'}", tmp_path)
    with database.write():
        pass
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match="busy"), database.write():
        pass
    with database.read():
        pass
    other.close()
    with database.write():
        pass
    database.close()
