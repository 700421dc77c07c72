"""Faces with their vectors and true people, for `tests.bench.methods`.

    python -m tests.bench.galleries --images data/lfw-dev --teacher teacher.onnx --out lfw-dev.npz
    python -m tests.bench.galleries --images data/photos --truth data/photos-identities.csv --teacher ... --out ...

Every face that a scan would find is kept. One of each labelled photo has a person: without --truth (a folder a person,
as LFW) the face nearest the centre, with it (a CSV of photo,person) the largest. The teacher sees the same crops.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from app import decode
from app.vision.engine import Reading
from app.vision.facenet import FaceNetEngine
from facenet_core import presets
from facenet_core.detect.yunet import YuNetDetector
from facenet_core.teacher import Teacher


class TwoEmbedders(FaceNetEngine):
    """The shipped engine, with the teacher's vector of each face after its own."""

    def __init__(self, teacher: Path) -> None:
        super().__init__(f"{presets.DEFAULT}+yunet", YuNetDetector(), device="cpu")
        self._teacher = Teacher(teacher, threads=1)

    def _describe(self, crops: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
        own = super()._describe(crops)
        if not crops:
            return np.empty((0, own.shape[1] + self._teacher.dimension), np.float32)
        return np.concatenate([own, self._teacher(np.stack(crops))[0]], axis=1)


def largest(reading: Reading) -> float:
    return -reading.box[2] * reading.box[3]


def nearest_centre(reading: Reading) -> float:
    x, y, width, height = reading.box
    return (x + width / 2 - 0.5) ** 2 + (y + height / 2 - 0.5) ** 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--truth", type=Path, help="CSV: photo file name, person; without it each folder is a person")
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    named = None
    if arguments.truth is not None:
        with arguments.truth.open(newline="") as file:
            named = {row[0]: row[1] for row in csv.reader(file)}
    engine = TwoEmbedders(arguments.teacher)
    rows, vectors = [], []
    paths = sorted(path for path in arguments.images.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    for number, path in enumerate(tqdm(paths, unit="photo", disable=None)):
        person = path.parent.name if named is None else named.get(path.name, "")
        (readings,) = engine.read([decode.decode(path.read_bytes())])
        main_face = min(readings, key=nearest_centre if named is None else largest, default=None)
        for reading in readings:
            rows.append((number, person if reading is main_face else "", reading.quality))
            vectors.append(reading.vector)
    both = np.stack(vectors)
    own = both.shape[1] // 2
    photos, people, quality = zip(*rows, strict=True)
    np.savez(
        arguments.out,
        photo=np.array(photos, np.int64),
        person=np.array(people),
        quality=np.array(quality, np.float32),
        bundled=both[:, :own],
        teacher=both[:, own:],
    )
    print(f"{len(paths):,} photos, {len(rows):,} faces, {sum(map(bool, people)):,} of them with a person")


if __name__ == "__main__":
    main()
