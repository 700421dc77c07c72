"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tqdm import tqdm

from facenet_core import presets
from facenet_core.detect import Detector
from facenet_core.detect.mtcnn import MtcnnDetector
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.evaluate import report

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

T = TypeVar("T")


def add_preset(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--preset",
        default=presets.DEFAULT,
        metavar="NAME|DIR",
        help=f"an embedder that ships inside, or the folder of another (default: {presets.DEFAULT})",
    )


def add_device(command: argparse.ArgumentParser) -> None:
    command.add_argument("--device", default="auto", help="auto, cpu, gpu or gpu:N (default: auto)")


def add_detector(command: argparse.ArgumentParser) -> None:
    command.add_argument("--yunet", type=Path, metavar="FILE.onnx", help="detect with this YuNet, not with mtcnn")


def add_results(command: argparse.ArgumentParser, plots: str) -> None:
    """What `give_results` does with results; `plots` says what is drawn."""
    command.add_argument("--json", action="store_true", help="print JSON, in one line")
    command.add_argument("--out", type=Path, metavar="FILE.json", help="also keep the results in this file")
    command.add_argument("--plots", type=Path, metavar="DIR", help=f"draw {plots} in this folder")


def give_results(
    options: argparse.Namespace,
    record: Mapping[str, Any],
    table: str,
    figures: Callable[[], Mapping[str, Figure]],
) -> None:
    """Print the results, and only then keep them, so that a full disk costs nobody an hour of measuring."""
    print(json.dumps(record) if options.json else table)
    if options.out:
        report.write_json(options.out, record)
    if options.plots:
        report.save_plots(options.plots, figures())


def detector(options: argparse.Namespace) -> Detector:
    return YuNetDetector(options.yunet) if options.yunet else MtcnnDetector()


def progress(items: Sequence[T], unit: str = "photo") -> Iterable[T]:
    """`items`, with a progress bar on a terminal."""
    bar: Iterable[T] = tqdm(items, unit=unit, disable=None)
    return bar
