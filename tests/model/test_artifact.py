import dataclasses
import io

import joblib
import numpy as np
import pytest

from model import artifact
from model.errors import InvalidModelError
from model.parameters import Parameters


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
        {"terms": np.full(10, 255, np.uint8)},
    ],
    ids=lambda change: "-".join(f"{name}={str(value)[:8]}" for name, value in change.items()),
)
def test_a_wrong_file_is_refused(parameters: Parameters, change: dict[str, object]) -> None:
    content = joblib.load(io.BytesIO(artifact.dump(parameters))) | change
    buffer = io.BytesIO()
    joblib.dump(content, buffer)
    with pytest.raises(InvalidModelError):
        artifact.load(buffer.getvalue())
