"""What is done with a chunk, wherever it is done: rows in, bytes of the output and a count out."""

from collections import Counter
from typing import NamedTuple

from model.classifier import Classifier
from service.labelling import encoders, parquet
from service.labelling.chunks import Chunk, parsed
from service.labelling.decisions import READ, Halted, Refused, decide
from service.labelling.layout import JSONL_TAKEN, Layout

MOST_ERRORS_SHOWN = 5


class Piece(NamedTuple):
    """The output for one chunk, and what became of its rows."""

    data: bytes
    statuses: dict[str, int]
    errors: list[str]


class Work(NamedTuple):
    """Labels chunks: plain data, so that it can be sent to where that is done."""

    classifier: Classifier
    layout: Layout

    def label(self, chunk: Chunk, halted: Halted = lambda: False) -> Piece:
        """Return the output for a chunk. Raises `InvalidInputError` where the file is at fault."""
        layout = self.layout
        columnar = layout.kind == ".parquet" and not isinstance(chunk.content, list)
        rows = parsed(layout.source, chunk, layout.header, READ if columnar else None)
        outcomes = decide(rows, self.classifier, halted)
        topics = self.classifier.parameters.taxonomy.ids
        if layout.kind == ".parquet":
            data = parquet.piece(rows, chunk.content, encoders.flat(outcomes, topics), layout)
        elif layout.kind == ".jsonl":
            data = encoders.pack(encoders.jsonl(rows, map(encoders.result, outcomes), JSONL_TAKEN), layout)
        else:
            data = encoders.pack(encoders.csv_lines(rows, encoders.flat(outcomes, topics), layout), layout)
        data = data if rows else b""
        errors = [one.error for one in outcomes if isinstance(one, Refused)]
        statuses = Counter("error" if isinstance(one, Refused) else str(one.status) for one in outcomes)
        return Piece(data, dict(statuses), errors[:MOST_ERRORS_SHOWN])
