"""Short training runs side by side: python -m tests.bench.training --crops DIR --pairs FILE --packs DIR --out RUNS

Trains each backbone with each loss on the same number of crops, verifies it on pairs of people it was not trained on,
and prints a table: parameters, multiply-adds, crops a second in training, faces a second of the trained network in ONNX
Runtime, how far the loss fell and how far above chance the accuracy is. `--crops` is a folder that
`python -m facenet_core align` wrote, `--packs` holds crops with a teacher for `distill`. A run whose folder is there is
not trained again.
"""

from __future__ import annotations

import argparse
import csv
import math
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from facenet_core import export, networks, presets
from facenet_core.backbones import BACKBONES
from facenet_core.data.pairs import parse_folds, read_pairs
from facenet_core.embed import Embedder
from facenet_core.train.config import LOSSES

FOLDS = "8-10"
# Small, so that even the largest network sees enough crops in minutes.
SIZE = 80
BATCHES = {"softmax": (32, 2), "triplet": (16, 4), "softmax+triplet": (16, 4), "margin": (32, 2)}
# AlexNet-v2 has no batch norm, and without one longer steps are too long; Inception-v3's are for triplets.
LEARNING_RATES = {"alexnet_v2": 0.0003, "inception_v3-triplet": 0.001}
LEARNING_RATE = 0.003
# The mean of so many steps stands for the loss at either end of a run.
ENDS = 20
COLUMNS = (
    "backbone",
    "loss",
    "parameters",
    "multiply-adds",
    "steps",
    "crops/s trained",
    "faces/s embedded",
    "loss from",
    "to",
    "accuracy",
    "standard errors above chance",
)


def command(arguments: argparse.Namespace, backbone: str, loss: str, run: Path) -> list[str]:
    data = arguments.packs if loss == "distill" else arguments.crops
    batch = ["--batch", "64"]
    if loss in BATCHES:
        people, pictures = BATCHES[loss]
        batch = ["--people", str(people), "--pictures", str(pictures)]
    rate = LEARNING_RATES.get(f"{backbone}-{loss}", LEARNING_RATES.get(backbone, LEARNING_RATE))
    return [
        *(sys.executable, "-m", "facenet_core", "train", "--data", str(data), "--backbone", backbone, "--loss", loss),
        *("--size", str(SIZE), *batch, "--augmentation", "none", "--augmentation", "flip=0.5", "--dropout", "0.2"),
        *("--steps", str(arguments.steps), "--learning-rate", str(rate)),
        *("--warmup", "20", "--clip", "5", "--statistics", "8", "--device", "cpu", "--out", str(run)),
        *("--pairs", str(arguments.pairs), "--pair-images", str(arguments.crops), "--folds", FOLDS),
    ]


def falls(run: Path, part: str = "loss") -> tuple[float, float, int, float]:
    """The loss at the start and at the end of a run, its steps, and crops a second."""
    with (run / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    values = [float(row[part]) for row in rows]
    speed = float(np.median([float(row["images_per_second"]) for row in rows]))
    return float(np.mean(values[:ENDS])), float(np.mean(values[-ENDS:])), len(rows), speed


def accuracy(run: Path) -> float:
    with (run / "validation.csv").open(newline="") as file:
        return float(list(csv.DictReader(file))[-1]["accuracy"])


def faces_a_second(run: Path) -> float:
    """The median over batches of the trained network, exported to ONNX, with two threads."""
    preset = presets.get(run)
    if preset.inference_file is None:
        preset, _ = export.write(preset, "onnx", run / "embedder.onnx")
    crops = export.random_crops(32, preset.crop_size)
    embedder = Embedder(preset, "cpu", threads=2)
    seconds = []
    for _ in range(12):
        begun = time.perf_counter()
        embedder.embed(crops)
        seconds.append(time.perf_counter() - begun)
    return len(crops) / float(np.median(seconds[2:]))


def row(run: Path, backbone: str, loss: str, pairs: int) -> Iterator[str]:
    network = presets.network(presets.get(run))
    first, last, steps, speed = falls(run)
    right = accuracy(run)
    yield from (backbone, loss, f"{network.count_params():,}", f"{networks.multiply_adds(network) / 1e6:,.0f} M")
    yield from (f"{steps:,}", f"{speed:.0f}", f"{faces_a_second(run):.0f}", f"{first:.3f}", f"{last:.3f}")
    yield from (f"{100 * right:.1f} %", f"{(right - 0.5) / math.sqrt(0.25 / pairs):.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("crops", "pairs", "packs", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--backbones", nargs="+", choices=BACKBONES, default=list(BACKBONES))
    parser.add_argument("--losses", nargs="+", choices=LOSSES, default=["softmax", "triplet", "distill"])
    arguments = parser.parse_args()
    pairs = len(read_pairs(arguments.pairs, arguments.crops, parse_folds(FOLDS)))
    print("|", " | ".join(COLUMNS), "|")
    print("|", " | ".join("---" for _ in COLUMNS), "|")
    for backbone in arguments.backbones:
        for loss in arguments.losses:
            run = arguments.out / f"{backbone}-{loss}"
            if not (run / presets.FILE).exists():
                subprocess.run(command(arguments, backbone, loss, run), check=True, stdout=subprocess.DEVNULL)
            print("|", " | ".join(row(run, backbone, loss, pairs)), "|", flush=True)


if __name__ == "__main__":
    main()
