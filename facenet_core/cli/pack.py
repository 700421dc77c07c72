"""Make a training pack out of folders of photos: pack."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from facenet_core import weights
from facenet_core.cli.models import count
from facenet_core.cli.options import add_detector, detector, out_file, printable, progress
from facenet_core.data import pictures
from facenet_core.data.packing import DUPLICATE, EXCLUDED, LEAST_FACE, Fate, Packer, read_vectors, spread
from facenet_core.embed import MOST_THREADS
from facenet_core.teacher import Teacher
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from facenet_core.cli.options import Commands


DESCRIPTION = """
Writes the faces of the pictures in some folders, at any depth, to one file that `train --data` reads: crops, and how a
teacher describes each. The same picture of a face is taken once. Pictures that cannot be read are named at the end; the
exit code is 1 where there are any.
"""


def add(commands: Commands) -> None:
    packing = commands.add_parser(
        "pack",
        help="make a training pack out of folders of photos: crops that a teacher describes",
        description=DESCRIPTION,
    )
    packing.add_argument("--images", required=True, nargs="+", type=Path, metavar="DIR", help="folders of pictures")
    packing.add_argument("--out", required=True, type=out_file(".npz"), metavar="FILE.npz", help="the pack to write")
    packing.add_argument(
        "--teacher",
        required=True,
        type=Path,
        metavar="FILE.onnx",
        help="a network from `image` float32 [n, 3, 112, 112], RGB 0 to 255, to unit vectors",
    )
    packing.add_argument(
        "--exclude",
        type=Path,
        metavar="FILE.npz",
        help=f"leave out faces whose teacher's cosine to one of its `vectors` is {EXCLUDED:g} or more",
    )
    packing.add_argument(
        "--like", nargs="+", default=[], type=Path, metavar="PACK.npz", help="leave out what is in these packs already"
    )
    packing.add_argument(
        "--duplicate",
        type=float,
        default=DUPLICATE,
        metavar="COSINE",
        help=f"the teacher's cosine from which two crops are one picture (default: {DUPLICATE:g}; about 0.65 where the "
        "pictures end at the face, and those of --like were cut otherwise from the same photos)",
    )
    packing.add_argument("--source", metavar="NAME", help="what the pack calls this set (default: the folder's name)")
    packing.add_argument("--limit", type=count, metavar="N", help="read at most N pictures, spread evenly over all")
    packing.add_argument(
        "--all-faces", action="store_true", help="take every face of a picture, not only the one nearest the centre"
    )
    packing.add_argument(
        "--least-face",
        type=float,
        default=LEAST_FACE,
        metavar="PIXELS",
        help=f"the longer side that the box of a face must have (default: {LEAST_FACE:g})",
    )
    packing.add_argument("--threads", type=count, metavar="N", help="default: the cores, at most 4 for the teacher")
    add_detector(packing)
    packing.set_defaults(run=_pack)


def _pack(options: argparse.Namespace) -> int:
    if options.out.resolve() in [path.resolve() for path in options.like]:
        raise FacenetError(f"{options.out} is among the packs of --like: each of its pictures would be there already.")
    if not (options.least_face >= 0 and options.duplicate > 0):
        raise FacenetError("--least-face is at least 0 pixels, and --duplicate a cosine above 0.")
    if options.threads:
        cv2.setNumThreads(options.threads)
    sources = {
        photo: options.source or folder.resolve().name for folder in options.images for photo in pictures.below(folder)
    }
    photos = list(sources)
    if options.limit:
        photos = spread(photos, options.limit)
    teacher = Teacher(options.teacher, options.threads or min(MOST_THREADS, os.cpu_count() or 1))
    packer = Packer(
        detector(options.yunet),
        teacher,
        [read_vectors(options.exclude, "vectors", teacher.dimension)] if options.exclude else [],
        [read_vectors(path, "teacher", teacher.dimension) for path in options.like],
        every=options.all_faces,
        least_face=options.least_face,
        duplicate=options.duplicate,
    )
    for photo in progress(photos):
        packer.add(photo, sources[photo])
    packer.finish()
    print(f"{len(photos):,} pictures")
    for fate in Fate:
        print(f"{packer.counts[fate]:>9,} {fate.value}")
    for problem in packer.unreadable:
        print(printable(problem))
    weights.write(options.out, packer.arrays())
    print(printable(str(options.out)))
    return 1 if packer.unreadable else 0
