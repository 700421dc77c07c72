"""Describe faces: embed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facenet_core import weights
from facenet_core.cli.options import Help, add_detector, add_device, add_preset, counted, detector, out_file, progress
from facenet_core.data import pictures
from facenet_core.embed import Embedder
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from facenet_core.cli.options import Commands


DESCRIPTION = """
Finds every face of each picture and describes it with a vector of unit length: the dot product of two of them says how
alike the faces are. Pictures that cannot be read are named and left out, and the exit code is 1; where none can be
read, nothing is written.
"""
EXAMPLES = """
examples:
  %(prog)s photo.jpg --out faces.npz
  %(prog)s photos/*.jpg --out faces.npz --yunet face_detection_yunet_2023mar.onnx
"""


def add(commands: Commands) -> None:
    embed = commands.add_parser(
        "embed",
        help="describe every face of some pictures, into an .npz file",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=Help,
    )
    embed.add_argument(
        "images", nargs="+", type=Path, metavar="IMAGE", help="a photo (JPEG, PNG, WebP, TIFF, BMP), not a folder"
    )
    embed.add_argument(
        "--out",
        required=True,
        type=out_file(".npz"),
        metavar="FILE.npz",
        help="arrays: vectors float32 [n, 128], photo [n], box [n, 4] (x, y, width, height relative to it), score [n]",
    )
    add_detector(embed)
    add_device(embed)
    add_preset(embed)
    embed.set_defaults(run=_embed)


def _embed(options: argparse.Namespace) -> int:
    finder, embedder = detector(options.yunet), Embedder(options.preset, options.device)
    vectors, photos, boxes, scores = [np.empty((0, embedder.preset.dimension), np.float32)], [], [], []
    unusable = 0
    for path in progress(options.images):
        try:
            picture = pictures.read(path)
        except FacenetError as error:
            print(error, file=sys.stderr)
            unusable += 1
            continue
        faces = finder.detect(picture)
        vectors.append(embedder.describe(picture, faces))
        height, width = picture.shape[:2]
        photos += [str(path)] * len(faces)
        boxes += [_relative(face.box, height, width) for face in faces]
        scores += [face.score for face in faces]
    read = len(options.images) - unusable
    if not read:
        raise FacenetError(f"No picture could be read: {options.out} is not written.")
    arrays = {
        "vectors": np.concatenate(vectors),
        "photo": np.array(photos, np.str_),
        "box": np.array(boxes, np.float32).reshape(-1, 4),
        "score": np.array(scores, np.float32),
    }
    weights.write(options.out, arrays)
    print(f"{counted(len(photos), 'face')} in {counted(read, 'picture')}: {options.out}", file=sys.stderr)
    return 1 if unusable else 0


def _relative(box: tuple[float, float, float, float], height: int, width: int) -> tuple[float, float, float, float]:
    """A box as shares of the picture. Its pixels count from the centre of the first one, which lies half a pixel in."""
    x, y, w, h = box
    return (x + 0.5) / width, (y + 0.5) / height, w / width, h / height
