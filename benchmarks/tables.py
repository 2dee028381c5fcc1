"""What a benchmark found: a table as text and as Markdown, the bars of its picture, and verdicts on targets."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """One part's result; the first column of `rows` names a rival, `bars` are what the picture shows of it."""

    title: str
    about: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    targets: Sequence[str] = ()
    unit: str = ""
    bars: Sequence[tuple[str, float]] = field(default=())

    def markdown(self) -> str:
        """Return the table for benchmarks/README.md."""
        lines = [f"### {self.title}", "", self.about, "", _row(self.columns)]
        lines += [_row(["---"] + ["---:"] * (len(self.columns) - 1)), *map(_row, self.rows)]
        return "\n".join([*lines, "", *(f"- {target}" for target in self.targets)]).rstrip() + "\n"

    def text(self) -> str:
        """Return the table for a terminal."""
        cells = [self.columns, *self.rows]
        widths = [max(len(row[n]) for row in cells) for n in range(len(self.columns))]
        lines = [
            "  ".join(f"{cell:{'<' if not n else '>'}{widths[n]}}" for n, cell in enumerate(row)).rstrip()
            for row in cells
        ]
        return "\n".join([self.title, self.about, "", *lines, "", *self.targets])


def target(what: str, found: float, wanted: float, unit: str = "", *, least: bool = True) -> str:
    """Return a verdict; `least` says whether the wanted figure is the least or the most."""
    met = found >= wanted if least else found <= wanted
    sign = ">=" if least else "<="
    return f"{what}: {number(found)}{unit} (target {sign} {number(wanted)}{unit}: {'met' if met else 'NOT MET'})"


def number(value: float) -> str:
    """Return a figure with as many digits as it is worth."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
