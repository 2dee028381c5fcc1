from datetime import timedelta

from service.feeds.schedule import following
from tests.service.feeds.conftest import NOW


def test_the_span_doubles_up_to_a_day() -> None:
    def spans(spread: float, every: float = 900) -> list[float]:
        return [
            (following(NOW, every, failures, spread=lambda _low, _high: spread) - NOW).total_seconds()
            for failures in (0, 1, 2, 6, 7, 1000)
        ]

    assert spans(1.0) == [900, 1800, 3600, 57_600, 86_400, 86_400]
    assert spans(0.9)[:2] == [810, 1620]
    assert max(spans(1.1)) == 86_400
    assert spans(1.0, 7 * 86_400) == [7 * 86_400] * 6  # who polls weekly is not polled daily for a fault


def test_feeds_drift_apart() -> None:
    assert len({following(NOW, 900) for _ in range(20)}) > 10


def test_what_a_server_asks_for_is_kept_to() -> None:
    assert following(NOW, 900, 1, after=36_000) == NOW + timedelta(hours=10)
    assert following(NOW, 900, 1, after=1) > NOW + timedelta(minutes=20)
    assert following(NOW, 900, 1, after=1e300) == NOW + timedelta(days=30)
