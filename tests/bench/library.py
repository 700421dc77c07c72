"""How long grouping, adding and naming take in a large library: python -m tests.bench.library [--faces 100000]

Fills a library with faces drawn around people (sizes by Zipf's law, cosines as of the shipped embedder, some faces of
no use) without a picture, then does what a user would. Peak memory is that of the whole process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.library.library import Library
from app.library.records import Box, FaceFilter, FaceId, FoundFace, Root, ScannedPhoto, Side
from facenet_core import presets
from facenet_core.evaluate import clustering

DIMENSION = 128
# Strangers' cosines spread like those of the shipped embedder where only so many directions are used.
DIRECTIONS = 86
FACES_A_PERSON = 12
# Cosines between faces of one person: mean and spread.
GENUINE, SPREAD = 0.62, 0.12
NO_USE = 0.03
LANDMARKS = ((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8))

T = TypeVar("T")


class People:
    """Draws vectors of people, whose sizes follow Zipf's law."""

    def __init__(self, people: int, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)
        self._basis = np.linalg.qr(self._rng.normal(size=(DIMENSION, DIRECTIONS)))[0].T.astype(np.float32)
        self._centres = self._unit(people)
        share = 1 / np.arange(1, people + 1)
        self._share = share / share.sum()

    def draw(self, count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Vectors float32 [count, 128] and whose they are; -1 for faces of no use, which are like nobody."""
        person = self._rng.choice(len(self._centres), count, p=self._share)
        alike = np.clip(self._rng.normal(GENUINE, SPREAD, count), 0.2, 0.95).astype(np.float32)
        person[self._rng.uniform(size=count) < NO_USE] = -1
        alike[person < 0] = 0
        along = np.sqrt(alike)[:, None]
        vectors = along * self._centres[person] + np.sqrt(1 - along**2) * self._unit(count)
        vectors = vectors @ self._basis
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), person

    def _unit(self, count: int) -> NDArray[np.float32]:
        drawn = self._rng.normal(size=(count, DIRECTIONS)).astype(np.float32)
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def fill(library: Library, root: Root, people: People, count: int, first: int = 0) -> NDArray[np.int64]:
    """Writes photos of one face each; whose they are, by face."""
    truth = []
    for start in range(first, first + count, 1000):
        vectors, person = people.draw(min(1000, first + count - start))
        library.write_scanned([photo(root, start + place, vector) for place, vector in enumerate(vectors)]).result()
        truth.append(person)
    return np.concatenate(truth)


def photo(root: Root, number: int, vector: NDArray[np.float32]) -> ScannedPhoto:
    face = FoundFace(Box(0.3, 0.2, 0.4, 0.5), LANDMARKS, 0.9, 0.9, np.asarray(vector, np.float32), b"")
    name = f"{number:07}.jpg".encode()
    return ScannedPhoto(root.id, name, size=1, mtime_ns=number, content_hash=name, width=100, height=100, faces=[face])


def timed(what: str, action: Callable[[], T]) -> T:
    started, cpu = time.perf_counter(), time.process_time()
    result = action()
    if isinstance(result, Future):
        result = result.result()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what:<28} {time.perf_counter() - started:>9.3f} s {time.process_time() - cpu:>9.3f} s CPU {peak:>7.0f} MB",
        flush=True,
    )
    return result


def agreement(library: Library, truth: NDArray[np.int64]) -> clustering.Agreement:
    faces = sorted(library.faces(), key=lambda face: face.path.name)
    known = [(int(person), face.cluster) for person, face in zip(truth, faces, strict=True) if person >= 0]
    people, clusters = zip(*known, strict=True)
    return clustering.measure(people, clusters)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where to keep the library (default: nowhere)")
    parser.add_argument("--agreement", action="store_true", help="also tell how well the groups fit; takes memory")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        measure(Path(folder), arguments.faces, arguments.agreement)


def measure(folder: Path, count: int, tell_agreement: bool) -> None:
    calibration = presets.get(presets.DEFAULT).calibration
    assert calibration is not None, "what ships is calibrated"
    library = Library.open(folder / "library")
    cosine_at = dict(zip(calibration.rates, calibration.cosines, strict=True))
    library.use_engine(name="drawn", fingerprint="drawn", dimension=DIMENSION, cosine_at=cosine_at)
    root = library.add_root(folder)
    people = People(max(1, count // FACES_A_PERSON))
    truth = timed(f"write {count:,} faces", lambda: fill(library, root, people, count))
    timed("group from nothing", library.group)
    if tell_agreement:
        print(clustering.table(agreement(library, truth)))
    timed("load the index", lambda: library.similar(people.draw(1)[0][0]))
    medians = []
    for turn in range(3):
        fill(library, root, people, 100, count + 100 * turn)
        medians.append(timed("group 100 more", library.group))
    groups = library.clusters()
    timed(f"name a group of {groups[0].faces:,}", lambda: library.name("Largest", clusters=[groups[0].id]))
    timed("group after it", library.group)
    largest = max(library.people(), key=lambda person: person.faces)
    timed(f"suggestions of {largest.faces:,}", lambda: library.suggestions(Side(person=largest.id)))
    timed("review", library.review)
    members: Sequence[FaceId] = [face.id for face in library.faces(FaceFilter(cluster=groups[20].id))]
    timed("name one face", lambda: library.name("Anna", faces=members[:1]))
    timed("group after it", library.group)
    timed("undo", library.undo)
    timed("people", library.people)
    timed("groups", library.clusters)
    timed("close", library.close)


if __name__ == "__main__":
    main()
