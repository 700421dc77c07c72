"""What an evaluation leaves behind: figures, and a record in JSON. Figures hold no state outside themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facenet_core.files import replaced

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Told apart by most colour-blind eyes (Okabe and Ito 2008, "Color universal design").
GENUINE, IMPOSTORS = "#0072B2", "#D55E00"
SIZE, DPI = (6.4, 4.8), 150


def roc_plot(curves: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]], fewest: float = 1e-6) -> Figure:
    """The true accept rate over the false accept rate, this on a logarithmic scale from `fewest`, at most .01, on.

    A good `fewest` is 1 / impostor pairs, the least rate but 0, whose true accepts are drawn at that end.
    `curves` holds for each name the false and the true accept rates [points], both rising, drawn as steps.
    """
    figure, axes = _figure()
    # Two decades at least: within one, the axis has next to no marks.
    fewest = min(fewest, 0.01)
    for name, (far, tar) in curves.items():
        axes.step(np.maximum(far, fewest), tar, where="post", label=name)
    axes.set(xscale="log", xlim=(fewest, 1), ylim=(0, 1.01), xlabel="false accept rate", ylabel="true accept rate")
    axes.grid(True, which="major", alpha=0.4)
    axes.legend(loc="lower right")
    return figure


def histogram_plot(
    edges: NDArray[np.float64],
    genuine: NDArray[np.integer],
    impostors: NDArray[np.integer],
    thresholds: Mapping[str, float] | None = None,
) -> Figure:
    """How often each similarity occurs, as densities: edges [bins + 1], counts of both kinds of pairs [bins].

    `thresholds` are drawn as lines, by name.
    """
    figure, axes = _figure()
    for name, counts, colour in (("two people", impostors, IMPOSTORS), ("one person", genuine, GENUINE)):
        density = counts / np.maximum(counts.sum() * np.diff(edges), 1e-300)
        axes.stairs(density, edges, fill=True, alpha=0.5, color=colour, label=f"{name}, {counts.sum():,} pairs")
    for (name, threshold), style in zip((thresholds or {}).items(), ("--", "-.", ":", "-") * 8, strict=False):
        axes.axvline(threshold, color="black", linestyle=style, linewidth=1, label=f"{name}: {threshold:.3f}")
    axes.set(xlabel="cosine similarity", ylabel="density", xlim=(edges[0], edges[-1]))
    axes.legend(loc="upper left")
    return figure


def reliability_plot(
    predicted: NDArray[np.float64], observed: NDArray[np.float64], counts: NDArray[np.integer]
) -> Figure:
    """Whether probabilities come true: pairs are binned by the probability they were given (DeGroot, Fienberg 1983).

    For each bin that holds pairs: the mean `predicted` probability, the share `observed` to be of one person, and how
    many pairs there are, all [bins]. The counts are drawn below, on a logarithmic scale.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIZE[0], SIZE[1] * 1.25), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    above.plot((0, 1), (0, 1), color="grey", linestyle="--", linewidth=1, label="as it should be")
    above.plot(predicted, observed, marker="o", color=GENUINE, label="measured")
    above.set(ylabel="share that is one person", xlim=(0, 1), ylim=(0, 1))
    above.grid(True, alpha=0.4)
    above.legend(loc="upper left")
    below.bar(predicted, counts, width=0.02, color=GENUINE)
    # From below one pair on: an axis that begins at the fewest would hide their bar.
    below.set(xlabel="predicted probability of one person", ylabel="pairs", yscale="log", ylim=(0.5, 2 * counts.max()))
    return figure


def clicks_plot(shares: NDArray[np.float64], clicks: NDArray[np.integer], perfect: NDArray[np.integer]) -> Figure:
    """How many clicks name each of `shares` (0..1, rising) of the faces, and how many of a perfect clustering, [n]."""
    figure, axes = _figure()
    axes.plot(shares, clicks, color=GENUINE, label="this clustering")
    axes.plot(shares, perfect, color="grey", linestyle="--", linewidth=1, label="a perfect one")
    axes.set(xlabel="share of the faces that have a name", ylabel="clicks", xlim=(0, 1), ylim=(0, None))
    axes.grid(True, alpha=0.4)
    axes.legend(loc="upper left")
    return figure


def reject_plot(dropped: NDArray[np.float64], rates: Mapping[str, NDArray[np.float64]]) -> Figure:
    """False non-match rates over the share of the faces that is `dropped`, both [points], for each name."""
    figure, axes = _figure()
    for name, rate in rates.items():
        axes.plot(dropped, rate, marker=".", label=name)
    axes.set(xlabel="share of the faces dropped", ylabel="false non-match rate", xlim=(0, None), ylim=(0, None))
    axes.grid(True, alpha=0.4)
    axes.legend(loc="lower left")
    return figure


def precision_recall_plot(curves: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]) -> Figure:
    """Precision over recall: for each name the recall, rising, and the precision, each [points]."""
    figure, axes = _figure()
    for name, (recall, precision) in curves.items():
        axes.plot(recall, precision, label=name)
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="recall", ylabel="precision")
    axes.grid(True, alpha=0.4)
    axes.legend(loc="lower left")
    return figure


def thresholds_plot(thresholds: NDArray[np.float64], shares: Mapping[str, NDArray[np.float64]]) -> Figure:
    """Shares, 0..1, over the threshold of the score that they depend on, each [points], by name."""
    figure, axes = _figure()
    for name, share in shares.items():
        axes.plot(thresholds, share, label=name)
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="threshold of the score", ylabel="share")
    axes.grid(True, alpha=0.4)
    axes.legend(loc="best")
    return figure


def bars_plot(
    names: Sequence[str], values: Sequence[float], errors: Sequence[float], label: str, line: float = 0.0
) -> Figure:
    """A bar from `line` to each of `values` [n], with standard errors [n], from the top down; `label` tells of what."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIZE[0], max(SIZE[1], 0.25 * len(names))), layout="constrained")
    axes = figure.subplots()
    axes.barh(names, [value - line for value in values], left=line, xerr=errors, color=GENUINE, capsize=2)
    axes.axvline(line, color="grey", linewidth=1)
    axes.invert_yaxis()
    axes.set(xlabel=label)
    axes.grid(True, axis="x", alpha=0.4)
    return figure


def histogram(
    scores: NDArray[np.floating], same: NDArray[np.bool_], bins: int = 80
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """The edges [bins + 1] over -1..1 and the counts of genuine and impostor pairs [bins], for `histogram_plot`."""
    edges = np.linspace(-1, 1, bins + 1)
    clipped = np.clip(scores, -1, 1)
    return edges, np.histogram(clipped[same], edges)[0], np.histogram(clipped[~same], edges)[0]


def save_plots(folder: Path, figures: Mapping[str, Figure]) -> list[Path]:
    """Write each figure to `folder`/NAME.png, making the folder. Returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{name}.png" for name in figures]
    for file, figure in zip(files, figures.values(), strict=True):
        figure.savefig(file, dpi=DPI)
    return files


def write_json(file: Path, record: Mapping[str, Any]) -> None:
    """Keep a record as JSON, in one step. In ASCII, since it may hold file names that are no Unicode."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with replaced(file) as out:
        out.write((json.dumps(record, indent=2) + "\n").encode("ascii"))


def _figure() -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, layout="constrained")
    return figure, figure.subplots()
