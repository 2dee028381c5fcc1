"""The Open Inference Protocol, by hand and through Triton's client."""

import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from service.app import create
from service.settings import Settings
from tests.faults.servers import server

BORDER = "Both armies let observers cross the disputed border after the ceasefire between the two countries."
CAKE = "Grill the courgettes, then dress them with lemon, mint and a little oil before the guests arrive."
INFER = "/v2/models/topicdesk/infer"


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    with TestClient(create(Settings(home=home)), raise_server_exceptions=False) as one:
        yield one


def text(*values: str, **more: object) -> dict[str, object]:
    return {"name": "text", "shape": [len(values)], "datatype": "BYTES", "data": list(values)} | more


def packed(*values: str) -> bytes:
    return b"".join(struct.pack("<I", len(value.encode())) + value.encode() for value in values)


def test_metadata_and_health(client: TestClient) -> None:
    assert client.get("/v2").json()["extensions"] == ["binary_tensor_data"]
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    found = client.get("/v2/models/topicdesk").json()
    assert [tensor["name"] for tensor in found["inputs"]] == ["text", "title"]
    (version,) = found["versions"]
    assert client.get(f"/v2/models/topicdesk/versions/{version}/ready").json() == {"name": "topicdesk", "ready": True}
    for path in ("/v2/models/other", "/v2/models/topicdesk/versions/1", "/v2/models/other/ready"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.json()["error"] == answer.json()["detail"]


def test_answers_are_those_of_the_native_route(client: TestClient) -> None:
    titles = {"name": "title", "shape": [2, 1], "datatype": "BYTES", "data": [["Talks"], ["Supper"]]}
    answer = client.post(INFER, json={"id": "q1", "inputs": [text(BORDER, CAKE), titles]}).json()
    assert answer["id"] == "q1"
    outputs = {one["name"]: one for one in answer["outputs"]}
    native = [
        client.post("/v1/classify", json={"title": title, "text": body}).json()
        for title, body in (("Talks", BORDER), ("Supper", CAKE))
    ]
    assert outputs["status"]["data"] == [one["status"] for one in native]
    assert outputs["topics"]["data"] == [",".join(one["topics"]) for one in native]
    assert outputs["scores"]["shape"] == [2, 3]
    assert outputs["scores"]["data"] == [score for one in native for score in one["scores"].values()]
    assert answer["model_version"] == native[0]["model"]
    only = client.post(INFER, json={"inputs": [text(CAKE)], "outputs": [{"name": "status"}]}).json()
    assert only["outputs"] == [{"name": "status", "shape": [1], "datatype": "BYTES", "data": ["out_of_scope"]}]


def test_binary_tensors_both_ways(client: TestClient) -> None:
    tail = packed(BORDER, CAKE)
    wanted = [
        {"name": "status", "parameters": {"binary_data": True}},
        {"name": "scores", "parameters": {"binary_data": True}},
    ]
    tensor = {"name": "text", "shape": [2], "datatype": "BYTES", "parameters": {"binary_data_size": len(tail)}}
    head = json.dumps({"inputs": [tensor], "outputs": wanted}).encode()
    headers = {"inference-header-content-length": str(len(head)), "content-type": "application/octet-stream"}
    answer = client.post(INFER, content=head + tail, headers=headers)
    length = int(answer.headers["inference-header-content-length"])
    told = json.loads(answer.content[:length])["outputs"]
    sizes = [one["parameters"]["binary_data_size"] for one in told]
    assert answer.content[length : length + sizes[0]] == packed("assigned", "out_of_scope")
    scores = struct.unpack("<6d", answer.content[length + sizes[0] :])
    plain = client.post(INFER, json={"inputs": [text(BORDER, CAKE)], "outputs": [{"name": "scores"}]}).json()
    assert list(scores) == plain["outputs"][0]["data"]


@pytest.mark.parametrize(
    "inputs",
    [
        [],
        [text("a", shape=[2])],
        [text("a", shape=[-1])],
        [text("a", shape=[1, 2])],
        [text("a", shape=[])],
        [text("a", datatype="FP32")],
        [text("a", data=[1])],
        [text("a", data=[["a", "b"]])],
        [text("a", name="other")],
        [text("a"), text("a")],
        [text("a"), text("a", "b", name="title")],
        [{"name": "text", "shape": [1], "datatype": "BYTES"}],
        [text("a", parameters={"binary_data_size": 5})],
        [text("a", parameters={"binary_data_size": "x"})],
        [text("a", parameters={"binary_data_size": -1})],
        [text(*["a"] * 1001)],
        "nonsense",
    ],
)
def test_what_is_no_request_is_told(client: TestClient, inputs: object) -> None:
    answer = client.post(INFER, json={"inputs": inputs})
    assert answer.status_code in {413, 422}
    assert answer.json()["error"]
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "tail", [b"\x01", b"\xff\xff\xff\xff", b"\x02\x00\x00\x00a", b"\x01\x00\x00\x00\xff", packed("a", "b")]
)
def test_damaged_tensors_are_told(client: TestClient, tail: bytes) -> None:
    tensor = {"name": "text", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": len(tail)}}
    head = json.dumps({"inputs": [tensor]}).encode()
    for length in (str(len(head)), str(len(head) + 1), "0", "x", "9" * 30, str(len(head) + len(tail) + 1)):
        answer = client.post(INFER, content=head + tail, headers={"inference-header-content-length": length})
        assert answer.status_code == 422


CLIENT = """
import sys, numpy, tritonclient.http as triton
client = triton.InferenceServerClient(sys.argv[1])
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("topicdesk")
assert client.get_model_metadata("topicdesk")["name"] == "topicdesk"
for binary in (True, False):
    texts = triton.InferInput("text", [2], "BYTES")
    texts.set_data_from_numpy(numpy.array([sys.argv[2], sys.argv[3]], dtype=object), binary_data=binary)
    outputs = [triton.InferRequestedOutput(name, binary_data=binary) for name in ("status", "scores")]
    result = client.infer("topicdesk", [texts], outputs=outputs)
    found = [value.decode() if isinstance(value, bytes) else value for value in result.as_numpy("status")]
    assert found == ["assigned", "out_of_scope"], found
    assert result.as_numpy("scores").shape == (2, 3)
try:
    client.infer("other", [texts])
except triton.InferenceServerException as error:
    assert "topicdesk" in str(error)
else:
    raise SystemExit("no error")
print("good")
"""


def test_tritons_client(home: Path, tmp_path: Path) -> None:
    pytest.importorskip("tritonclient.http", reason="tritonclient is not installed")
    with server(home, tmp_path) as one:
        command = [sys.executable, "-W", "ignore", "-c", CLIENT, f"127.0.0.1:{one.port}", BORDER, CAKE]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "good\n", done.stderr
