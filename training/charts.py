"""The pictures of an evaluation, as SVG to stand inside a page."""

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.parameters import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette (2008), which the colour-blind can tell apart
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
RELIABILITY_BINS = 10


def precision_recall(probability: Floats, labels: NDArray[np.bool_], names: list[str]) -> str:
    """Return precision against recall, a line a topic; probabilities and labels (N, T)."""
    from sklearn.metrics import precision_recall_curve

    figure, axes = _new("recall", "precision")
    for n, name in enumerate(names):
        if labels[:, n].any():
            precision, recall, _ = precision_recall_curve(labels[:, n], probability[:, n])
            axes.plot(recall, precision, color=COLOURS[n % len(COLOURS)], label=name)
    axes.legend(loc="lower left")
    return _svg(figure)


def risk_coverage(confidence: Floats, wrong: NDArray[np.bool_]) -> str:
    """Return the share of wrong decisions among the most confident, against how many are decided; both (N,).

    Source of the method: El-Yaniv and Wiener, 2010.
    """
    figure, axes = _new("share of articles decided", "share of those that is wrong")
    order = np.argsort(-confidence, kind="stable")
    count = np.arange(1, len(order) + 1)
    axes.plot(count / len(order), np.cumsum(wrong[order]) / count, color=COLOURS[0])
    axes.set_ylim(0, None)
    return _svg(figure)


def reliability(probability: Floats, labels: NDArray[np.bool_], names: list[str]) -> str:
    """Return how often a topic was true against the probability given for it, in ten bins; (N, T)."""
    figure, axes = _new("probability given", "share that was true")
    axes.plot([0, 1], [0, 1], color="#999999", linestyle=":")
    for n, name in enumerate(names):
        place = np.minimum((probability[:, n] * RELIABILITY_BINS).astype(int), RELIABILITY_BINS - 1)
        filled = [b for b in range(RELIABILITY_BINS) if (place == b).any()]
        given = [probability[place == b, n].mean() for b in filled]
        true = [labels[place == b, n].mean() for b in filled]
        axes.plot(given, true, marker="o", color=COLOURS[n % len(COLOURS)], label=name)
    axes.legend(loc="upper left")
    return _svg(figure)


def _new(across: str, up: str) -> "tuple[Figure, Axes]":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(alpha=0.3)
    axes.set_xlim(0, 1)
    return figure, axes


def _svg(figure: "Figure") -> str:
    text = io.StringIO()
    # neither time nor random ids, so that the same evaluation gives the same page
    figure.savefig(text, format="svg", metadata={"Date": None})
    picture = text.getvalue()
    return picture[picture.index("<svg") :]
