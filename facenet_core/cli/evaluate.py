"""Measure embedders and detectors by the field's protocols, and compare two photos: evaluate, compare."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from facenet_core.cli import agreement, clustering, detection, quality, robustness
from facenet_core.cli.options import Help, add_detector, add_device, add_preset, add_results, detector, give_results
from facenet_core.data import pictures
from facenet_core.data.crops import read_marker
from facenet_core.data.pairs import parse_folds, read_pairs
from facenet_core.embed import Embedder
from facenet_core.evaluate import faces, gallery, report, verification
from facenet_core.types import Calibration, Detection, FacenetError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from facenet_core.cli.options import Commands

PAIRS = """
The protocol of Labeled Faces in the Wild: each fold of the pairs is told by the threshold that is best on the other
folds. The accuracy is the mean over the folds and sd their standard deviation (dividing by the number of folds); the
standard error that tables of LFW print is sd / sqrt(folds - 1). Of each picture the face nearest the centre counts.
Pairs with a picture in which no face is found count as non-matches (cosine -1). --json prints one line with accuracy,
sd, auc, eer and more, the rates as shares of 1.
"""
GALLERY = f"""
All pairs of pictures: the true accept rate (TAR) where a share of the impostor pairs is accepted (FAR), with the
interval that holds {gallery.CONFIDENCE:.0%} of {gallery.RESAMPLES:,} bootstrap resamples of the people. Rates below 10
/ impostor pairs are left out, since too few errors decide them. Rank 1 and mean average precision: each picture of a
person with two or more is searched for among all others. TPIR at FPIR: half of the people, by a hash of their names,
are known by their first picture; how many of their other pictures are found, where the given share of searches for the
other half finds anybody. Of each picture the face nearest the centre counts; pictures without a face are left out.
"""
SPEED = """
A folder that `align` wrote needs no detector.
"""
# A probability from which on `compare` says that two faces are probably one person's, and below its rest two people's.
PROBABLE = 0.95
COMPARE = f"""
Every face of one photo with every face of the other: the cosine, how often two strangers reach it, and the probability
that both are one person, if one person and two were equally likely before: from {PROBABLE:g} on the same person is
probable, down to {1 - PROBABLE:.2g} a different one, and between them nobody can tell. All but the cosine as far as the
preset was calibrated.
"""
EVALUATE = """
examples:
  %(prog)s pairs --pairs pairs.txt --images CROPS
  %(prog)s gallery --images CROPS --out gallery.json --plots plots
  %(prog)s clustering --truth truth.csv --labels clusters.csv
  %(prog)s detection --truth boxed.json --yunet yunet.onnx
  %(prog)s robustness --pairs pairs.txt --images CROPS
  %(prog)s agreement --data faces-*.npz
  %(prog)s quality --images PHOTOS
"""


def add(commands: Commands) -> None:
    evaluating = commands.add_parser(
        "evaluate",
        help="measure an embedder or a detector by the field's protocols",
        epilog=EVALUATE,
        formatter_class=Help,
    )
    protocols = evaluating.add_subparsers(title="protocols", required=True, metavar="PROTOCOL")
    _add_pairs(protocols)
    _add_gallery(protocols)
    clustering.add(protocols)
    detection.add(protocols)
    robustness.add(protocols)
    agreement.add(protocols)
    quality.add(protocols)
    _add_compare(commands)


def _add_pairs(protocols: Commands) -> None:
    verifying = protocols.add_parser(
        "pairs", help="tell pairs of one person from pairs of two (LFW)", description=PAIRS, epilog=SPEED
    )
    verifying.add_argument("--pairs", required=True, type=Path, metavar="FILE", help="in the format of LFW's pairs.txt")
    verifying.add_argument("--folds", metavar="1-10", help="only these, two or more: 8-10, or 1,3 (default: all)")
    _add_shared(verifying)
    verifying.set_defaults(run=_pairs)


def _add_gallery(protocols: Commands) -> None:
    searching = protocols.add_parser(
        "gallery", help="tell and find the people of a folder", description=GALLERY, epilog=SPEED
    )
    _add_shared(searching)
    searching.set_defaults(run=_gallery)


def _add_shared(command: argparse.ArgumentParser) -> None:
    command.add_argument("--images", required=True, type=Path, metavar="DIR", help="one folder for each person")
    command.add_argument("--flip", action="store_true", help="average each face with its mirror image")
    add_results(command, "the ROC and the similarities")
    add_detector(command)
    add_device(command)
    add_preset(command)


def _add_compare(commands: Commands) -> None:
    comparing = commands.add_parser("compare", help="how alike the faces of two photos are", description=COMPARE)
    comparing.add_argument("first", type=Path, metavar="A")
    comparing.add_argument("second", type=Path, metavar="B")
    comparing.add_argument("--json", action="store_true", help="print JSON, in one line")
    add_detector(comparing)
    add_device(comparing)
    add_preset(comparing)
    comparing.set_defaults(run=_compare)


def _pairs(options: argparse.Namespace) -> int:
    folds = parse_folds(options.folds) if options.folds else None
    # Of aligned crops those are missing in which no face was found: their pairs count, as they do with photos.
    aligned = read_marker(options.images) is not None
    pairs = read_pairs(options.pairs, options.images, folds, missing="keep" if aligned else "refuse")
    if len({pair.fold for pair in pairs}) < 2:
        raise FacenetError("The protocol needs two folds or more: the others choose the threshold of each.")
    paths = sorted({path for pair in pairs for path in (pair.first, pair.second)})
    place = {path: number for number, path in enumerate(paths)}
    described, record = _described(options, paths)
    first, second = [place[pair.first] for pair in pairs], [place[pair.second] for pair in pairs]
    seen = described.found[first] & described.found[second]
    scores = np.where(seen, np.sum(described.vectors[first] * described.vectors[second], axis=1), faces.NO_FACE)
    same, fold = np.array([pair.same for pair in pairs]), np.array([pair.fold for pair in pairs])
    told, curve = verification.accuracy(scores, same, fold), verification.roc(scores, same)
    record |= {
        "pairs": len(pairs),
        "pairs_without_face": int(np.sum(~seen)),
        "accuracy": told.mean,
        "sd": told.sd,
        "standard_error": told.standard_error,
        "accuracy_per_fold": told.per_fold.tolist(),
        "auc": verification.auc(scores, same),
        "eer": verification.equal_error_rate(scores, same),
    }
    rows = [
        ("accuracy", f"{told.mean:.2%} +- {100 * told.sd:.2f} over {len(told.per_fold)} folds"),
        ("area under the ROC", f"{record['auc']:.4f}"),
        ("equal error rate", f"{record['eer']:.2%}"),
        ("pairs", f"{len(pairs):,}, of these without a face {record['pairs_without_face']:,}"),
    ]

    def figures() -> dict[str, Figure]:
        curves = {f"{len(pairs):,} pairs": (curve.far, curve.tar)}
        return {
            "pairs-roc": report.roc_plot(curves, 1 / np.sum(~same)),
            "pairs-similarities": report.histogram_plot(*report.histogram(scores, same)),
        }

    return _finish(options, described, record, rows, figures)


def _gallery(options: argparse.Namespace) -> int:
    listed = pictures.people(options.images)
    described, record = _described(options, [path for _, path in listed])
    people = [person for (person, _), found in zip(listed, described.found, strict=True) if found]
    measured = gallery.measure(described.vectors[described.found], people)

    def figures() -> dict[str, Figure]:
        counted = measured.pairs
        genuine, impostors = int(counted.genuine.sum()), int(counted.impostors.sum())
        curves = {f"{genuine + impostors:,} pairs": counted.roc()}
        thresholds = {f"FAR {verification.power_of_ten(rate.far)}": rate.threshold for rate in measured.rates}
        return {
            "gallery-roc": report.roc_plot(curves, 1 / impostors),
            "gallery-similarities": report.histogram_plot(*counted.coarse(), thresholds),
        }

    return _finish(options, described, record | measured.record(), measured.rows(), figures)


def _described(options: argparse.Namespace, paths: Sequence[Path]) -> tuple[faces.Described, dict[str, Any]]:
    """The faces of the pictures, and how they were come by, for the record."""
    finder, embedder = detector(options.yunet), Embedder(options.preset, options.device)
    described = faces.describe(paths, embedder, finder, options.flip)
    # Before anything is refused, since they may be why.
    for sentence in described.unreadable:
        print(sentence, file=sys.stderr)
    if not described.found.any():
        raise FacenetError(f"No face was found in any of the {len(paths):,} pictures of {options.images}.")
    marker = read_marker(options.images)
    return described, {
        "preset": embedder.preset.name,
        "images": str(options.images),
        "detector": marker.detector if marker else finder.fingerprint,
        "flip": options.flip,
        "pictures": len(paths),
        "pictures_without_face": int(np.sum(~described.found)) - len(described.unreadable),
        "pictures_unreadable": len(described.unreadable),
    }


def _finish(
    options: argparse.Namespace,
    described: faces.Described,
    record: Mapping[str, Any],
    rows: list[tuple[str, str]],
    figures: Callable[[], Mapping[str, Figure]],
) -> int:
    """Give the results. The exit code says whether every picture could be read."""
    without = f"{record['pictures_without_face']:,} without a face, {record['pictures_unreadable']:,} unreadable"
    rows = [("pictures", f"{record['pictures']:,}, of these {without}"), *rows]
    give_results(options, record, "\n".join(f"{name:<23} {value}" for name, value in rows), figures)
    return 1 if described.unreadable else 0


def _compare(options: argparse.Namespace) -> int:
    finder, embedder = detector(options.yunet), Embedder(options.preset, options.device)
    found = []
    for path in (options.first, options.second):
        picture = pictures.read(path)
        detections = finder.detect(picture)
        if not detections:
            raise FacenetError(f"No face was found in {path}.")
        found.append((detections, embedder.describe(picture, detections)))
    (first, of_first), (second, of_second) = found
    calibration = embedder.preset.calibration
    compared = [
        {"first": a, "second": b, **_meaning(float(cosine), calibration)}
        for (a, b), cosine in np.ndenumerate(of_first @ of_second.T)
    ]
    compared.sort(key=lambda pair: -pair["cosine"])
    if options.json:
        boxes = {"first": [face.box for face in first], "second": [face.box for face in second]}
        print(json.dumps({"preset": embedder.preset.name, "boxes": boxes, "pairs": compared}))
    else:
        print(_comparison(first, second, compared, calibration))
    return 0


def _meaning(cosine: float, calibration: Calibration | None) -> dict[str, Any]:
    """What a cosine says as far as it was calibrated: the false match rate, or a bound of it, and the probability."""
    rate = bound = probability = None
    if calibration is not None:
        lowest, highest = calibration.cosines[0], calibration.cosines[-1]
        rate = calibration.rate_at(min(max(cosine, lowest), highest))
        bound = "at most" if cosine > highest else "at least" if cosine < lowest else None
        if calibration.logistic is not None:
            probability = float(calibration.probability(cosine))
    return {
        "cosine": cosine,
        "false_match_rate": rate,
        "false_match_rate_bound": bound,
        "probability": probability,
        "verdict": None if probability is None else _verdict(probability),
    }


def _verdict(probability: float) -> str:
    if probability >= PROBABLE:
        return "probably the same person"
    return "probably different people" if probability <= 1 - PROBABLE else "cannot tell"


def _comparison(
    first: Sequence[Detection],
    second: Sequence[Detection],
    compared: Sequence[Mapping[str, Any]],
    calibration: Calibration | None,
) -> str:
    lines = []
    if len(compared) > 1:
        for photo, detections in (("A", first), ("B", second)):
            for number, face in enumerate(detections, 1):
                x, y, width, height = face.box
                lines.append(f"{photo}{number}: {width:.0f} x {height:.0f} pixels at {x:.0f}, {y:.0f}")
    lines.append(f"{'faces':<9} {'cosine':>7}  {'false match rate':>17}  {'probability of one person':>25}  verdict")
    for pair in compared:
        rate, probability = pair["false_match_rate"], pair["probability"]
        rate_text = "-" if rate is None else f"{pair['false_match_rate_bound'] or ''} {rate:.1e}".strip()
        probability_text = "-" if probability is None else f"{probability:.4f}"
        names = f"A{pair['first'] + 1} B{pair['second'] + 1}"
        verdict = pair["verdict"] or "-"
        lines.append(f"{names:<9} {pair['cosine']:>7.4f}  {rate_text:>17}  {probability_text:>25}  {verdict}")
    if calibration is None:
        lines.append("What a cosine means was not measured for this preset: see `calibrate`.")
    elif calibration.logistic is None:
        lines.append("This preset was calibrated for false match rates alone: see `calibrate`.")
    else:
        lines.append("The probability holds where one person and two were equally likely; in a crowd it is lower.")
    return "\n".join(lines)
