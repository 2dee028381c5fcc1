"""The Open Inference Protocol (V2, REST): the model as a server of tensors, for clients that know many model servers.

Specification: https://github.com/kserve/open-inference-protocol, with Triton's binary tensor data extension, which its
client uses unless told otherwise. One model, `topicdesk`; inputs `text` and `title` (BYTES, one element an article);
outputs `status`, `reason`, `topics` (BYTES; topics joined by commas) and `scores` (FP64, articles x topics).
"""

import struct
from collections.abc import Sequence
from typing import Any

import msgspec

from model.article import Article
from model.classifier import Classifier
from model.decision import Decision
from model.errors import InvalidInputError, NotFoundError, TooLargeError
from service.handlers import classify
from service.settings import Settings

NAME = "topicdesk"
OUTPUTS = ("status", "reason", "topics", "scores")
_LENGTH = struct.Struct("<I")


class Tensor(msgspec.Struct, kw_only=True):
    """An input: its data as JSON, or as many bytes behind the JSON as its parameters say."""

    name: str
    shape: list[int]
    datatype: str
    parameters: dict[str, Any] = {}
    data: list[Any] | msgspec.UnsetType = msgspec.UNSET


class Wanted(msgspec.Struct, kw_only=True):
    """An output that is asked for."""

    name: str
    parameters: dict[str, Any] = {}


class InferenceRequest(msgspec.Struct, kw_only=True):
    """What is to be inferred."""

    inputs: list[Tensor]
    id: str | None = None
    parameters: dict[str, Any] = {}
    outputs: list[Wanted] | None = None


class Answer(msgspec.Struct, frozen=True):
    """The JSON of an answer, and the bytes that stand behind it where some were asked for so."""

    head: bytes
    tail: bytes


def server() -> dict[str, Any]:
    """Return the server's metadata."""
    return {"name": NAME, "version": "1", "extensions": ["binary_tensor_data"]}


def check(name: str, version: str | None, classifier: Classifier) -> None:
    """Raise `NotFoundError` for another model or version than the one that serves."""
    if name != NAME or version not in (None, classifier.model_id):
        raise NotFoundError(f"the model that serves is {NAME}, in the version that its metadata names")


def model(classifier: Classifier) -> dict[str, Any]:
    """Return the model's metadata; -1 stands for the number of articles."""
    topics = len(classifier.parameters.taxonomy.ids)
    return {
        "name": NAME,
        "versions": [classifier.model_id],
        "platform": "topicdesk_tfidf",
        "inputs": [
            {"name": "text", "datatype": "BYTES", "shape": [-1]},
            {"name": "title", "datatype": "BYTES", "shape": [-1], "parameters": {"optional": True}},
        ],
        "outputs": [
            {"name": "status", "datatype": "BYTES", "shape": [-1]},
            {"name": "reason", "datatype": "BYTES", "shape": [-1]},
            {"name": "topics", "datatype": "BYTES", "shape": [-1]},
            {
                "name": "scores",
                "datatype": "FP64",
                "shape": [-1, topics],
                "parameters": {"topics": ",".join(classifier.parameters.taxonomy.ids)},
            },
        ],
    }


def infer(body: bytes, head_length: int | None, classifier: Classifier, settings: Settings) -> Answer:
    """Answer a request, whose JSON is `head_length` bytes long where tensors stand behind it.

    Raises `InvalidInputError` or `TooLargeError`.
    """
    if head_length is not None and not 0 < head_length <= len(body):
        raise InvalidInputError("Inference-Header-Content-Length is not within the body")
    request = classify.decode(body[:head_length], InferenceRequest)
    texts = _strings(request, memoryview(body)[len(body) if head_length is None else head_length :], settings)
    number = len(texts["text"])
    titles: Sequence[str | None] = texts.get("title") or [None] * number
    if len(titles) != number:
        raise InvalidInputError("`title` has another number of elements than `text`")
    articles = [Article(text=text, title=title) for text, title in zip(texts["text"], titles, strict=True)]
    for article in articles:
        classify.check_length(article, settings)
    return _answer(request, classifier.classify_batch(articles), classifier)


def _strings(request: InferenceRequest, tail: memoryview, settings: Settings) -> dict[str, list[str]]:
    """Return the inputs by name, each a list of as many texts as its shape says."""
    found: dict[str, list[str]] = {}
    for tensor in request.inputs:
        if tensor.name not in {"text", "title"} or tensor.name in found:
            raise InvalidInputError("the inputs are `text` and, if there is one, `title`")
        if tensor.datatype != "BYTES":
            raise InvalidInputError(f"`{tensor.name}` is of another datatype than BYTES")
        count = _count(tensor.shape)
        if count > settings.max_batch:
            raise TooLargeError(f"{count} articles in one request; the most is {settings.max_batch}")
        size = tensor.parameters.get("binary_data_size")
        if size is None:
            values = _flat(tensor.data)
        elif isinstance(size, int) and 0 <= size <= len(tail):
            values, tail = _unpacked(tail[:size]), tail[size:]
        else:
            raise InvalidInputError("`binary_data_size` is not within the body")
        if len(values) != count:
            raise InvalidInputError(f"`{tensor.name}` has {len(values)} elements; its shape says {count}")
        found[tensor.name] = values
    if "text" not in found:
        raise InvalidInputError("the input `text` is missing")
    if len(tail):
        raise InvalidInputError("there are more bytes behind the JSON than the inputs take")
    return found


def _count(shape: list[int]) -> int:
    """Return the number of elements of a vector, or of a matrix with one column."""
    if len(shape) not in {1, 2} or shape[0] < 0 or shape[1:] not in ([], [1]):
        raise InvalidInputError("the shape of an input is [N] or [N, 1]")
    return shape[0]


def _flat(data: list[Any] | msgspec.UnsetType) -> list[str]:
    if data is msgspec.UNSET:
        raise InvalidInputError("an input has neither `data` nor `binary_data_size`")
    values = [item[0] if isinstance(item, list) and len(item) == 1 else item for item in data]
    if not all(isinstance(value, str) for value in values):
        raise InvalidInputError("the elements of BYTES are strings")
    return values


def _unpacked(data: memoryview) -> list[str]:
    """Return the elements of a binary BYTES tensor: each after its length in four bytes, little end first."""
    values, place = [], 0
    while place < len(data):
        if place + _LENGTH.size > len(data):
            raise InvalidInputError("a BYTES tensor ends within a length")
        (length,) = _LENGTH.unpack_from(data, place)
        place += _LENGTH.size
        if place + length > len(data):
            raise InvalidInputError("a BYTES tensor ends within an element")
        try:
            values.append(str(data[place : place + length], "utf-8"))
        except UnicodeDecodeError:
            raise InvalidInputError("an element of a BYTES tensor is not UTF-8") from None
        place += length
    return values


def _answer(request: InferenceRequest, decisions: list[Decision], classifier: Classifier) -> Answer:
    topics = classifier.parameters.taxonomy.ids
    columns: dict[str, list[Any]] = {
        "status": [one.status.value for one in decisions],
        "reason": ["" if one.reason is None else one.reason.value for one in decisions],
        "topics": [",".join(one.topics) for one in decisions],
        "scores": [one.scores[topic] for one in decisions for topic in topics],
    }
    wanted = request.outputs or [Wanted(name=name) for name in OUTPUTS]
    all_binary = request.parameters.get("binary_data_output") is True
    outputs, tails = [], []
    for output in wanted:
        if output.name not in columns:
            raise InvalidInputError(f"the outputs are {', '.join(OUTPUTS)}")
        values = columns[output.name]
        scores = output.name == "scores"
        shape = [len(decisions), len(topics)] if scores else [len(decisions)]
        made: dict[str, Any] = {"name": output.name, "shape": shape, "datatype": "FP64" if scores else "BYTES"}
        if output.parameters.get("binary_data", all_binary) is True:
            tails.append(struct.pack(f"<{len(values)}d", *values) if scores else _packed(values))
            made["parameters"] = {"binary_data_size": len(tails[-1])}
        else:
            made["data"] = values
        outputs.append(made)
    head: dict[str, Any] = {"model_name": NAME, "model_version": classifier.model_id, "outputs": outputs}
    if request.id is not None:
        head["id"] = request.id
    return Answer(msgspec.json.encode(head), b"".join(tails))


def _packed(values: list[str]) -> bytes:
    encoded = [value.encode() for value in values]
    return b"".join(piece for value in encoded for piece in (_LENGTH.pack(len(value)), value))
