"""Describe faces: embed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facenet_core import weights
from facenet_core.cli.options import add_detector, add_device, add_preset, detector, progress
from facenet_core.data import pictures
from facenet_core.embed import Embedder
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from facenet_core.cli.options import Commands


def add(commands: Commands) -> None:
    embed = commands.add_parser("embed", help="describe every face of some pictures, into an .npz file")
    embed.add_argument("images", nargs="+", type=Path, metavar="IMAGE")
    embed.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="FILE.npz",
        help="arrays: vectors float32 [n, 128], photo [n], box [n, 4] (x, y, width, height relative to it), score [n]",
    )
    add_detector(embed)
    add_device(embed)
    add_preset(embed)
    embed.set_defaults(run=_embed)


def _embed(options: argparse.Namespace) -> int:
    if not options.out.parent.is_dir() or options.out.is_dir():
        # Now, since describing may take hours.
        raise FacenetError(f"{options.out} is no file that can be written.")
    finder, embedder = detector(options), Embedder(options.preset, options.device)
    vectors, photos, boxes, scores = [np.empty((0, embedder.preset.dimension), np.float32)], [], [], []
    unusable = 0
    for path in progress(options.images):
        try:
            picture = pictures.read(path)
            faces = finder.detect(picture)
            vectors.append(embedder.describe(picture, faces))
        except FacenetError as error:
            print(error, file=sys.stderr)
            unusable += 1
            continue
        height, width = picture.shape[:2]
        photos += [str(path)] * len(faces)
        boxes += [_relative(face.box, height, width) for face in faces]
        scores += [face.score for face in faces]
    arrays = {
        "vectors": np.concatenate(vectors),
        "photo": np.array(photos, np.str_),
        "box": np.array(boxes, np.float32).reshape(-1, 4),
        "score": np.array(scores, np.float32),
    }
    weights.write(options.out, arrays)
    print(f"{len(photos)} faces in {len(options.images) - unusable} pictures: {options.out}", file=sys.stderr)
    return 1 if unusable else 0


def _relative(box: tuple[float, float, float, float], height: int, width: int) -> tuple[float, float, float, float]:
    """A box as shares of the picture. Its pixels count from the centre of the first one, which lies half a pixel in."""
    x, y, w, h = box
    return (x + 0.5) / width, (y + 0.5) / height, w / width, h / height
