"""A scan killed at any moment leaves a whole library, and the next one takes up the rest."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.library.library import Library
from app.library.records import FaceFilter
from app.vision.pretend import PretendEngine
from app.vision.threads import Vision
from app.work.jobs.group_faces import GroupAgain, PlanGroups
from app.work.jobs.scan_folder import ScanFolders
from app.work.runner import Runner
from tests.pictures import cut_off, draw_people, encode
from tests.system.killing import check, work_and_kill

KILLS = 20
PHOTOS = 60
# Slow enough that a kill finds work under way, quick enough for every test run.
SECONDS_A_PICTURE = 0.01
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a library holds, told by paths instead of ids."""

    problems: dict[str, str]
    faces: dict[str, list[tuple[tuple[float, ...], NDArray[np.float32]]]]
    groups: set[frozenset[tuple[str, int]]]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    draw_albums(folder)
    return folder


def draw_albums(folder: Path) -> None:
    """Five folders of photos, some of them cut off."""
    chance = random.Random(1)
    for number in range(PHOTOS):
        people = chance.sample(range(12), chance.choice([1, 1, 2, 3]))
        data = encode(draw_people(*people, size=(480, 360), seed=number).pixels)
        file = folder / f"{number % 5}" / f"{number:02}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if number % 20 else cut_off(data, 0.1))


@pytest.fixture(scope="module")
def undisturbed(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return finish(tmp_path_factory.mktemp("undisturbed"), photos)


def test_a_scan_killed_at_twenty_random_moments_ends_as_an_undisturbed_one(
    photos: Path, undisturbed: Outcome, tmp_path: Path
) -> None:
    chance = random.Random(20)
    told: set[str] = set()
    midway = 0
    for kill in range(KILLS):
        # Another library every few kills, so that its making, first photos and last ones are hit alike.
        folder = tmp_path / f"library-{kill // 4}"
        if kill % 4 == 0:
            told = set()
        told |= scan_and_kill(folder, photos, lines=chance.randrange(14), seconds=chance.uniform(0.0, 0.08))
        kept = readable(folder)
        assert told <= kept, "what was told as written is in the library"
        midway += 0 < len(kept) < PHOTOS
    assert midway >= KILLS // 2, "the kills came too early or too late to mean anything"
    for folder in sorted(tmp_path.glob("library-*")):
        compare(finish(folder, photos), undisturbed)


def test_whatever_is_killed_at_random_moments_leaves_a_whole_library(photos: Path, tmp_path: Path) -> None:
    """Scans, groups, names, merges and what undoes them; the bench does it 200 times."""
    chance, said = random.Random(3), None
    in_between = 0
    for kill in range(KILLS // 2):
        told = work_and_kill(tmp_path / "library", photos, kill, chance, most_lines=24)
        said = check(tmp_path / "library", replace(told, said=told.said or said))
        in_between += not told.ended
    assert in_between >= KILLS // 4, "the kills came between the edits alone"


def scan_and_kill(folder: Path, photos: Path, *, lines: int, seconds: float) -> set[str]:
    """The paths that the scan told as written until it was killed, `seconds` after it had told so many.

    Counted from what it tells rather than from its start, so that a busy machine is hit at the same moments.
    """
    command = [sys.executable, "-m", "tests.system.scan_child", str(folder), str(photos), str(SECONDS_A_PICTURE)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        output = b"".join(child.stdout.readline() for _ in range(1 + lines))
        time.sleep(seconds)
        child.kill()
        output += child.stdout.read()
    first, *told, _cut_off = output.decode().split("\n")
    assert first == "begin"
    return set(told) - {"end"}


def readable(folder: Path) -> set[str]:
    """The photos of a library that was left by a kill: it opens, and SQLite finds nothing wrong with it."""
    library = Library.open(folder)
    try:
        paths = {str(photo.path) for photo in library.photos(library.photo_ids().tolist())}
        for face in library.faces():
            assert abs(np.linalg.norm(library.vector(face.id)) - 1) < 1e-3
    finally:
        library.close()
    with sqlite3.connect(folder / "library.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    return paths


def finish(folder: Path, photos: Path) -> Outcome:
    """Scans to the end without grouping, groups, and tells what there is."""
    library = Library.open(folder)
    vision = Vision(PretendEngine())
    runner = Runner(lambda event: None)
    try:
        runner.start(ScanFolders(library, vision, [photos], group=False)).future.result(60)
        found = runner.start(PlanGroups(library)).future.result(60)
        runner.start(GroupAgain(library, found)).future.result(60)
        shown = library.photos(library.photo_ids().tolist())
        names = {photo.id: str(photo.path.relative_to(photos)) for photo in shown}
        faces = {photo.id: library.faces(FaceFilter(photo=photo.id)) for photo in shown}
        places = {
            face.id: (names[photo], place)
            for photo, found in faces.items()
            for place, face in enumerate(sorted(found, key=lambda face: face.box))
        }
        return Outcome(
            problems={names[photo.id]: photo.problem for photo in shown if photo.problem is not None},
            faces={
                names[photo]: [
                    (tuple(face.box), library.vector(face.id)) for face in sorted(found, key=lambda face: face.box)
                ]
                for photo, found in faces.items()
            },
            groups={
                frozenset(places[face.id] for face in library.faces(FaceFilter(cluster=cluster.id)))
                for cluster in library.clusters()
            },
        )
    finally:
        runner.close()
        vision.close()
        library.close()


def compare(outcome: Outcome, undisturbed: Outcome) -> None:
    assert len(undisturbed.problems) == 3
    assert outcome.problems == undisturbed.problems
    assert outcome.faces.keys() == undisturbed.faces.keys()
    for photo, faces in undisturbed.faces.items():
        assert len(outcome.faces[photo]) == len(faces)
        for (box, vector), (expected_box, expected) in zip(outcome.faces[photo], faces, strict=True):
            assert box == pytest.approx(expected_box, abs=1e-3)
            assert float(vector @ expected) >= 0.9999
    assert len(undisturbed.groups) >= 10
    assert outcome.groups == undisturbed.groups
