"""This program beside others, on the same photos in one run: python -m tests.bench.peers --photos DIR --truth CSV

Each in a process of its own, from the folder to groups: `kinfolio` scans as always; `mtcnn`, the package of that name,
finds faces, and the embedder that ships describes them by Keras's `predict`, one call a face, as most tutorials do;
`face_recognition` (dlib) finds faces by its default detector, describes them and groups them by dlib's own Chinese
whispers at its usual distance. A package that is not installed is left out: they are none of the program's own.

The labelled face of a photo is the largest one; where none was found it counts as a group of its own.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Hashable
from pathlib import Path

from facenet_core.evaluate import clustering

# Of dlib's example of grouping faces.
DISTANCE = 0.5
# Faces of a photo, the largest first: each the group that it is in, None where the program makes no groups.
Found = dict[Path, list[Hashable | None]]


def kinfolio(photos: list[Path]) -> Found:
    from app.library.library import Library
    from app.vision.models import make_engine
    from app.vision.threads import Vision
    from app.work.jobs.scan_folder import ScanFolders
    from app.work.runner import Runner

    found: Found = {photo: [] for photo in photos}
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder) / "library")
        vision, runner = Vision(make_engine(None, "cpu")), Runner(lambda event: None)
        runner.start(ScanFolders(library, vision, [photos[0].parent])).future.result()
        for face in sorted(library.faces(), key=lambda face: -face.box.width * face.box.height):
            found[face.path].append(f"alone {face.id}" if face.cluster is None else face.cluster)
        runner.close()
        vision.close()
        library.close()
    return found


def mtcnn(photos: list[Path]) -> Found:
    import cv2
    import numpy as np
    from mtcnn import MTCNN

    from facenet_core import presets
    from facenet_core.align import align
    from facenet_core.preprocess import PREPROCESSING

    detector, preset = MTCNN(), presets.get(presets.DEFAULT)
    model = presets.load(preset)
    found: Found = {}
    for photo in photos:
        picture = cv2.cvtColor(cv2.imread(str(photo)), cv2.COLOR_BGR2RGB)
        faces = detector.detect_faces(picture)
        names = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")
        for face in faces:
            points = np.array([face["keypoints"][name] for name in names], np.float64)
            crop = align(picture, points, preset.crop_size, preset.crop_margin)
            model.predict(PREPROCESSING[preset.preprocessing](crop[None]), verbose=0)
        found[photo] = [None for _ in faces]
    return found


def face_recognition(photos: list[Path]) -> Found:
    import dlib
    import face_recognition as peer

    places: list[tuple[Path, float]] = []
    encodings = []
    for photo in photos:
        picture = peer.load_image_file(str(photo))
        boxes = peer.face_locations(picture)
        for (top, right, bottom, left), encoding in zip(boxes, peer.face_encodings(picture, boxes), strict=True):
            places.append((photo, (bottom - top) * (right - left)))
            encodings.append(dlib.vector(encoding))
    groups = dlib.chinese_whispers_clustering(encodings, DISTANCE)
    found: Found = {photo: [] for photo in photos}
    for (photo, _), group in sorted(zip(places, groups, strict=True), key=lambda face: -face[0][1]):
        found[photo].append(group)
    return found


PEERS: dict[str, Callable[[list[Path]], Found]] = {
    "kinfolio": kinfolio,
    "mtcnn": mtcnn,
    "face_recognition": face_recognition,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="a folder of JPEGs")
    parser.add_argument("--truth", type=Path, required=True, help="CSV: photo file name, person")
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    photos = sorted(arguments.photos.glob("*.jpg"))
    if arguments.peer is not None:
        began = time.perf_counter()
        found = PEERS[arguments.peer](photos)
        seconds = time.perf_counter() - began
        print(json.dumps([seconds, time.process_time(), {photo.name: groups for photo, groups in found.items()}]))
        return
    with arguments.truth.open(newline="") as file:
        person_of = {row[0]: row[1] for row in csv.reader(file)}
    print("| program | photos/s | CPU ms a photo | faces | BCubed F |\n|---|---|---|---|---|")
    for peer in PEERS:
        if peer != "kinfolio" and importlib.util.find_spec(peer) is None:
            print(f"| {peer} | not installed | | | |")
            continue
        command = [sys.executable, "-m", "tests.bench.peers", "--photos", str(arguments.photos)]
        command += ["--truth", str(arguments.truth), "--peer", peer]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        seconds, cpu, groups = json.loads(output.splitlines()[-1])
        labelled = [photo.name for photo in photos if photo.name in person_of]
        fit = "none made"
        if all(group is not None for of_photo in groups.values() for group in of_photo):
            largest = [groups[name][0] if groups[name] else f"not found: {name}" for name in labelled]
            fit = f"{clustering.measure([person_of[name] for name in labelled], largest).bcubed.f:.3f}"
        faces = sum(map(len, groups.values()))
        print(
            f"| {peer} | {len(photos) / seconds:.1f} | {1000 * cpu / len(photos):.0f} | {faces} | {fit} |", flush=True
        )


if __name__ == "__main__":
    main()
