"""The model file: a joblib dump of one plain dict, with no object of any library but numpy's arrays.

Every version of the format has a module of its own here (`format1`), which says what the dict holds, writes it and
reads it. `strict` reads the dump and knows nothing of models: it gives plain data or refuses.

To change the format:

1. Change nothing in `format1`, and keep `tests/fixtures/models/format-1.joblib`: files of it exist, and stay readable.
2. Write `format2` with the new `pack` and `unpack`, and add it to `READERS`. Where it lacks something that `Parameters`
   has gained, `format1.unpack` fills in what was meant before.
3. Let `WRITER` be the new number. Keep a small file of the new format beside the first, and test that it is read.
4. A new kind of value (another dtype, a third dimension) is first to be allowed in `strict`, with a hostile file in
   `tests/faults/hostile.py` that tries to abuse it.

Add no class, no callable and no path to the file, ever: the strict loader has no switch that lets them through.
"""

import io
from collections.abc import Callable

import msgspec

from model.artifact import format1
from model.artifact.format1 import Content
from model.errors import InvalidModelError
from model.parameters import Parameters

FORMAT = "topicdesk-model"
WRITER = 1
READERS: dict[int, Callable[[Content], Parameters]] = {1: format1.unpack}
PROTOCOL = 4  # of pickle; fixed, so that the strict loader knows what to expect
MAX_BYTES = 1 << 30


def dump(model: Parameters) -> bytes:
    """Return the model as the bytes of a model file."""
    import joblib

    buffer = io.BytesIO()
    joblib.dump({"format": FORMAT, "version": WRITER, **format1.pack(model)}, buffer, protocol=PROTOCOL)
    return buffer.getvalue()


def load(data: bytes) -> Parameters:
    """Return the model in the bytes of a model file. Raises `InvalidModelError`; nothing in the bytes is executed."""
    from model.artifact import strict

    content = strict.load(data)
    name, version = content.get("format"), content.get("version")
    if not isinstance(name, str) or name != FORMAT:
        raise InvalidModelError("this is not a topicdesk model file")
    if not isinstance(version, int) or version not in READERS:
        known = ", ".join(map(str, READERS))
        raise InvalidModelError(f"the model file has format {version!r:.20}; this version of topicdesk reads {known}")
    try:
        return READERS[version](content)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise InvalidModelError(f"the model file is damaged ({error})") from error
