"""What a monitoring system asks for, from the database, so that every worker says the same.

Counted at most every half minute, however often and by how many it is asked for. A database that is away is told by
`topicdesk_database_up` and does not fail the answer.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from model.decision import Status
from model.errors import DatabaseError
from service.handlers import feed_metrics
from service.store import counts, feeds
from service.store.columns import now
from service.store.database import Database

if TYPE_CHECKING:
    from prometheus_client import Metric

KEEP_SECONDS = 30.0


class Metrics:
    """The metrics of one database; shared by the threads of a process."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._until = float("-inf")
        self._text = b""

    def text(self, model: str | None, fault: str | None) -> bytes:
        """Return metrics in Prometheus's text format: counts at most half a minute old, and what this process serves.

        `model` is the id of the version that serves, `fault` why a later one cannot.
        """
        return self._counts() + _serving(model, fault)

    def _counts(self) -> bytes:
        with self._lock:  # one counts, the others wait for it
            if self._clock() >= self._until:
                from prometheus_client import CollectorRegistry, generate_latest

                registry = CollectorRegistry()
                counted = self._count()
                registry.register(_Fixed(None if counted is None else counted[0]))
                registry.register(feed_metrics.Feeds([] if counted is None else counted[1]))
                self._text = generate_latest(registry)
                self._until = self._clock() + KEEP_SECONDS
            return self._text

    def _count(self) -> tuple[counts.Counts, list[feeds.Feed]] | None:
        try:
            with self._database.read() as connection:
                return counts.count(connection, now()), feeds.every(connection)
        except DatabaseError:
            return None


def _serving(model: str | None, fault: str | None) -> bytes:
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    labels, worker = ["worker", "model"], str(os.getpid())
    info = Gauge("topicdesk_model_info", "The model version that this worker serves.", labels, registry=registry)
    if model is not None:
        info.labels(worker, model).set(1)
    failed = Gauge(
        "topicdesk_model_fault", "Whether the worker could not load the current version.", ["worker"], registry=registry
    )
    failed.labels(worker).set(fault is not None)
    return generate_latest(registry)


class _Fixed:
    """A collector of what has been counted."""

    def __init__(self, counted: counts.Counts | None) -> None:
        self._counted = counted

    def collect(self) -> "Iterator[Metric]":
        """Yield the metrics."""
        from prometheus_client.core import GaugeMetricFamily

        found = self._counted
        yield GaugeMetricFamily("topicdesk_database_up", "Whether the database answered.", float(found is not None))
        if found is None:
            return
        yield GaugeMetricFamily("topicdesk_articles", "Articles that are kept.", found.articles)
        statuses = GaugeMetricFamily(
            "topicdesk_decisions", "Kept articles by the status of their current decision.", labels=["status"]
        )
        for status in Status:
            statuses.add_metric([status.value], found.statuses.get(status.value, 0))
        yield statuses
        topics = GaugeMetricFamily(
            "topicdesk_topic_articles", "Kept articles by topic: their label's, or else their decision's.",
            labels=["topic"],
        )  # fmt: skip
        for topic, number in sorted(found.topics.items()):
            topics.add_metric([topic], number)
        yield topics
        if found.unknown_terms is not None:
            yield GaugeMetricFamily(
                "topicdesk_unknown_term_ratio",
                "Mean share of words that the model does not know, in articles dated in the last seven days.",
                found.unknown_terms,
            )
