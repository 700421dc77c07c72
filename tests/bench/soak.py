"""Waves of adding, moving, deleting, naming and searching: python -m tests.bench.soak [--photos 200000] [--waves 50]

Small drawn photos and the pretend engine, in one process that stays open as a window does. After each wave it prints
what the process holds: memory, threads, open files, temporary files; every tenth wave, and at the end, every row of the
library is checked. A wave that leaks a thread, a file or a flaw ends it with 1.
"""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
import threading
import time
from pathlib import Path

import psutil

from app.library.library import Library
from app.library.records import FaceFilter, PhotoFilter
from app.vision.pretend import PretendEngine
from app.vision.threads import Vision
from app.work.jobs.scan_folder import ScanFolders, ScanSummary
from app.work.runner import Runner
from tests.pictures import draw_people, encode

PEOPLE = 60
DRAWN = 600
NAMED_A_WAVE = 5
SEARCHED_A_WAVE = 50
FEW = 6
# Of all photos there are, in each wave.
MOVED, DELETED = 0.01, 0.005


class Album:
    """A folder of photos, each of them unlike any other by the bytes after its picture."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder, self._chance, self._count = folder, chance, 0
        self._drawn = [self._draw(number) for number in range(DRAWN)]
        self.files: list[Path] = []

    def add(self, count: int, wave: int) -> None:
        folder = self._folder / f"{wave:03}"
        folder.mkdir(parents=True)
        for _ in range(count):
            file = folder / f"{self._count:07}.jpg"
            file.write_bytes(self._chance.choice(self._drawn) + b"%d" % self._count)
            self.files.append(file)
            self._count += 1

    def move(self) -> None:
        there = self._folder / f"moved {self._chance.randrange(100)}"
        there.mkdir(exist_ok=True)
        for place in self._chance.sample(range(len(self.files)), int(MOVED * len(self.files))):
            self.files[place] = self.files[place].rename(there / self.files[place].name)

    def delete(self) -> None:
        self._chance.shuffle(self.files)
        for _ in range(int(DELETED * len(self.files))):
            self.files.pop().unlink()

    def _draw(self, number: int) -> bytes:
        people = self._chance.sample(range(PEOPLE), self._chance.choice([0, 1, 1, 1, 2]))
        return encode(draw_people(*people, size=(160, 120), seed=number).pixels)


def wave(library: Library, runner: Runner, vision: Vision, album: Album, chance: random.Random) -> ScanSummary:
    summary = runner.start(ScanFolders(library, vision, [album._folder])).future.result()
    assert isinstance(summary, ScanSummary)
    groups = library.clusters()
    for group in chance.sample(groups, min(NAMED_A_WAVE, len(groups))):
        library.name(f"Person {group.id}", clusters=[group.id]).result()
    people = library.people()
    if len(people) > 10:
        library.merge([person.id for person in chance.sample(people, 2)]).result()
        # All photos of somebody may be deleted.
        person = chance.choice([person.id for person in library.people() if person.faces])
        library.reject([library.faces(FaceFilter(person=person))[0].id], person).result()
        library.undo().result()
    shown = library.face_ids().tolist()
    for face in chance.sample(shown, min(SEARCHED_A_WAVE, len(shown))):
        library.similar(library.vector(face), limit=50)
    library.timeline(PhotoFilter())
    return summary


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=200_000)
    parser.add_argument("--waves", type=int, default=50)
    arguments = parser.parse_args()
    chance, process = random.Random(0), psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        temporary = home / "temporary"
        temporary.mkdir()
        tempfile.tempdir = str(temporary)
        album = Album(home / "photos", chance)
        library, runner, vision = (
            Library.open(home / "library"),
            Runner(lambda event: None),
            Vision(PretendEngine()),
        )
        held: tuple[int, int] | None = None
        for number in range(arguments.waves):
            album.add(arguments.photos // arguments.waves, number)
            if number:
                album.move()
                album.delete()
            began = time.monotonic()
            summary = wave(library, runner, vision, album, chance)
            seconds = time.monotonic() - began
            gc.collect()
            counts = library.counts()
            threads, files, left = threading.active_count(), process.num_fds(), len(list(temporary.rglob("*")))
            print(
                f"wave {number + 1:2}: {counts.photos} photos ({len(album.files)} files), {counts.faces} faces, "
                f"{counts.people} people, {seconds:.0f} s, "
                f"{(summary.photos - summary.skipped) / summary.seconds:.0f} photos/s, "
                f"{process.memory_info().rss / 1e6:.0f} MB, {threads} threads, {files} files, {left} temporary",
                flush=True,
            )
            if counts.photos != len(album.files) or left:
                print("The library is not what is on the disk, or something was left behind.")
                return 1
            # A thread of SQLite's readers may be about to close its files.
            held = held or (threads, files + FEW)
            if threads > held[0] or files > held[1]:
                print(f"Threads or open files grow: {[file.path for file in process.open_files()]}")
                return 1
            if number % 10 == 9 and not whole(library):
                return 1
        good = whole(library)
        runner.close()
        vision.close()
        library.close()
    return 0 if good else 1


def whole(library: Library) -> bool:
    flaws = list(library.flaws())
    print("; ".join(flaws) or "every row is whole", flush=True)
    return not flaws


if __name__ == "__main__":
    raise SystemExit(main())
