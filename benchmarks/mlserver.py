"""MLServer with the same model, in an environment of its own: what it is given, asked and must answer.

    python3 -m venv .venv-mlserver
    .venv-mlserver/bin/pip install mlserver==1.7.1 mlserver-sklearn==1.7.1 scikit-learn==1.9.1 msgspec==0.22.0 \
        uvloop==0.21.0  # with 0.22 and later its worker processes end at once

It serves the scikit-learn Pipeline that `topicdesk models export` writes, over its V2 protocol.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import joblib
import numpy as np

from benchmarks.load import Target
from benchmarks.processes import Served, serving
from benchmarks.subject import Subject
from model import pipeline
from model.article import Article
from model.parameters import Floats

ROOT = Path(__file__).parent.parent
PROGRAM = Path(os.environ.get("MLSERVER_VENV", ROOT / ".venv-mlserver")) / "bin" / "mlserver"
PORT = 18400
# the way it comes, with one process for the model beside that for HTTP, and all in one process
WAYS = {"MLServer": 1, "MLServer, parallel_workers 0": 0}


@contextmanager
def running(of: Subject, folder: Path) -> Iterator[dict[str, tuple[int, Served]]]:
    """Serve the model each way, and yield ports and servers; none where MLServer is not there."""
    with ExitStack() as stack:
        found: dict[str, tuple[int, Served]] = {}
        for n, (name, workers) in enumerate(WAYS.items() if PROGRAM.exists() else ()):
            own, port = folder / f"mlserver-{n}", PORT + 10 * n
            _write(own, of, port, workers)
            environment = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
            server = stack.enter_context(serving([str(PROGRAM), "start", "."], own / "log", environment, own))
            server.wait_for(f"http://127.0.0.1:{port}/v2/models/topicdesk/ready")
            found[name] = port, server
        yield found


def target(name: str, port: int, batches: Sequence[Sequence[Article]], expected: Sequence[Floats]) -> Target:
    """Return what asks for batches of articles; `expected` are each one's probabilities (N, T)."""
    bodies = [json.dumps(_request([article.text for article in batch])).encode() for batch in batches]

    def check(n: int, data: bytes) -> None:
        (output,) = json.loads(data)["outputs"]
        answers = np.array(output["data"]).reshape(output["shape"])
        assert np.abs(answers - expected[n]).max() < 1e-6, name

    return Target(name, port, "/v2/models/topicdesk/infer", bodies, check, articles=len(batches[0]))


def _request(texts: list[str]) -> dict[str, object]:
    form = {"content_type": "str"}
    inputs = [{"name": "text", "shape": [len(texts), 1], "datatype": "BYTES", "parameters": form, "data": texts}]
    return {"parameters": form, "inputs": inputs, "outputs": [{"name": "predict_proba"}]}


def _write(folder: Path, of: Subject, port: int, workers: int) -> None:
    folder.mkdir()
    joblib.dump(pipeline.build(of.model), folder / "pipeline.joblib")
    # `debug` off is without its access log, which costs it time
    ports = {"http_port": port, "grpc_port": port + 1, "metrics_port": port + 2}
    (folder / "settings.json").write_text(
        json.dumps({"host": "127.0.0.1", "debug": False, "parallel_workers": workers, **ports})
    )
    model = {"name": "topicdesk", "implementation": "mlserver_sklearn.SKLearnModel"}
    parameters = {"uri": "./pipeline.joblib", "content_type": "str"}
    (folder / "model-settings.json").write_text(json.dumps({**model, "parameters": parameters}))
