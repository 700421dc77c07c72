"""Measure what an embedder's cosines mean, and keep it in its preset: calibrate."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from facenet_core import presets
from facenet_core.cli.options import add_detector, add_device, add_preset, add_results, detector, give_results
from facenet_core.data import pictures
from facenet_core.data.crops import read_marker
from facenet_core.embed import Embedder
from facenet_core.evaluate import calibration, faces, report
from facenet_core.evaluate.all_pairs import Pairs
from facenet_core.evaluate.verification import FEWEST_ERRORS, power_of_ten
from facenet_core.types import FacenetError, Preset

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from facenet_core.cli.options import Commands

DESCRIPTION = """
Measures which cosine gives which false match rate, and how likely two faces with a cosine show one person: fitted on
half of the people, chosen by a hash of their names, and checked on the other half. The program groups faces by what
--write keeps in the preset, so measure with the detector that it will be used with.
"""


def add(commands: Commands) -> None:
    calibrating = commands.add_parser(
        "calibrate", help="measure which cosine gives which false match rate and probability", description=DESCRIPTION
    )
    calibrating.add_argument(
        "--images", required=True, type=Path, metavar="DIR", help="one folder for each person, photos or aligned crops"
    )
    calibrating.add_argument("--name", help="what the preset shall call these pictures (default: the folder's name)")
    calibrating.add_argument("--write", action="store_true", help="keep the calibration in the preset")
    add_results(calibrating, "reliability, ROC and similarities of the other half")
    add_detector(calibrating)
    add_device(calibrating)
    add_preset(calibrating)
    calibrating.set_defaults(run=_calibrate)


def _calibrate(options: argparse.Namespace) -> int:
    preset, photos = presets.get(options.preset), pictures.people(options.images)
    if options.write:
        # As it is: to learn whether the folder can be written before the measuring, not after.
        _keep(preset)
    finder, marker = detector(options), read_marker(options.images)
    described = faces.describe([path for _, path in photos], Embedder(preset, options.device), finder)
    for problem in described.unreadable:
        print(problem, file=sys.stderr)
    people = [person for (person, _), found in zip(photos, described.found, strict=True) if found]
    fitted, checked = calibration.halves(described.vectors[described.found], people)
    # As text that can be printed and kept: a folder's name may be any bytes.
    name = os.fsencode(options.name or options.images.absolute().name).decode("utf-8", "replace")
    source = (
        f"{fitted.impostors.sum():,} pairs of strangers and {fitted.genuine.sum():,} of one person: "
        f"half the people of {name}, found by {marker.detector if marker else finder.fingerprint}"
    )
    measured = calibration.check(calibration.fit(fitted, source), checked)
    give_results(options, asdict(measured), calibration.table(measured), lambda: _figures(measured, checked))
    if options.write:
        print(f"Kept in {_keep(replace(preset, calibration=measured.calibration))}", file=sys.stderr)
    return 1 if described.unreadable else 0


def _keep(preset: Preset) -> Path:
    try:
        return presets.write(preset)
    except OSError as error:
        raise FacenetError(
            f"The calibration cannot be kept in {preset.folder}: {error.strerror or error}. "
            "Name a copy of that folder with --preset, or leave out --write."
        ) from error


def _figures(measured: calibration.Report, checked: Pairs) -> dict[str, Figure]:
    trust, fewest = measured.reliability, FEWEST_ERRORS / measured.impostor_pairs
    thresholds = {f"FMR {power_of_ten(point.rate)}": point.cosine for point in measured.points}
    return {
        "calibration-reliability": report.reliability_plot(*trust.curve()),
        "calibration-roc": report.roc_plot({"the other half of the people": checked.roc()}, fewest),
        "calibration-similarities": report.histogram_plot(*checked.coarse(), thresholds),
    }
