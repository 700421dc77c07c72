"""Measure what verification loses on degraded faces: evaluate robustness."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facenet_core.cli.options import add_device, add_preset, add_results, give_results
from facenet_core.data.crops import read_marker
from facenet_core.data.pairs import parse_folds, read_pairs
from facenet_core.embed import Embedder
from facenet_core.evaluate import report, robustness
from facenet_core.evaluate.faces import Describer
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from facenet_core.cli.options import Commands

DESCRIPTION = f"""
The pairs of `evaluate pairs` with their second picture degraded and the first clean, as a poor photo in an album meets
good ones of the same person. For each degradation: the accuracy by the protocol of LFW, with thresholds chosen anew;
how many points that is above the clean pairs, with the standard error of the difference over the folds; the true accept
rate at the strictest false accept rate that the pairs can measure (ten impostor pairs); and the mean cosine between the
clean and the degraded vector of the same picture. What is random is drawn by the pictures' names, so that every network
sees the same. The crops must show a margin of {robustness.REACH:g} around what the network sees, as `align` cuts them.
"""


def add(protocols: Commands) -> None:
    degrading = protocols.add_parser(
        "robustness", help="what verification loses where faces are degraded", description=DESCRIPTION
    )
    degrading.add_argument("--pairs", required=True, type=Path, metavar="FILE", help="in the format of LFW's pairs.txt")
    degrading.add_argument("--images", required=True, type=Path, metavar="CROPS", help="a folder that `align` wrote")
    degrading.add_argument("--folds", metavar="1-10", help="only these, two or more: 8-10, or 1,3 (default: all)")
    degrading.add_argument("--both", action="store_true", help="degrade both pictures of each pair")
    add_results(degrading, "the points lost")
    add_device(degrading)
    network = degrading.add_mutually_exclusive_group()
    add_preset(network)
    network.add_argument("--teacher", type=Path, metavar="FILE.onnx", help="measure a teacher, as `pack` takes it")
    degrading.set_defaults(run=_measure)


def _measure(options: argparse.Namespace) -> int:
    marker = read_marker(options.images)
    if marker is None:
        raise FacenetError(
            f"{options.images} holds no aligned crops: run `python -m facenet_core align` on the photos first."
        )
    folds = parse_folds(options.folds) if options.folds else None
    pairs = read_pairs(options.pairs, options.images, folds, missing="keep")
    if len({pair.fold for pair in pairs}) < 2:
        raise FacenetError("The protocol needs two folds or more: the others choose the threshold of each.")
    if options.teacher:
        describer = Describer.of_teacher(options.teacher)
    else:
        describer = Describer.of_preset(Embedder(options.preset, options.device))
    measured = robustness.measure(pairs, marker, describer, options.both)
    record: dict[str, Any] = {
        "teacher" if options.teacher else "preset": describer.name,
        "images": str(options.images),
        "detector": marker.detector,
        "both": options.both,
        **asdict(measured),
        "losses": [loss._asdict() for loss in measured.losses],
    }
    of_pairs = f"{'both pictures' if options.both else 'the second picture'} of {measured.pairs:,} pairs degraded"
    heading = f"{describer.name}: {of_pairs}; {measured.pairs_without_face:,} pairs without a face"
    give_results(options, record, f"{heading}\n{robustness.table(measured)}", lambda: _figures(measured))
    return 0


def _figures(measured: robustness.Robustness) -> dict[str, Figure]:
    lost = [loss for loss in measured.losses if loss.name != robustness.CLEAN]
    points, errors = [100 * loss.difference for loss in lost], [100 * loss.standard_error for loss in lost]
    return {"robustness": report.bars_plot([loss.name for loss in lost], points, errors, "points of accuracy")}
