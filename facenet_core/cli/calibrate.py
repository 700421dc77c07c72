"""Measure what an embedder's cosines mean, and keep it in its preset: calibrate."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from facenet_core import presets
from facenet_core.cli.options import Help, add_detector, add_device, add_preset, add_results, detector, give_results
from facenet_core.data import pictures
from facenet_core.data.crops import read_marker
from facenet_core.embed import Embedder
from facenet_core.evaluate import calibration, faces, report
from facenet_core.evaluate.all_pairs import Pairs
from facenet_core.evaluate.verification import power_of_ten
from facenet_core.files import replaced
from facenet_core.types import Calibration, FacenetError, Preset

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from facenet_core.cli.options import Commands

DESCRIPTION = """
Measures which cosine gives which false match rate, and how likely two faces with a cosine show one person: fitted on
half of the people, chosen by a hash of their names, and checked on the other half. The program groups faces by what
--write keeps in the preset, so measure with the detector that it will be used with. The preset.json from before is kept
beside it, as preset.json.old.
"""
EXAMPLES = """
examples:
  %(prog)s --images CROPS
  %(prog)s --images CROPS --preset RUN --write
"""
# With fewer, a handful of people who look alike decide the rare false matches.
FEW_PEOPLE = 200


def add(commands: Commands) -> None:
    calibrating = commands.add_parser(
        "calibrate",
        help="measure which cosine gives which false match rate and probability",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=Help,
    )
    calibrating.add_argument(
        "--images", required=True, type=Path, metavar="DIR", help="one folder for each person, photos or aligned crops"
    )
    calibrating.add_argument("--name", help="what the preset shall call these pictures (default: the folder's name)")
    calibrating.add_argument("--write", action="store_true", help="keep the calibration in the preset of --preset")
    add_results(calibrating, "reliability, ROC and similarities of the other half")
    add_detector(calibrating)
    add_device(calibrating)
    add_preset(calibrating)
    # None where nobody named one, which is the one that ships.
    calibrating.set_defaults(run=_calibrate, preset=None)


def _calibrate(options: argparse.Namespace) -> int:
    if options.write and options.preset is None:
        raise FacenetError("--write changes how a preset tells faces apart: name the one to change with --preset.")
    preset, photos = presets.get(options.preset or presets.DEFAULT), pictures.people(options.images)
    if options.write:
        _check_writable(preset)
    finder, marker = detector(options.yunet), read_marker(options.images)
    described = faces.describe([path for _, path in photos], Embedder(preset, options.device), finder)
    for problem in described.unreadable:
        print(problem, file=sys.stderr)
    people = [person for (person, _), found in zip(photos, described.found, strict=True) if found]
    number = len(set(people))
    fitted, checked = calibration.halves(described.vectors[described.found], people)
    # As text that can be printed and kept: a folder's name may be any bytes.
    name = os.fsencode(options.name or options.images.absolute().name).decode("utf-8", "replace")
    source = (
        f"{fitted.impostors.sum():,} pairs of strangers and {fitted.genuine.sum():,} of one person: "
        f"half of {number:,} people of {name}, found by {marker.detector if marker else finder.fingerprint}"
    )
    measured = calibration.check(calibration.fit(fitted, source), checked)
    give_results(options, asdict(measured), calibration.table(measured), lambda: _figures(measured, checked))
    if number < FEW_PEOPLE:
        print(
            f"Only {number} people: a few of them who look alike decide the false match rates of 1e-3 and "
            f"less, which may be others for other people. Trust them from {FEW_PEOPLE} people on.",
            file=sys.stderr,
        )
    if options.write:
        true_matches = tuple(round(point.true_match_rate, 4) for point in measured.points)
        _replace(preset, replace(measured.calibration, true_matches=true_matches))
    return 1 if described.unreadable else 0


def _replace(preset: Preset, measured: Calibration) -> None:
    """Keep the calibration in the preset, and beside it what the preset was before."""
    file = preset.folder / presets.FILE
    old = file.with_name(f"{file.name}.old")
    with replaced(old) as copy:
        copy.write(file.read_bytes())
    # Read again: measuring takes long enough for an export to end meanwhile.
    before = presets.read(preset.folder)
    presets.write(replace(before, calibration=measured))
    print(f"Kept in {file}; as it was before: {old}", file=sys.stderr)
    if before.calibration is not None:
        print(f"It replaces the calibration on {_told(before.calibration)}", file=sys.stderr)
        print(f"by that on {_told(measured)}", file=sys.stderr)


def _told(kept: Calibration) -> str:
    points = zip(kept.rates, kept.cosines, strict=True)
    return f"{kept.source} (" + ", ".join(f"{cosine:.3f} at {rate:g}" for rate, cosine in points) + ")"


def _check_writable(preset: Preset) -> None:
    """Write preset.json as it is: to learn whether that can be done before the measuring, not after."""
    file = preset.folder / presets.FILE
    try:
        with replaced(file) as same:
            same.write(file.read_bytes())
    except OSError as error:
        raise FacenetError(
            f"The calibration cannot be kept in {preset.folder}: {error.strerror or error}. "
            "Name a copy of that folder with --preset, or leave out --write."
        ) from error


def _figures(measured: calibration.Report, checked: Pairs) -> dict[str, Figure]:
    trust, fewest = measured.reliability, 1 / measured.impostor_pairs
    thresholds = {f"FMR {power_of_ten(point.rate)}": point.cosine for point in measured.points}
    return {
        "calibration-reliability": report.reliability_plot(*trust.curve()),
        "calibration-roc": report.roc_plot({"the other half of the people": checked.roc()}, fewest),
        "calibration-similarities": report.histogram_plot(*checked.coarse(), thresholds),
    }
