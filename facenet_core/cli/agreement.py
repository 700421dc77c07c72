"""Compare an embedder with the teacher whose vectors packs hold: evaluate agreement."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facenet_core.cli.options import add_device, add_preset, add_results, give_results
from facenet_core.data.crops import open_crops
from facenet_core.embed import Embedder
from facenet_core.evaluate import agreement, report
from facenet_core.evaluate.agreement import FMR, Agreement, Band, Matches
from facenet_core.evaluate.faces import Describer
from facenet_core.evaluate.verification import FEWEST_ERRORS, power_of_ten
from facenet_core.types import Calibration, FacenetError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from facenet_core.cli.options import Commands

DESCRIPTION = f"""
On the crops that packs hold back from training: the mean cosine between the network's vector and the teacher's in the
pack, with its standard error and 5th percentile, for all faces and by age, group, gender and source, and how far each
band is from the mean of all. FMR needs no names: it is the share of the pairs within a band that match at the cosine
which a share {power_of_ten(FMR)} of all pairs reaches, for the network and, at its own such cosine, for the teacher.
All pairs count as strangers, though a few show one person, most of all in sets of a few hundred actors. Rates that
fewer than {FEWEST_ERRORS} matches decide are in brackets. --teacher adds `again`: how near the teacher itself, shown
the crop as the pack holds it, comes to what it said of the photo, which bounds what any student can reach.
"""


def add(protocols: Commands) -> None:
    comparing = protocols.add_parser(
        "agreement", help="how far a network agrees with its teacher, by age and group", description=DESCRIPTION
    )
    comparing.add_argument(
        "--data", required=True, nargs="+", type=Path, metavar="PATH", help="packs, or folders that hold packs"
    )
    comparing.add_argument("--teacher", type=Path, metavar="FILE.onnx", help="describe the crops by the teacher too")
    add_results(comparing, "the mean cosine by band")
    add_device(comparing)
    add_preset(comparing)
    comparing.set_defaults(run=_measure)


def _measure(options: argparse.Namespace) -> int:
    crops = open_crops(options.data, held_back=True)
    embedder = Embedder(options.preset, options.device)
    describers = [Describer.of_preset(embedder)]
    stored = agreement.stored(crops, describers[0].dimension)
    if options.teacher:
        describers.append(Describer.of_teacher(options.teacher))
        if describers[1].dimension != stored.shape[1]:
            raise FacenetError(
                f"{options.teacher} gives {describers[1].dimension} numbers, the teacher of the packs "
                f"{stored.shape[1]}: name the one that `pack` had."
            )
    student, *again = agreement.described(crops, describers)
    measured = agreement.measure(student, stored, agreement.masks(crops), again[0] if again else None)
    calibration = embedder.preset.calibration
    calibrated = _calibrated(calibration)
    matched = None if calibrated is None else agreement.reached(student, calibrated)
    record: dict[str, Any] = {
        "preset": embedder.preset.name,
        "data": [str(path) for path in options.data],
        "thresholds": dict(zip(("student", "teacher"), measured.thresholds, strict=True)),
        "calibrated_threshold": calibrated,
        "calibrated_fmr": None if matched is None else matched.rate,
        "lowest": [{"by": band.by, "name": band.name} for band in measured.lowest()],
        "bands": [_record(band) for band in measured.bands],
    }
    lines = [f"{embedder.preset.name} on {len(crops):,} crops held back", agreement.table(measured)]
    if calibrated is not None and matched is not None:
        rate = power_of_ten(FMR)
        lines.append(f"its calibrated cosine for FMR {rate}, {calibrated:.3f}, matches {matched.rate:.1e} of all pairs")
    give_results(options, record, "\n".join(lines), lambda: _figures(measured))
    return 0


def _calibrated(calibration: Calibration | None) -> float | None:
    """The preset's own cosine for FMR, where it was measured."""
    if calibration is None or not calibration.rates[-1] <= FMR <= calibration.rates[0]:
        return None
    return calibration.cosine_at(FMR)


def _record(band: Band) -> dict[str, Any]:
    return {**band._asdict(), "student": _matches(band.student), "teacher": _matches(band.teacher)}


def _matches(matches: Matches | None) -> dict[str, Any] | None:
    return None if matches is None else {**matches._asdict(), "fmr": matches.rate}


def _figures(measured: Agreement) -> dict[str, Figure]:
    overall, *bands = measured.bands
    names = [f"{band.by} {band.name}" for band in bands]
    errors = [band.standard_error or 0.0 for band in bands]
    cosines = [band.cosine for band in bands]
    label = "mean cosine with the teacher, from that of all faces"
    return {"agreement": report.bars_plot(names, cosines, errors, label, overall.cosine)}
