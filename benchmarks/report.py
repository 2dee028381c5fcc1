"""The tables and the picture that are kept of `make bench`."""

import io
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.tables import Table, number
from model.files import write_atomically

ROOT = Path(__file__).parent.parent
README, PICTURE = ROOT / "benchmarks" / "README.md", ROOT / "docs" / "speed.svg"
BEGIN, END = "<!-- made by `python -m benchmarks --write`: begin -->\n", "<!-- end -->\n"


def write(tables: Sequence[Table]) -> None:
    """Put the tables between the marks in the README, and draw the picture."""
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, found, after = rest.partition(END)
    assert found, f"{README} has lost its marks"
    middle = "\n".join([machine() + "\n", *(table.markdown() for table in tables)])
    write_atomically(README, "".join([before, BEGIN, middle, END, after]).encode())
    write_atomically(PICTURE, draw(tables).encode())


def machine() -> str:
    """Say when and on what this was measured, and how busy others kept it."""
    busy = os.getloadavg()[2]
    cpus = len(os.sched_getaffinity(0))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {cpus} processors ({platform.machine()}), Python {platform.python_version()}; "
        f"mean load of the last quarter of an hour {busy:.1f}."
    )


def draw(tables: Sequence[Table]) -> str:
    """Return the bars of all tables, those far apart on a logarithmic scale, as SVG on white for dark pages too."""
    from matplotlib.figure import Figure

    drawn = [table for table in tables if table.bars]
    sizes = [len(table.bars) for table in drawn]
    figure = Figure(figsize=(9, 0.32 * sum(sizes) + 0.8 * len(drawn)), layout="constrained", facecolor="white")
    for axes, table in zip(figure.subplots(len(drawn), squeeze=False, height_ratios=sizes)[:, 0], drawn, strict=True):
        names, values = zip(*table.bars, strict=True)
        colours = ["#b5451b" if _own(name) else "#6b7f95" for name in names]
        bars = axes.barh(names, values, color=colours)
        axes.bar_label(bars, labels=[number(value) for value in values], padding=3, fontsize=8)
        wide = max(values) > 10 * min(values)
        axes.set(
            xscale="log" if wide else "linear",
            title=f"{table.title}, {table.unit}",
            xlim=(min(values) / 2, max(values) * 3) if wide else (0, max(values) * 1.2),
        )
        axes.tick_params(axis="y", labelsize=8)
        axes.invert_yaxis()
        axes.spines[["top", "right"]].set_visible(False)
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


def _own(name: str) -> bool:
    return name.startswith(("topicdesk", "POST /v1"))
