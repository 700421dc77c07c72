"""When a photo deserves a closer look: `python -m tests.bench.looks --truth boxed.json [--side 320]`.

Photos where people marked the faces are searched at a reduced size, then again closer where that showed a crowd, for
several ideas of what a crowd is; beside them what a single look at the reduced and at the full size finds. Precision,
recall and the pictures without a face that show one are those at the detector's threshold.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facenet_core.cli.detection import LOWEST_SCORE
from facenet_core.data import pictures
from facenet_core.data.boxes import read_boxes
from facenet_core.detect import yunet
from facenet_core.detect.yunet import SCORE, YuNetDetector
from facenet_core.evaluate import detection
from facenet_core.types import Detection

# How many faces below how many pixels.
CROWDS = ((8, 24), (5, 24), (3, 16), (3, 24), (3, 32), (2, 24), (1, 24))
NEVER = (10**9, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, required=True, help="as `evaluate detection` reads it")
    parser.add_argument("--negatives", type=Path, required=True, help="pictures without a face")
    parser.add_argument("--side", type=int, default=320, help="longer side at the first look")
    arguments = parser.parse_args()
    truth = read_boxes(arguments.truth, arguments.truth.with_suffix(""))
    photos = [(pictures.read(path), shares) for path, shares in truth.items()]
    negatives = [pictures.read(path) for path in pictures.below(arguments.negatives)]
    whole = max(max(photo.shape) for photo, _ in photos)
    print(f"{'crowd':>22} {'AP':>7} {'precision':>10} {'recall':>8} {'ms a photo':>11} {'fires':>7}")
    for crowd in (NEVER, *CROWDS, None):
        yunet.CROWD, yunet.CROWD_FACE = crowd or NEVER
        detector = YuNetDetector(score=LOWEST_SCORE, longest_side=arguments.side if crowd else whole)
        detector.load()
        seen, spent = [], 0.0
        for photo, shares in photos:
            begun = time.perf_counter()
            found = detector.detect(photo)
            spent += time.perf_counter() - begun
            boxes = shares * np.tile(photo.shape[1::-1], 2)
            boxes[:, :2] -= 0.5
            seen.append(detection.Photo(detection.boxes_of(found), scores_of(found), boxes, 1.0))
        told = detection.measure(seen, SCORE).record()
        fired = detection.firing([scores_of(detector.detect(picture)) for picture in negatives], SCORE)
        names = {NEVER: f"one look at {arguments.side} px", None: f"one look at {whole} px"}
        name = names.get(crowd) or "{} below {} px".format(*crowd)
        print(
            f"{name:>22} {told['average_precision']:>7.3f} {told['precision']:>10.1%} {told['recall']:>8.1%} "
            f"{spent / len(photos) * 1000:>11.1f} {fired.share:>7.1%}"
        )


def scores_of(faces: list[Detection]) -> NDArray[np.float64]:
    return np.array([face.score for face in faces], np.float64)


if __name__ == "__main__":
    main()
