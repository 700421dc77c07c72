"""Measure a face detector: evaluate detection."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from facenet_core.cli.models import count
from facenet_core.cli.options import Help, add_detector, add_results, counted, detector, give_results, progress
from facenet_core.data import pictures
from facenet_core.data.boxes import read_boxes
from facenet_core.data.packing import spread
from facenet_core.detect import Detector
from facenet_core.evaluate import detection, report
from facenet_core.evaluate.detection import LEAST_SIZE, OVERLAP, Floats
from facenet_core.types import Detection, FacenetError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from facenet_core.cli.options import Commands

# From this score on, the reference has surely seen a face, whose landmarks are compared.
SURE = 0.8
LOWEST_SCORE = 0.05
# Thresholds that the curves are kept at lie so far apart.
STEP = 0.01
# The picture that is timed, width and height, and for how long, in seconds.
TIMED, SECONDS = (640, 480), 10.0

DESCRIPTION = f"""
The truth is a JSON list of {{"photo": NAME, "boxes": [[x, y, width, height], ...]}}, boxes as shares of the photo's
sides. A detection is right where it overlaps a face that no stronger one found, by {OVERLAP:g} (intersection over
union). Average precision (AP) is the area under the precision envelope over all scores from --lowest-score on (PASCAL
VOC 2010); precision, recall, F and false positives are those at the threshold. By face size (geometric mean of the
box's sides, in pixels of the photo as stored), faces of other sizes are ignored, with what finds them (COCO). Recall
from {LEAST_SIZE} px on is that of the faces which have so many pixels at the working size.

Landmarks are compared with those of another detector, which is no ground truth: faces that both find, the reference
with a score of {SURE:g} or more; the mean distance of the five landmarks over the reference's distance of the eyes.
"""
EXAMPLES = """
examples:
  %(prog)s --truth boxed.json
  %(prog)s --truth boxed.json --yunet yunet.onnx --negatives ANIMALS --working-size 1024 --plots plots
  %(prog)s --truth boxed.json --reference yunet.onnx --reference-images PHOTOS --limit 300 --time
"""


def add(protocols: Commands) -> None:
    measuring = protocols.add_parser(
        "detection",
        help="find faces in photos where people marked them",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=Help,
    )
    add_option = measuring.add_argument
    add_option("--truth", required=True, type=Path, metavar="FILE.json", help="where the faces are")
    add_option("--images", type=Path, metavar="DIR", help="its photos (default: the folder beside it, named alike)")
    add_option("--negatives", type=Path, metavar="DIR", help="pictures without a face: how many show a detection")
    add_option("--score", type=_share, metavar="X", help="the threshold (default: the detector's own)")
    add_option(
        "--lowest-score",
        type=_share,
        default=LOWEST_SCORE,
        metavar="X",
        help=f"AP and the curves are measured from this score on (default: {LOWEST_SCORE:g})",
    )
    add_option(
        "--working-size",
        type=count,
        metavar="N",
        help="reduce or enlarge every picture to this longer side before anything is detected (default: as stored)",
    )
    add_option("--reference", type=Path, metavar="FILE.onnx", help="a YuNet to compare landmarks and speed with")
    add_option("--reference-images", type=Path, metavar="DIR", help="photos to compare landmarks on, at any depth")
    add_option("--limit", type=count, metavar="N", help="at most so many of these, evenly spread (default: all)")
    add_option(
        "--time",
        action="store_true",
        help=f"also time one picture of {TIMED[0]} x {TIMED[1]} on one thread",
    )
    add_results(measuring, "precision over recall, and over the threshold recall and the share of pictures that fire")
    add_detector(measuring)
    measuring.set_defaults(run=_detection)


def _share(text: str) -> float:
    """A number from 0 to 1, for argparse."""
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 to 1")
    return share


def _detection(options: argparse.Namespace) -> int:
    _check(options)
    side = options.working_size
    truth = read_boxes(options.truth, options.images or options.truth.with_suffix(""))
    negatives = pictures.below(options.negatives) if options.negatives else []
    compared = pictures.below(options.reference_images) if options.reference_images else []
    used = detector(options.yunet, options.score, side)
    threshold = used.score if options.score is None else options.score
    # What it finds from a threshold on is among this too: a box yields to stronger ones alone.
    finder = detector(options.yunet, min(options.lowest_score, threshold), side)
    reference = detector(options.reference, longest_side=side) if options.reference else None
    photos = [_photo(path, boxes, finder, side) for path, boxes in progress(list(truth.items()))]
    accuracy, judged = detection.measure(photos, threshold), detection.judge(photos)
    fired = [_scores(finder.detect(_picture(path, side)[0])) for path in progress(negatives)]
    landmarks = speed = None
    if reference and compared:
        faces = [
            _seen(path, used, threshold, reference, side)
            for path in progress(spread(compared, options.limit or len(compared)))
        ]
        landmarks = detection.landmarks(np.concatenate(faces))
    if options.time:
        # At the size that is told, whatever the working size.
        timed = [detector(options.yunet, options.score, max(TIMED))]
        timed += [detector(options.reference, longest_side=max(TIMED))] if options.reference else []
        speed = _speed(pictures.read(next(iter(truth))), timed)
    record = {
        "detector": used.fingerprint,
        "reference": reference.fingerprint if reference else None,
        "truth": str(options.truth),
        "working_size": side,
        "lowest_score": finder.score,
        **accuracy.record(),
        "negatives": asdict(detection.firing(fired, threshold)) if fired else None,
        "landmarks": asdict(landmarks) if landmarks else None,
        "speed": speed,
        "curve": _curve(judged, fired, finder.score),
    }
    give_results(options, record, _table(record), lambda: _figures(used.name, judged, record["curve"]))
    return 0


def _check(options: argparse.Namespace) -> None:
    if options.reference_images and not options.reference:
        raise FacenetError("--reference-images needs a detector to compare with: name it with --reference.")
    if options.reference and not (options.reference_images or options.time):
        raise FacenetError("--reference compares landmarks on --reference-images, or speed with --time: name one.")


def _picture(path: Path, side: int | None) -> tuple[NDArray[np.uint8], float]:
    """The picture, brought to this longer side, and how many times as large as stored it is."""
    stored = pictures.read(path)
    picture = pictures.resized(stored, side) if side else stored
    return picture, max(picture.shape[:2]) / max(stored.shape[:2])


def _photo(path: Path, shares: Floats, finder: Detector, side: int | None) -> detection.Photo:
    picture, scale = _picture(path, side)
    truths = shares * np.tile(picture.shape[1::-1], 2)
    # A coordinate of 0 is the centre of the first pixel, half a pixel from the edge.
    truths[:, :2] -= 0.5
    found = finder.detect(picture)
    return detection.Photo(detection.boxes_of(found), _scores(found), truths, scale)


def _scores(found: Sequence[Detection]) -> Floats:
    return np.array([face.score for face in found], np.float64)


def _seen(path: Path, used: Detector, threshold: float, reference: Detector, side: int | None) -> Floats:
    picture, _ = _picture(path, side)
    found = [face for face in used.detect(picture) if face.score >= threshold]
    return detection.landmark_errors(found, [face for face in reference.detect(picture) if face.score >= SURE])


def _speed(picture: NDArray[np.uint8], detectors: Sequence[Detector]) -> dict[str, Any]:
    """Median milliseconds of one `detect`, and of the second detector's, the reference, if there is one; `ratio` is the
    median of one over the other within a turn."""
    timed = np.asarray(cv2.resize(picture, TIMED), np.uint8)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        taken = detection.turns([partial(one.detect, timed) for one in detectors], SECONDS)
    finally:
        cv2.setNumThreads(threads)
    ours, theirs = taken[:, 0], taken[:, -1]
    return {
        "milliseconds": float(np.median(ours)),
        "turns": len(taken),
        "reference_milliseconds": float(np.median(theirs)) if len(detectors) > 1 else None,
        "ratio": float(np.median(ours / theirs)) if len(detectors) > 1 else None,
    }


def _curve(judged: detection.Judged, fired: Sequence[Floats], lowest: float) -> list[dict[str, float]]:
    """What each threshold would give, from the lowest score on."""
    points = []
    for hundredths in range(math.ceil(round(lowest / STEP, 6)), round(1 / STEP) + 1):
        threshold = hundredths * STEP
        score = judged.at(threshold)
        point = {"threshold": round(threshold, 6), "precision": score.precision, "recall": score.recall, "f": score.f}
        if fired:
            negatives = detection.firing(fired, threshold)
            point |= {"firing": negatives.share, "detections_per_negative": negatives.detections}
        points.append(point)
    return points


def _table(record: Mapping[str, Any]) -> str:
    """The results for a reader."""
    side = f", brought to {record['working_size']} pixels" if record["working_size"] else ""
    rows = [
        ("detector", record["detector"]),
        ("photos", f"{record['photos']:,}{side}, with {counted(record['faces'], 'face')}"),
        ("average precision", f"{record['average_precision']:.4f}, of scores from {record['lowest_score']:g} on"),
        (
            f"at a score of {record['threshold']:g}",
            f"precision {record['precision']:.2%}, recall {record['recall']:.2%}, F {record['f']:.4f}, "
            f"{counted(record['false_positives'], 'false positive')}",
        ),
        (
            f"recall from {LEAST_SIZE} px on",
            f"{_percent(record['recall_from_16'])} of {counted(record['faces_from_16'], 'face')}, at the working size",
        ),
    ]
    if negatives := record["negatives"]:
        share = f"{negatives['share']:.2%} of {counted(negatives['pictures'], 'picture')} show a detection"
        rows.append(("without a face", f"{share}, {negatives['detections']:.3f} a picture"))
    if landmarks := record["landmarks"]:
        rows += [
            (
                "landmark error",
                f"median {landmarks['median']:.2%}, mean {landmarks['mean']:.2%}, 95th percentile "
                f"{landmarks['p95']:.2%} of the eyes' distance, {counted(landmarks['faces'], 'face')}",
            ),
            ("", ", ".join(f"{name} {median:.2%}" for name, median in landmarks["by_landmark"].items())),
        ]
    if speed := record["speed"]:
        beside = f", {speed['ratio']:.3f} of the reference's time" if speed["ratio"] else ""
        rows.append(("time", f"{speed['milliseconds']:.2f} ms for {TIMED[0]} x {TIMED[1]}{beside}"))
    lines = [f"{name:<23} {value}" for name, value in rows]
    lines.append(f"{'size in pixels':<23} {'faces':>7} {'AP':>8} {'recall':>8}")
    for band in record["sizes"]:
        size = f"{band['least']} and more" if band["below"] is None else f"{band['least']} to {band['below']}"
        average = "-" if band["average_precision"] is None else f"{band['average_precision']:.4f}"
        lines.append(f"{size:<23} {band['faces']:>7,} {average:>8} {_percent(band['recall']):>8}")
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"


def _figures(name: str, judged: detection.Judged, curve: Sequence[Mapping[str, float]]) -> dict[str, Figure]:
    lines = {"recall": "recall", "precision": "precision", "firing": "pictures without a face that show a detection"}
    drawn = {text: np.array([point[key] for point in curve]) for key, text in lines.items() if key in curve[0]}
    return {
        "detection-precision-recall": report.precision_recall_plot({name: judged.curve()}),
        "detection-thresholds": report.thresholds_plot(np.array([point["threshold"] for point in curve]), drawn),
    }
