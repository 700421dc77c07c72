"""Everything that writes into a library, one after the other until it is killed: python -m tests.system.busy_child
LIBRARY PHOTOS SEED. PHOTOS is a folder of folders, of which each scan takes another.

Says what begins, and when it has ended what people have said by then.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from app.errors import AppError
from app.library.library import Library
from app.vision.pretend import PretendEngine
from app.vision.threads import Vision
from app.work.jobs.group_faces import GroupAgain, PlanGroups
from app.work.jobs.scan_folder import ScanFolders
from app.work.runner import Runner
from tests.system.killing import said_in

T = TypeVar("T")

# What it does, and how often as compared with the others.
OFTEN = {"name": 6, "reject": 3, "merge": 3, "undo": 4, "redo": 2, "scan": 2, "group": 2, "again": 1, "save": 2}


class Busy:
    def __init__(self, folder: Path, photos: Path, seed: int) -> None:
        self._folder, self._photos = folder, sorted(photos.iterdir())
        self._chance = random.Random(seed)
        self._names = (f"Person {seed}-{number}" for number in itertools.count())
        self._tell("begin open")
        self._library = Library.open(folder)
        self._end("open")
        self._runner = Runner(lambda event: None)

    def work(self) -> None:
        """Until somebody ends it."""
        while True:
            (does,) = self._chance.choices(list(OFTEN), list(OFTEN.values()))
            self._tell(f"begin {does}")
            # What is refused changes nothing.
            with suppress(AppError):
                getattr(self, does)()
            self._end(does)

    def name(self) -> None:
        faces = self._some(self._library.faces(), self._chance.choice([1, 1, 2, 5]))
        name = self._chance.choice([next(self._names), *(person.name for person in self._library.people())])
        self._library.name(name, faces=[face.id for face in faces]).result()

    def reject(self) -> None:
        named = [face for face in self._library.faces() if face.person is not None]
        for face in self._some(named, 1):
            self._library.reject([face.id], face.person).result()

    def merge(self) -> None:
        people = self._some(self._library.people(), 2)
        if len(people) == 2:
            self._library.merge([person.id for person in people]).result()

    def undo(self) -> None:
        self._library.undo().result()

    def redo(self) -> None:
        self._library.redo().result()

    def scan(self) -> None:
        vision = Vision(PretendEngine())
        self._runner.start(ScanFolders(self._library, vision, [self._chance.choice(self._photos)])).future.result()
        vision.close()

    def group(self) -> None:
        self._library.group()

    def again(self) -> None:
        found = self._runner.start(PlanGroups(self._library)).future.result()
        self._runner.start(GroupAgain(self._library, found)).future.result()

    def save(self) -> None:
        self._library.close()
        self._library = Library.open(self._folder)

    def _some(self, things: Sequence[T], count: int) -> list[T]:
        return self._chance.sample(things, min(count, len(things)))

    def _end(self, what: str) -> None:
        self._tell(f"end {what} {said_in(self._library)}")

    def _tell(self, line: str) -> None:
        os.write(1, line.encode() + b"\n")


if __name__ == "__main__":
    Busy(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])).work()
