"""The folder of a run: what was asked, where and with what it ran, and how each step went."""

from __future__ import annotations

import csv
import importlib.metadata
import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facenet_core.devices import Device, backend, tensorflow
from facenet_core.evaluate.report import save_plots, write_json
from facenet_core.files import replaced
from facenet_core.train.config import Config
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ENVIRONMENT = "environment.json"
METRICS, VALIDATION, PLOTS = "metrics.csv", "validation.csv", "plots"
PACKAGES = ("keras", "tensorflow", "jax", "numpy", "opencv-python-headless")
# Points drawn of a curve; a longer one is shown by means of as many stretches. A smoothed one is drawn from the means
# of as many points around each.
POINTS, SMOOTHED = 1000, 51


@contextmanager
def created(folder: Path) -> Iterator[None]:
    """The folder of a run, taken away again where nothing was written. Raises FacenetError where something is in it."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FacenetError(f"{folder} is not empty: name a new folder, or go on with --resume {folder}.")
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        with suppress(OSError):  # it is not empty, nor are its parents
            for path in made:
                path.rmdir()


class Log:
    """A CSV file with one row a step, in which no step is ever twice."""

    def __init__(self, file: Path, columns: Sequence[str], done: int) -> None:
        """Goes on after step `done`; what was written beyond it, after the checkpoint that counts, is cut off."""
        self._columns = tuple(columns)
        kept = [row for row in read_log(file) if row["step"] <= done] if file.exists() else []
        text = StringIO(newline="")
        writer = csv.DictWriter(text, self._columns)
        writer.writeheader()
        writer.writerows({name: _text(row.get(name)) for name in self._columns} for row in kept)
        with replaced(file) as out:
            out.write(text.getvalue().encode("ascii"))
        # Given away line by line, so that a kill costs no row; only `sync` waits for the disk.
        self._file = file.open("a", buffering=1, encoding="ascii", newline="")
        self._writer = csv.DictWriter(self._file, self._columns)

    def add(self, row: Mapping[str, float]) -> None:
        self._writer.writerow({name: _text(row.get(name)) for name in self._columns})

    def sync(self) -> None:
        """Before a checkpoint: all rows up to it must be on the disk when it is."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def read_log(file: Path) -> list[dict[str, float]]:
    """The rows of a log, without what is empty in them. A last line that was cut off in writing is no row."""
    with file.open(encoding="ascii", newline="") as lines:
        text = lines.read()
    whole = text[: text.rfind("\n") + 1]
    return [{name: float(value) for name, value in row.items() if value} for row in csv.DictReader(whole.splitlines())]


def _text(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.8g}"


class TensorBoard:
    """Writes scalars for TensorBoard. Raises FacenetError where there is no TensorFlow to write them."""

    def __init__(self, folder: Path) -> None:
        try:
            self._tf = tensorflow()
        except ImportError as error:
            raise FacenetError("TensorBoard logs are written by TensorFlow, which is not installed here.") from error
        self._writer = self._tf.summary.create_file_writer(str(folder))
        self._metadata = self._tf.compat.v1.SummaryMetadata()
        self._metadata.plugin_data.plugin_name = "scalars"

    def add(self, group: str, step: int, row: Mapping[str, float]) -> None:
        # tf.summary.scalar needs the package tensorboard, which only reading the logs should ask for.
        with self._writer.as_default():
            for name, value in row.items():
                if name != "step":
                    scalar = self._tf.constant(value, self._tf.float32)
                    self._tf.summary.write(f"{group}/{name}", scalar, step, metadata=self._metadata)

    def close(self) -> None:
        self._writer.close()


def note_environment(folder: Path, device: Device, step: int) -> None:
    """Add this session, which begins after `step`, to `environment.json`: versions, device, git revision.

    Raises FacenetError where the file is damaged.
    """
    file = folder / ENVIRONMENT
    try:
        sessions = list(json.loads(file.read_bytes())["sessions"]) if file.exists() else []
    except (ValueError, TypeError, KeyError) as error:
        raise FacenetError(
            f"{file} is damaged ({error}): delete it to go on, since it only tells where the run ran so far."
        ) from error
    # Installed code may lie in the checkout of something else, which does not track it.
    tracked = _git("ls-files", "--error-unmatch", Path(__file__).name) is not None
    revision, changed = (_git("rev-parse", "HEAD"), _git("status", "--porcelain")) if tracked else (None, None)
    session = {
        "from_step": step,
        "git_revision": revision,
        "git_uncommitted_changes": None if changed is None else bool(changed),
        "backend": backend(),
        "device": str(device),
        "machine": platform.platform(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version for name in PACKAGES if (version := _version(name))},
    }
    write_json(file, {"sessions": [*sessions, session]})


def _git(*arguments: str) -> str | None:
    """What git says about the checkout this code lies in; None outside of one."""
    here = Path(__file__).parent
    try:
        told = subprocess.run(["git", *arguments], cwd=here, capture_output=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return told.stdout.decode(errors="replace").strip() if told.returncode == 0 else None


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def draw(folder: Path, config: Config) -> None:
    """Save the plots of what is logged so far: each part of the loss, the learning rate, the validation."""
    metrics = read_log(folder / METRICS)
    figures = {}
    if metrics:
        parts = ("loss", *config.parts) if len(config.parts) > 1 else config.parts
        shown = "people" if config.by_people else "crops"
        figures["loss"] = loss_plot(metrics, parts)
        figures["learning_rate"] = _curves(metrics, ("learning_rate",), "The learning rate of each step")
        figures["similarity"] = _curves(
            metrics, ("similarity",), f"The mean cosine of different {shown} in a batch\n(near 1: nobody is told apart)"
        )
    validation = read_log(folder / VALIDATION) if (folder / VALIDATION).exists() else []
    if validation:
        names = tuple(name for name in ("accuracy", "auc", "tar", "teacher_cosine") if name in validation[0])
        figures["validation"] = _curves(validation, names, "Scores on faces that are not trained on")
    save_plots(folder / PLOTS, figures)


def loss_plot(metrics: list[dict[str, float]], parts: Sequence[str]) -> Figure:
    """Each part of the loss over the steps of a log."""
    return _curves(metrics, parts, "The loss of each step's batch", smoothed=True)


def _curves(rows: list[dict[str, float]], names: Sequence[str], title: str, smoothed: bool = False) -> Figure:
    """Each column over the steps, in a panel of its own: the parts of a loss differ by orders of magnitude."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 2 + 2.2 * len(names)), layout="constrained")
    figure.suptitle(title)
    stretch = -(-len(rows) // POINTS)
    panels = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
    for name, axes in zip(names, panels, strict=True):
        points = [(row["step"], row[name]) for row in rows if name in row]
        means = np.array([np.mean(points[start : start + stretch], axis=0) for start in range(0, len(points), stretch)])
        smooth = smoothed and len(means) >= 2 * SMOOTHED
        axes.plot(*means.T, marker="o" if len(points) < 30 else None, markersize=3, alpha=0.35 if smooth else 1)
        if smooth:
            around = np.lib.stride_tricks.sliding_window_view(means, SMOOTHED, axis=0)
            axes.plot(*around.mean(axis=-1).T, color="C0", label=f"mean of {SMOOTHED * stretch} steps")
            axes.legend(loc="upper right")
        axes.set(ylabel=name.replace("_", " "))
        axes.grid(True, alpha=0.4)
    panels[-1].set(xlabel="step")
    return figure
