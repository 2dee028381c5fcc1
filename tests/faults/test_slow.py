"""Clients that are slow, greedy or too many, against a real server."""

import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.servers import Server, server, wait_for

DEADLINE, SLACK = 3.0, 2.0
SOCKETS = 500
POST = b"POST /v1/classify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture(scope="module")
def serving(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    folder = tmp_path_factory.mktemp("slow")
    with server(home, folder, head_seconds=DEADLINE, body_seconds=DEADLINE, send_seconds=DEADLINE) as one:
        with one.client() as client:
            client.post("/v1/articles", {"id": "long", "text": "The council met on Monday. " * 37_000}, expected=201)
        yield one
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connect(port: int) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port), timeout=30)
    one.setblocking(False)
    return one


def silent(_one: socket.socket) -> None:
    """Say nothing at all."""


def slow_head(one: socket.socket) -> None:
    """Begin a head that never ends."""
    one.send(b"POST /v1/classify HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ")


def slow_body(one: socket.socket) -> None:
    """Announce a body and send little of it."""
    one.send(POST % 100_000 + b'{"text": "')


def deaf(one: socket.socket) -> None:
    """Ask for much, many times, and take nothing of it."""
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    with contextlib.suppress(BlockingIOError):
        one.send(b"GET /v1/articles/long HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 8)  # more than the kernel takes in


Kind = Callable[[socket.socket], None]
KINDS: list[Kind] = [silent, slow_head, slow_body, deaf]
DRIPS: dict[Kind, bytes] = {slow_head: b"x", slow_body: b"y"}


def held(serving: Server) -> int:
    """Return how many sockets a server has open."""
    found = 0
    for one in Path(f"/proc/{serving.pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found += str(one.readlink()).startswith("socket:")
    return found


def processor_time(serving: Server) -> float:
    """Return the seconds that a server has worked."""
    fields = Path(f"/proc/{serving.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.alone
def test_500_slow_sockets_of_4_kinds_are_closed(serving: Server, capsys: pytest.CaptureFixture[str]) -> None:
    idle = held(serving)
    crowd = {connect(serving.port): KINDS[n % len(KINDS)] for n in range(SOCKETS)}
    for one, kind in crowd.items():
        kind(one)
    most, worked = 0, -1.0
    while (now := processor_time(serving)) - worked > 0.05:  # what it has been asked is being answered
        worked, most = now, max(most, held(serving) - idle)
        time.sleep(0.2)
    begun = time.monotonic()
    while held(serving) > idle and time.monotonic() - begun < DEADLINE + SLACK:
        most = max(most, held(serving) - idle)
        for one, kind in crowd.items():
            if kind in DRIPS:  # a byte now and then buys no time
                with contextlib.suppress(OSError):
                    one.send(DRIPS[kind])
        time.sleep(0.1)
    took, left = time.monotonic() - begun, held(serving) - idle
    with serving.client() as client:
        assert client.ask("POST", "/v1/classify", {"text": "The border patrol crossed."})[0] == 200
    for one in crowd:
        one.close()
    with capsys.disabled():
        sys.stdout.write(f"\n{most} slow sockets were held, {left} after {took:.1f} s\n")
    assert most > SOCKETS * 0.9
    assert left <= 0


@pytest.mark.parametrize("kind", [silent, slow_head, slow_body])
def test_who_is_too_slow_is_told(serving: Server, kind: Kind) -> None:
    one = connect(serving.port)
    kind(one)
    one.settimeout(DEADLINE + SLACK)
    answer = one.recv(65_536)
    one.close()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer


def test_a_long_body_that_keeps_coming_is_read(serving: Server) -> None:
    text = "The ministers met about the disputed border on Tuesday. " * 4000
    body = json.dumps({"text": text}).encode()
    with socket.create_connection(("127.0.0.1", serving.port), timeout=30) as one:
        one.sendall(POST % len(body))
        for start in range(0, len(body), len(body) // 8):  # takes longer than the deadline of a body that stands still
            one.sendall(body[start : start + len(body) // 8])
            time.sleep((DEADLINE + 1) / 9)
        assert one.recv(1000).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /livez HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000, b"431"),
        (b"\x00\xff nonsense\r\n\r\n", b"400"),
        (b"GET /livez HTTP/1.1\r\nHo st: a\r\n\r\n", b"400"),
        (b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", b"400"),
    ],
)
def test_what_is_no_request_is_refused_as_a_problem(serving: Server, sent: bytes, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", serving.port), timeout=30) as one:
        with contextlib.suppress(ConnectionError):
            one.sendall(sent)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while piece := one.recv(65_536):
                answer += piece
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"application/problem+json" in answer


def test_connections_past_the_limit_are_refused(home: Path, tmp_path: Path) -> None:
    with server(home, tmp_path, max_connections=20) as one:
        held = [socket.create_connection(("127.0.0.1", one.port), timeout=30) for _ in range(20)]
        with socket.create_connection(("127.0.0.1", one.port), timeout=30) as late:
            answer = late.recv(10_000)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after" in answer
        for other in held:
            other.close()
        wait_for(lambda: alive(one), "room for others")


def alive(one: Server) -> bool:
    with one.client() as client:
        status: int = client.ask("GET", "/livez")[0]
    return status == 200


LOAD = """
import http.client, json, sys, threading, time
port, seconds = int(sys.argv[1]), float(sys.argv[2])
body = json.dumps({"articles": [{"text": "Both armies let observers cross the disputed border. " * 40}] * 500})
until, found, lock = time.monotonic() + seconds, {}, threading.Lock()
def send():
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request("POST", "/v1/classify/batch", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        key = f"{answer.status} {'retry-after' in answer.headers}"
        with lock:
            found[key] = found.get(key, 0) + 1
threads = [threading.Thread(target=send) for _ in range(32)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps(found))
"""
SECONDS = 6.0


@pytest.mark.alone
def test_overload_is_refused_and_liveness_stays_quick(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Four times the requests that a worker takes at once: nothing but 200, and 503 that say when to come again."""
    pings: list[float] = []
    with server(home, tmp_path, max_requests=8) as one:
        command = [sys.executable, "-c", LOAD, str(one.port), str(SECONDS)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as load:
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                begun = time.monotonic()
                with one.client() as client:
                    assert client.ask("GET", "/livez")[0] == 200
                pings.append(time.monotonic() - begun)
                time.sleep(0.05)
            statuses = json.loads(load.communicate(timeout=60)[0])
        with one.client() as client:
            assert client.ask("GET", "/readyz")[0] == 200
    pings.sort()
    with capsys.disabled():
        sys.stdout.write(f"\n{statuses}; /livez {pings[len(pings) // 2]:.3f} s, {pings[-1]:.3f} s at most\n")
    assert set(statuses) == {"200 False", "503 True"}
    assert pings[len(pings) // 2] < 0.1
