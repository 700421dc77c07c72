"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tqdm import tqdm

from facenet_core import presets
from facenet_core.detect import Detector
from facenet_core.detect.mtcnn import MtcnnDetector
from facenet_core.detect.yunet import YuNetDetector

if TYPE_CHECKING:
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


def detector(options: argparse.Namespace) -> Detector:
    return YuNetDetector(options.yunet) if options.yunet else MtcnnDetector()


def progress(items: Sequence[T], unit: str = "photo") -> Iterable[T]:
    """`items`, with a progress bar on a terminal."""
    bar: Iterable[T] = tqdm(items, unit=unit, disable=None)
    return bar
