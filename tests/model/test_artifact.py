import dataclasses
import io
from typing import Any

import joblib
import numpy as np
import pytest

from model import artifact
from model.article import Article
from model.artifact import format1
from model.errors import InvalidModelError
from model.parameters import Parameters
from model.scorer import Scorer
from tests.conftest import ROOT
from tests.small import small


def test_round_trip(parameters: Parameters) -> None:
    loaded = artifact.load(artifact.dump(parameters))
    assert loaded.digest == parameters.digest
    assert loaded.terms == parameters.terms
    assert loaded.facts == parameters.facts


def test_the_file_holds_plain_data_only(parameters: Parameters) -> None:
    content = joblib.load(io.BytesIO(artifact.dump(parameters)))
    assert {type(value) for value in content.values()} == {str, int, bytes, np.ndarray}


def test_the_digest_sees_every_number(parameters: Parameters) -> None:
    for name in Parameters.ARRAYS:
        changed = getattr(parameters, name).copy()
        changed.flat[-1] = np.nextafter(changed.flat[-1], np.inf)
        assert dataclasses.replace(parameters, **{name: changed}).digest != parameters.digest


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
def test_a_cut_file_is_refused(parameters: Parameters, kept: int) -> None:
    with pytest.raises(InvalidModelError):
        artifact.load(artifact.dump(parameters)[:kept])


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 99},
        {"metadata": b"{}"},
        {"metadata": b"not json"},
        {"idf": None},
        {"idf": np.zeros(3)},
        {"coef": np.full((3, 3), np.nan)},
        {"intercept": np.full(3, np.inf)},
        {"slope": np.zeros(3, np.float32)},
        {"ends": np.array([1, 2, 3])},
        {"format": np.zeros(1)},
        {"format": b"topicdesk-model"},
        {"version": np.ones(1, np.int64)},
        {"version": "1"},
        {"version": 2},
        {"more": 1},
        {"terms": np.full(10, 255, np.uint8)},
    ],
    ids=lambda change: "-".join(f"{name}={str(value)[:8]}" for name, value in change.items()),
)
def test_a_wrong_file_is_refused(parameters: Parameters, change: dict[str, object]) -> None:
    content = joblib.load(io.BytesIO(artifact.dump(parameters))) | change
    with pytest.raises(InvalidModelError):
        artifact.load(dumped(content))


@pytest.mark.parametrize("ends", [[-1, 5], [5, 5], [9, 5], [5, 9], [5, 11], []])
def test_terms_must_fit_their_ends(ends: list[int]) -> None:
    content = format1.pack(small()) | {"terms": np.zeros(10, np.uint8), "ends": np.array(ends, np.int64)}
    content |= {"idf": np.ones(len(ends)), "coef": np.ones((2, len(ends)))}
    with pytest.raises(InvalidModelError, match="the ends of the terms do not fit"):
        artifact.load(dumped({"format": "topicdesk-model", "version": 1, **content}))


def test_a_file_of_format_1_stays_readable() -> None:
    """The file was written by the first version of topicdesk; never renew it."""
    model = artifact.load((ROOT / "tests" / "fixtures" / "models" / "format-1.joblib").read_bytes())
    assert model.digest == "e76a4600019bbcd58a189a07ebcca0447bb2ea4be922805f36569d719624ce3d"
    assert {"terminal tonnage", "strasse", "2024"} < set(model.terms)
    article = Article(
        title="Ferry strike",
        text="The harbour ferry was delayed when the crane at the container terminal fell on the train.",
    )
    scores = Scorer(model).score(article).probabilities
    assert scores == pytest.approx((0.0007205125586551547, 0.8286506038653804), abs=1e-12)


def test_another_format_gets_a_reader_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a second format would come: its dict is another one, and files of the first are read as before."""
    model = small()

    def unpack_2(content: dict[str, Any]) -> Parameters:
        first = {name: value for name, value in content.items() if name != "heads"}
        return format1.unpack(first | {name: content["heads"][n] for n, name in enumerate(("slope", "shift"))})

    second = format1.pack(model) | {"format": "topicdesk-model", "version": 2}
    second |= {"heads": np.stack([second.pop("slope"), second.pop("shift")])}
    with pytest.raises(InvalidModelError, match="has format 2; this version of topicdesk reads 1"):
        artifact.load(dumped(second))
    monkeypatch.setitem(artifact.READERS, 2, unpack_2)
    assert artifact.load(dumped(second)).digest == model.digest
    assert artifact.load(artifact.dump(model)).digest == model.digest


def dumped(content: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    joblib.dump(content, buffer, protocol=artifact.PROTOCOL)
    return buffer.getvalue()
