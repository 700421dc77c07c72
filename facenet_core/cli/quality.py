"""Measure whether the quality of a face foretells that it is falsely rejected: evaluate quality."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facenet_core.cli.options import add_detector, add_device, add_preset, add_results, detector, give_results
from facenet_core.data import pictures
from facenet_core.data.crops import read_marker
from facenet_core.embed import Embedder
from facenet_core.evaluate import faces, quality, report
from facenet_core.evaluate.verification import power_of_ten
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from facenet_core.cli.options import Commands

DESCRIPTION = f"""
The error-versus-reject curve (Grother, Tabassi 2007): the false non-match rate over all pairs of one person, at the
cosine where {power_of_ten(quality.FMR)} of all pairs of two people match, as the faces of the least quality are
dropped. Dropping by chance would not change the rate; the oracle always drops the face with the most false rejects that
are left. In the column `by face` all faces weigh the same, however many photos there are of their person, of whom a few
decide the other rates. Of each picture the face nearest the centre counts. Quality is measured in photos, so aligned
crops will not do.
"""


def add(protocols: Commands) -> None:
    rejecting = protocols.add_parser(
        "quality", help="how well the quality of faces foretells false rejects", description=DESCRIPTION
    )
    rejecting.add_argument(
        "--images", required=True, type=Path, metavar="DIR", help="one folder of photos for each person"
    )
    add_results(rejecting, "the error-versus-reject curve")
    add_detector(rejecting)
    add_device(rejecting)
    add_preset(rejecting)
    rejecting.set_defaults(run=_measure)


def _measure(options: argparse.Namespace) -> int:
    if read_marker(options.images) is not None:
        raise FacenetError(f"{options.images} holds aligned crops, of which no quality is known: name the photos.")
    photos = pictures.people(options.images)
    finder, embedder = detector(options.yunet), Embedder(options.preset, options.device)
    described = faces.describe([path for _, path in photos], embedder, finder)
    for problem in described.unreadable:
        print(problem, file=sys.stderr)
    found = described.found
    people = [person for (person, _), seen in zip(photos, found, strict=True) if seen]
    measured = quality.measure(described.vectors[found], people, described.qualities[found])
    record = {
        "preset": embedder.preset.name,
        "images": str(options.images),
        "detector": finder.fingerprint,
        "pictures": len(photos),
        "pictures_without_face": int(np.sum(~found)) - len(described.unreadable),
        "pictures_unreadable": len(described.unreadable),
        **measured.record(),
    }
    give_results(options, record, measured.table(), lambda: _figures(measured))
    return 1 if described.unreadable else 0


def _figures(measured: quality.Report) -> dict[str, Figure]:
    dropped, fnmr, _, _, _, oracle, _ = (np.array(column) for column in zip(*measured.curve, strict=True))
    curves = {"quality": fnmr, "chance": np.full(len(fnmr), fnmr[0]), "oracle": oracle}
    return {"quality-reject": report.reject_plot(dropped, curves)}
