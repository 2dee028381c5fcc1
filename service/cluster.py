"""Chunks labelled on a Dask cluster: the executor that takes the place of threads."""

import hashlib
import time
import uuid
from concurrent.futures import Future
from typing import Any, Self, cast

import msgspec
from distributed import Client, KilledWorker, Worker, WorkerPlugin, get_worker

from model import artifact
from model.classifier import Classifier
from model.errors import ClusterError, InvalidModelError, TopicdeskError
from model.registry import golden
from service.labelling.chunks import Chunk
from service.labelling.layout import Layout
from service.labelling.pipeline import Executor
from service.labelling.work import Piece, Work

WAIT_SECONDS = 5
COUNT_SECONDS = 1.0


class Shipped(WorkerPlugin):  # type: ignore[misc]
    """A model on its way: sent to each worker once, also to one that joins or comes back later, and verified there."""

    def __init__(self, name: str, work: Work) -> None:
        classifier = work.classifier
        self.name = name
        self.data = artifact.dump(classifier.parameters)
        self.sha256 = hashlib.sha256(self.data).hexdigest()
        self.golden = msgspec.json.encode(golden.record(classifier.parameters))
        self.made = (classifier.model_id, classifier.right, classifier.catch)
        self.layout: Layout = work.layout

    def setup(self, worker: Worker) -> None:  # noqa: ARG002
        """Load the model. Raises `InvalidModelError` where it is damaged or does not score here as it did there."""
        if hashlib.sha256(self.data).hexdigest() != self.sha256:
            raise InvalidModelError("the model has changed on its way")
        parameters = artifact.load(self.data)
        golden.check(parameters, msgspec.json.decode(self.golden, type=list[golden.Golden]))
        model_id, right, catch = self.made
        self.work = Work(Classifier(parameters, model_id, right=right, catch=catch), self.layout)


def _label(chunk: Chunk, name: str) -> Piece:
    work: Work = get_worker().plugins[name].work
    return work.label(chunk)


class _Labelled(Future[Piece]):
    """What Dask is asked for, with errors that a user can read."""

    def __init__(self, asked: Any, address: str, first: int) -> None:
        super().__init__()
        self._asked, self._address, self._first = asked, address, first

    def result(self, timeout: float | None = None) -> Piece:
        """Return the piece. Raises `ClusterError` where the cluster is gone or its workers die of this chunk."""
        try:
            return cast("Piece", self._asked.result(timeout))
        except TopicdeskError:
            raise
        except KilledWorker as error:
            raise ClusterError(f"the rows from {self._first} on could not be labelled: workers die of them") from error
        except Exception as error:
            if self._asked.client.status != "running" or self._asked.status in {"cancelled", "lost"}:
                raise ClusterError(f"the Dask scheduler at {self._address} is gone") from error
            raise


class Cluster(Executor):
    """The workers of a running Dask cluster, which have this version of topicdesk installed.

    Raises `ClusterError` where no scheduler answers or no worker is there, and where one cannot take the model.
    """

    def __init__(self, address: str, work: Work) -> None:
        self._address, self._counted = address, (0.0, 1)
        self._plugin = Shipped(f"topicdesk-{uuid.uuid4().hex}", work)

    def __enter__(self) -> Self:
        try:
            self._client = Client(self._address, timeout=WAIT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise ClusterError(f"no Dask scheduler answers at {self._address}") from error
        try:
            self._client.wait_for_workers(1, timeout=WAIT_SECONDS)
            self._client.register_plugin(self._plugin, name=self._plugin.name)
        except TimeoutError as error:
            self._client.close()
            raise ClusterError(f"the Dask scheduler at {self._address} has no workers") from error
        except Exception as error:
            self._client.close()
            raise ClusterError(f"a worker of {self._address} cannot take the model ({error})") from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._client.status == "running":
            self._client.unregister_worker_plugin(self._plugin.name)
        self._client.close()

    @property
    def workers(self) -> int:  # type: ignore[override]
        """How many threads the workers have now."""
        then, count = self._counted
        if time.monotonic() - then > COUNT_SECONDS:
            count = max(1, sum(self._client.nthreads().values()))
            self._counted = time.monotonic(), count
        return count

    def submit(self, chunk: Chunk) -> "Future[Piece]":
        """Have a chunk labelled."""
        key = f"{self._plugin.name}-{chunk.first}"
        return _Labelled(
            self._client.submit(_label, chunk, self._plugin.name, key=key, pure=False), self._address, chunk.first
        )
