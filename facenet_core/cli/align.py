"""Cut the faces out of labelled photos: align."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from facenet_core.cli.options import add_detector, detector, printable
from facenet_core.data import pictures
from facenet_core.data.alignment import Aligned, Outcome, align_photos, strays
from facenet_core.data.crops import PACK_MARGIN, PACK_SIZE
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from facenet_core.cli.options import Commands


DESCRIPTION = """
Writes the face nearest the centre of each photo, upright, to OUT/PERSON/PHOTO.png. Photos without a face and those that
cannot be read are named at the end, as are crops in OUT of photos that are gone; the exit code is 1 where there are
pictures that could not be read or such crops.
"""


def add(commands: Commands) -> None:
    aligning = commands.add_parser(
        "align",
        help="cut the face out of each photo of some people, for training and evaluation",
        description=DESCRIPTION,
    )
    aligning.add_argument("--images", required=True, type=Path, metavar="DIR", help="one folder for each person")
    aligning.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="DIR",
        help="empty, or left by a run that was interrupted: it goes on where it stopped",
    )
    aligning.add_argument("--size", type=int, default=PACK_SIZE, help=f"side in pixels (default: {PACK_SIZE})")
    aligning.add_argument(
        "--margin",
        type=float,
        default=PACK_MARGIN,
        help=f"what to show around ArcFace's template, in its pixels of 112 (default: {PACK_MARGIN:g})",
    )
    add_detector(aligning)
    aligning.set_defaults(run=_align)


def _align(options: argparse.Namespace) -> int:
    images, out = options.images, options.out
    if not 16 <= options.size <= 2048 or not 0 <= options.margin <= 112:
        raise FacenetError("Crops have 16 to 2048 pixels and a margin of 0 to 112.")
    if images.resolve() in (out.resolve(), *out.resolve().parents):
        raise FacenetError(f"{out} lies in {images}: its crops would be taken for photos.")
    photos = pictures.people(images)
    counts: Counter[Outcome] = Counter()
    problems: list[Aligned] = []
    aligning = align_photos(photos, out, detector(options.yunet), options.size, options.margin)
    try:
        for aligned in tqdm(aligning, total=len(photos), unit="photo", disable=None):
            counts[aligned.outcome] += 1
            if aligned.problem:
                problems.append(aligned)
            if aligned.outcome is Outcome.UNREADABLE:
                tqdm.write(printable(aligned.problem), file=sys.stderr)
    except KeyboardInterrupt:
        print("Crops that were cut are kept: the same command goes on where this one stopped.", file=sys.stderr)
        raise
    print(f"{len(photos):,} photos of {len({person for person, _ in photos}):,} people: {printable(str(out))}")
    for outcome in Outcome:
        print(f"{counts[outcome]:>9,} {outcome.value}")
        for aligned in problems:
            if aligned.outcome is outcome:
                print(f"{'':9} {printable(str(aligned.photo))}")
    left = strays(photos, out)
    if left:
        print(f"{len(left):>9,} crops here are of none of these photos. Delete them, or they are trained on as well:")
        for crop in left:
            print(f"{'':9} {printable(str(crop))}")
    return 1 if counts[Outcome.UNREADABLE] or left else 0
