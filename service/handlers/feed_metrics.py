"""How feeds are, for a monitoring system: in sum, and each of those that have most to be told of."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from service.handlers.feeds import health
from service.store.feeds import Feed

if TYPE_CHECKING:
    from prometheus_client import Metric

MOST = 1000  # feeds told one by one
HEALTH = ("ok", "waiting", "failing", "stopped")


class Feeds:
    """A collector of how some feeds are."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._feeds = feeds

    def collect(self) -> "Iterator[Metric]":
        """Yield the metrics; of no feeds nothing but their number."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        number = Counter(map(health, self._feeds))
        states = GaugeMetricFamily("topicdesk_feeds", "Feeds by how they are.", labels=["health"])
        for name in HEALTH:
            states.add_metric([name], number[name])
        yield states
        told = sorted(self._feeds, key=lambda one: -one.failures)[:MOST]
        failures = GaugeMetricFamily("topicdesk_feed_failures", "Polls that failed in a row.", labels=["feed"])
        success = GaugeMetricFamily(
            "topicdesk_feed_last_success_timestamp_seconds", "When a poll last succeeded.", labels=["feed"]
        )
        kept = CounterMetricFamily("topicdesk_feed_articles", "Articles that were kept.", labels=["feed"])
        for one in told:
            failures.add_metric([one.id], one.failures)
            kept.add_metric([one.id], one.kept)
            if one.succeeded is not None:
                success.add_metric([one.id], one.succeeded.timestamp())
        yield from (failures, success, kept)
