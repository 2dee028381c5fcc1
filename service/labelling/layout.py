"""What the output of a run looks like: its format, and its columns with their types."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from service import outputs
from training import tables
from training.lines import opened

JSONL_TAKEN = ("status", "reason", "topics", "scores", "model", "error")


class Layout(NamedTuple):
    """`own` are the input's columns by the names they have there, with those that they get; none for JSONL.

    `added` are the flat columns that follow. `types` are the Arrow types of the input's columns, where Parquet is
    written; `header` the cells of a CSV's header.
    """

    source: Path
    kind: str
    packed: bool
    added: tuple[str, ...]
    own: dict[str, str]
    types: dict[str, Any]
    header: list[str]

    @property
    def names(self) -> list[str]:
        """The names of all columns."""
        return [*self.own.values(), *self.added]


def inferred(source: Path, target: Path) -> dict[str, str] | None:
    """Return the columns of JSONL with their types, which takes reading it, None where they are not needed."""
    if tables.suffix(source) == ".jsonl" and tables.suffix(target) != ".jsonl":
        return tables.json_types(source)
    return None


def plan(source: Path, target: Path, added: Sequence[str], found: dict[str, str] | None) -> Layout:
    """Return the layout of a run that adds flat columns; `found` is what `inferred` returned."""
    kind, read = tables.suffix(target), tables.suffix(source)
    header: list[str] = []
    if read == ".csv":
        try:
            with opened(source) as (file, _):
                header = tables.csv_header(source, file)[1]
        except Exception as error:
            raise tables.explained(source, error) from error
    own: dict[str, str] = {}
    types: dict[str, Any] = {}
    if kind == ".parquet":
        import pyarrow as pa

        if found is None:
            types = tables.columns(source)
        else:
            types = {name: pa.type_for_alias(alias) for name, alias in found.items()}
    if kind != ".jsonl":
        names = found or header or types or tables.columns(source)
        own = {name: new for new, name in outputs.own({name: name for name in names}, added).items()}
    return Layout(source, kind, target.name.lower().endswith(".gz"), tuple(added), own, types, header)
