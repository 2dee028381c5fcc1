"""The model file: a joblib dump of one plain dict, with no object of any library but numpy's arrays.

Format 1:

- `format`: "topicdesk-model"; `version`: 1
- `metadata`: JSON text (UTF-8 bytes): taxonomy, analyser, facts
- `terms`: uint8 (B,), the terms in UTF-8, one after another; `ends`: int64 (V,), where each ends
- float64 arrays, shaped as `Parameters` says: idf, coef, intercept, slope, shift, assign_at, review_at
"""

import io
from typing import Any

import msgspec
import numpy as np

from model.analysis import Analyser
from model.errors import InvalidModelError
from model.operating import PERCENT_CAUGHT, PERCENT_RIGHT
from model.parameters import Facts, Parameters
from model.taxonomy import Taxonomy

FORMAT, VERSION = "topicdesk-model", 1


class _Metadata(msgspec.Struct, frozen=True):
    taxonomy: Taxonomy
    analyser: Analyser
    facts: Facts


def dump(model: Parameters) -> bytes:
    """Return the model as the bytes of a model file."""
    import joblib

    encoded = [term.encode() for term in model.terms]
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "metadata": msgspec.json.encode(_Metadata(model.taxonomy, model.analyser, model.facts), order="sorted"),
        "terms": np.frombuffer(b"".join(encoded), np.uint8),
        "ends": np.cumsum([len(term) for term in encoded], dtype=np.int64),
    }
    content |= {name: getattr(model, name) for name in Parameters.ARRAYS}
    buffer = io.BytesIO()
    joblib.dump(content, buffer)
    return buffer.getvalue()


def load(data: bytes) -> Parameters:
    """Return the model in the bytes of a model file.

    joblib's format can carry code: pass only bytes whose origin has been checked. Raises `InvalidModelError`.
    """
    import joblib

    try:
        content = joblib.load(io.BytesIO(data))
    except Exception as error:
        raise InvalidModelError(f"the model file cannot be read ({type(error).__name__})") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InvalidModelError("this is not a topicdesk model file")
    if content.get("version") != VERSION:
        raise InvalidModelError(f"the model file has format {content.get('version')}; this version reads {VERSION}")
    try:
        return _parse(content)
    except (KeyError, TypeError, AttributeError, ValueError, msgspec.MsgspecError) as error:
        raise InvalidModelError(f"the model file is damaged ({error})") from error


def _parse(content: dict[str, Any]) -> Parameters:
    metadata = msgspec.json.decode(content["metadata"], type=_Metadata)
    blob, ends = content["terms"].tobytes(), content["ends"].tolist()
    terms = tuple(blob[start:end].decode() for start, end in zip([0, *ends], ends, strict=False))
    heads, columns = len(metadata.taxonomy.ids), len(terms)
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(Parameters.ARRAYS, (heads,))
    shapes |= {"idf": (columns,), "coef": (heads, columns)}
    shapes |= {"assign_at": (len(PERCENT_RIGHT), heads), "review_at": (len(PERCENT_CAUGHT),)}
    for name, shape in shapes.items():
        array = content[name]
        if not isinstance(array, np.ndarray) or array.dtype != np.float64 or array.shape != shape:
            raise ValueError(f"{name} should be float64 of shape {shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"{name} holds a value that is no number")
    if len(set(terms)) < columns:
        raise ValueError("a term stands twice")
    arrays = {name: content[name] for name in shapes}
    return Parameters(metadata.taxonomy, metadata.analyser, terms, **arrays, facts=metadata.facts)
