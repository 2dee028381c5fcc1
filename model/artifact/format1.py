"""Format 1 of the model file, as a dict of plain data.

- `format`: "topicdesk-model"; `version`: 1
- `metadata`: JSON text (UTF-8 bytes): taxonomy, analyser, facts
- `terms`: uint8 (B,), the terms in UTF-8, one after another; `ends`: int64 (V,), where each ends
- float64 arrays, shaped as `Parameters` says: idf, coef, intercept, slope, shift, assign_at, review_at
"""

from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from model.analysis import Analyser
from model.operating import PERCENT_CAUGHT, PERCENT_RIGHT
from model.parameters import Facts, Parameters
from model.taxonomy import Taxonomy

Content = dict[str, Any]


class _Metadata(msgspec.Struct, frozen=True):
    taxonomy: Taxonomy
    analyser: Analyser
    facts: Facts


def pack(model: Parameters) -> Content:
    """Return what a file of this format holds besides its name and version."""
    encoded = [term.encode() for term in model.terms]
    content: Content = {
        "metadata": msgspec.json.encode(_Metadata(model.taxonomy, model.analyser, model.facts), order="sorted"),
        "terms": np.frombuffer(b"".join(encoded), "u1"),
        "ends": np.cumsum([len(term) for term in encoded], dtype="<i8"),
    }
    return content | {name: np.ascontiguousarray(getattr(model, name), "<f8") for name in Parameters.ARRAYS}


def unpack(content: Content) -> Parameters:
    """Return the model. Raises `KeyError`, `TypeError`, `ValueError` or msgspec's errors where the data do not fit."""
    if content.keys() != {"format", "version", "metadata", "terms", "ends", *Parameters.ARRAYS}:
        raise ValueError("it holds other entries than its format says")
    metadata = msgspec.json.decode(content["metadata"], type=_Metadata)
    heads, columns = len(metadata.taxonomy.ids), _array(content, "ends", "i8").size
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(Parameters.ARRAYS, (heads,))
    shapes |= {"ends": (columns,), "idf": (columns,), "coef": (heads, columns)}
    shapes |= {"assign_at": (len(PERCENT_RIGHT), heads), "review_at": (len(PERCENT_CAUGHT),)}
    for name, shape in shapes.items():
        array = _array(content, name, "i8" if name == "ends" else "f8")
        if array.shape != shape:
            raise ValueError(f"{name} should have the shape {shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"{name} holds a value that is no number")
    arrays = {name: content[name] for name in Parameters.ARRAYS}
    terms = _terms(_array(content, "terms", "u1"), content["ends"])
    return Parameters(metadata.taxonomy, metadata.analyser, terms, **arrays, facts=metadata.facts)


def _array(content: Content, name: str, dtype: str) -> NDArray[Any]:
    array = content[name]
    if not isinstance(array, np.ndarray) or array.dtype != np.dtype(dtype):
        raise TypeError(f"{name} should be an array of {np.dtype(dtype).name}")
    return array


def _terms(blob: NDArray[np.uint8], ends: NDArray[np.int64]) -> tuple[str, ...]:
    starts = np.concatenate([np.zeros(1, np.int64), ends])
    if starts[-1] != blob.size or (starts[1:] <= starts[:-1]).any():
        raise ValueError("the ends of the terms do not fit the terms")
    data, places = blob.tobytes(), starts.tolist()
    terms = tuple(data[start:end].decode() for start, end in pairwise(places))
    if len(set(terms)) < len(terms):
        raise ValueError("a term stands twice")
    return terms
