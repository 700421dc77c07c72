"""The command line of facenet_core.

Exit codes: 0 done; 1 it ran, but some input could not be used, or the work failed with a reason; 2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import numpy as np
from tqdm import tqdm

from facenet_core import export, presets, weights
from facenet_core.data import pictures
from facenet_core.detect import Detector
from facenet_core.detect.mtcnn import MtcnnDetector
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.embed import Embedder
from facenet_core.evaluate import calibration
from facenet_core.types import FacenetError

T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    # TensorFlow reads this when it loads; here, in a process of our own, its chatter would hide our messages.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        return int(options.run(options))
    except (FacenetError, OSError) as error:
        print(f"facenet_core: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m facenet_core", description="Find and describe faces with FaceNet.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    embed = commands.add_parser("embed", help="describe every face of some pictures, into an .npz file")
    embed.add_argument("images", nargs="+", type=Path, metavar="IMAGE")
    embed.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="FILE.npz",
        help="arrays: vectors float32 [n, 128], photo [n], box [n, 4] (x, y, width, height relative to it), score [n]",
    )
    embed.add_argument("--device", default="auto", help="auto, cpu, gpu or gpu:N (default: auto)")
    embed.set_defaults(run=_embed)

    exporting = commands.add_parser("export", help="write the inference file of a preset from its weights")
    exporting.add_argument("--litert", action="store_true", required=True, help="as a LiteRT file")
    exporting.add_argument("--out", type=Path, metavar="FILE", help="default: where the preset expects it")
    exporting.set_defaults(run=_export)

    inspecting = commands.add_parser("inspect", help="list the layers and parameters of a preset's network")
    inspecting.set_defaults(run=_inspect)

    calibrating = commands.add_parser("calibrate", help="measure which cosine gives which false match rate")
    calibrating.add_argument("--images", required=True, type=Path, metavar="DIR", help="one folder for each person")
    calibrating.add_argument("--device", default="auto", help="auto, cpu, gpu or gpu:N (default: auto)")
    calibrating.add_argument("--json", action="store_true", help="print JSON")
    calibrating.set_defaults(run=_calibrate)

    for command in (embed, calibrating):
        command.add_argument("--yunet", type=Path, metavar="FILE.onnx", help="detect with this YuNet, not with mtcnn")
    for command in (embed, exporting, inspecting, calibrating):
        command.add_argument("--preset", default=presets.DEFAULT, help=f"default: {presets.DEFAULT}")
    return parser


def _detector(options: argparse.Namespace) -> Detector:
    return YuNetDetector(options.yunet) if options.yunet else MtcnnDetector()


def _embed(options: argparse.Namespace) -> int:
    detector, embedder = _detector(options), Embedder(options.preset, options.device)
    vectors, photos, boxes, scores = [np.empty((0, embedder.preset.dimension), np.float32)], [], [], []
    unusable = 0
    for path in _progress(options.images):
        try:
            picture = pictures.read(path)
            faces = detector.detect(picture)
            vectors.append(embedder.describe(picture, faces))
        except FacenetError as error:
            print(error, file=sys.stderr)
            unusable += 1
            continue
        height, width = picture.shape[:2]
        photos += [str(path)] * len(faces)
        boxes += [_relative(face.box, height, width) for face in faces]
        scores += [face.score for face in faces]
    with options.out.open("wb") as file:
        np.savez(
            file,
            vectors=np.concatenate(vectors),
            photo=np.array(photos, np.str_),
            box=np.array(boxes, np.float32).reshape(-1, 4),
            score=np.array(scores, np.float32),
        )
    print(f"{len(photos)} faces in {len(options.images) - unusable} pictures: {options.out}", file=sys.stderr)
    return 1 if unusable else 0


def _relative(box: tuple[float, float, float, float], height: int, width: int) -> tuple[float, float, float, float]:
    """A box as shares of the picture. Its pixels count from the centre of the first one, which lies half a pixel in."""
    x, y, w, h = box
    return (x + 0.5) / width, (y + 0.5) / height, w / width, h / height


def _export(options: argparse.Namespace) -> int:
    preset = presets.get(options.preset)
    out: Path = options.out or weights.models_folder() / preset.inference_file
    out.write_bytes(export.litert(preset))
    found = weights.digest(out)
    print(f"{out}\nSHA-256 {found}")
    if found != preset.inference_sha256:
        print(f"The preset expects {preset.inference_sha256}: set inference_sha256 in presets.py.", file=sys.stderr)
    return 0


def _inspect(options: argparse.Namespace) -> int:
    presets.network(presets.get(options.preset)).summary()
    return 0


def _calibrate(options: argparse.Namespace) -> int:
    detector, embedder = _detector(options), Embedder(options.preset, options.device)
    people, vectors = [], []
    pictures_of_people = pictures.people(options.images)
    for person, path in _progress(pictures_of_people):
        picture = pictures.read(path)
        faces = detector.detect(picture)
        if faces:
            people.append(person)
            vectors.append(embedder.describe(picture, [calibration.nearest_centre(faces, *picture.shape[:2])]))
    source = f"{options.images.name}, {len(people):,} of {len(pictures_of_people):,} pictures, {detector.fingerprint}"
    report = calibration.fit(np.concatenate(vectors), people, source)
    print(json.dumps(asdict(report)) if options.json else calibration.table(report))
    return 0


def _progress(items: Sequence[T]) -> Iterable[T]:
    """`items`, with a progress bar on a terminal."""
    bar: Iterable[T] = tqdm(items, unit="photo", disable=None)
    return bar
