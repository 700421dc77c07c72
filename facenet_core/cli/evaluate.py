"""Measure an embedder: calibrate."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facenet_core.cli.options import add_detector, add_device, add_preset, detector, progress
from facenet_core.data import pictures
from facenet_core.embed import Embedder
from facenet_core.evaluate import calibration

if TYPE_CHECKING:
    from facenet_core.cli.options import Commands


def add(commands: Commands) -> None:
    calibrating = commands.add_parser("calibrate", help="measure which cosine gives which false match rate")
    calibrating.add_argument("--images", required=True, type=Path, metavar="DIR", help="one folder for each person")
    calibrating.add_argument("--json", action="store_true", help="print JSON")
    add_detector(calibrating)
    add_device(calibrating)
    add_preset(calibrating)
    calibrating.set_defaults(run=_calibrate)


def _calibrate(options: argparse.Namespace) -> int:
    finder, embedder = detector(options), Embedder(options.preset, options.device)
    people, vectors = [], []
    pictures_of_people = pictures.people(options.images)
    for person, path in progress(pictures_of_people):
        picture = pictures.read(path)
        faces = finder.detect(picture)
        if faces:
            people.append(person)
            vectors.append(embedder.describe(picture, [calibration.nearest_centre(faces, *picture.shape[:2])]))
    source = f"{options.images.name}, {len(people):,} of {len(pictures_of_people):,} pictures, {finder.fingerprint}"
    report = calibration.fit(np.concatenate(vectors), people, source)
    print(json.dumps(asdict(report)) if options.json else calibration.table(report))
    return 0
