"""How well a library's groups fit the truth: `python -m tests.bench.grouping --library DIR (--truth CSV | --folders)`.

Each labelled photo has one labelled face: with --folders (LFW: a folder a person) the one nearest the centre, with
--truth (a CSV of photo,person) the largest. Faces without a group count as groups of one. What is printed is defined
in facenet_core.evaluate.clustering.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from app.library.library import Library
from app.library.records import Face
from facenet_core.evaluate import clustering


def centre_distance(face: Face) -> float:
    x, y, width, height = face.box
    return (x + width / 2 - 0.5) ** 2 + (y + height / 2 - 0.5) ** 2


def area(face: Face) -> float:
    return -face.box.width * face.box.height


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--truth", type=Path, help="CSV: photo file name, person")
    source.add_argument("--folders", action="store_true", help="each photo's folder is its person")
    arguments = parser.parse_args()
    library = Library.open(arguments.library, writable=False)
    by_photo: dict[Path, list[Face]] = defaultdict(list)
    for face in library.faces():
        by_photo[face.path].append(face)
    photos = [photo.path for photo in library.photos(library.photo_ids().tolist())]
    library.close()
    choose: Callable[[Face], float]
    if arguments.folders:
        person_of = {path: path.parent.name for path in photos}
        choose = centre_distance
    else:
        with arguments.truth.open(newline="") as file:
            named = {row[0]: row[1] for row in csv.reader(file)}
        person_of = {path: named[path.name] for path in photos if path.name in named}
        choose = area
    chosen = {path: min(by_photo[path], key=choose) for path in person_of if by_photo[path]}
    truth = [person_of[path] for path in chosen]
    agreement = clustering.measure(truth, [face.cluster for face in chosen.values()])
    shared = {
        (path, cluster)
        for path, faces in by_photo.items()
        for cluster, count in Counter(face.cluster for face in faces if face.cluster is not None).items()
        if count > 1
    }
    print(f"photos {len(photos)}, of these labelled {len(person_of)}, with a face {len(chosen)}")
    print(f"faces found {sum(map(len, by_photo.values()))}, of the labelled ones:")
    print(clustering.table(agreement))
    print(f"photos with two faces in one group: {len(shared)}")


if __name__ == "__main__":
    main()
