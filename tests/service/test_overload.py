import asyncio
import time

from starlette.types import Message, Receive, Scope, Send

from service.server.overload import Overload


class StandsStill(asyncio.SelectorEventLoop):
    """A loop whose clock lags as uvloop's does while callbacks run."""

    lag = 0.0

    def time(self) -> float:
        return time.monotonic() - self.lag


async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def nothing() -> Message:
    return {"type": "http.request"}


async def ask(app: Overload, path: str) -> tuple[int, bool]:
    found: list[Message] = []

    async def sent(message: Message) -> None:
        found.append(message)

    await app({"type": "http", "path": path}, nothing, sent)
    return found[0]["status"], b"retry-after" in dict(found[0]["headers"])


def asked(lag: float, path: str, waiting: int = 0) -> tuple[int, bool]:
    app = Overload(answer, most=8, seconds=0.1)
    app.now = waiting
    loop = StandsStill()
    loop.lag = lag
    try:
        return loop.run_until_complete(ask(app, path))
    finally:
        loop.close()


def test_a_loop_that_was_busy_too_long_refuses_all_but_looks_at_health() -> None:
    assert asked(0.0, "/v1/classify") == (200, False)
    assert asked(0.05, "/v1/classify") == (200, False)
    assert asked(0.5, "/v1/classify") == (503, True)
    assert asked(0.5, "/livez") == (200, False)


def test_more_requests_than_are_answered_at_once_are_refused() -> None:
    assert asked(0.0, "/v1/classify", waiting=7) == (200, False)
    assert asked(0.0, "/v1/classify", waiting=8) == (503, True)
    assert asked(0.0, "/readyz", waiting=8) == (200, False)
