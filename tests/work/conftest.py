"""A library, an engine, a runner, and a folder of drawn people to scan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.events import Event, JobFinished
from app.library.library import Library
from app.library.records import FaceFilter
from app.vision.pretend import identity_of
from app.vision.threads import Vision
from app.work import drives, folders, returned
from app.work.job import Job
from app.work.jobs.scan_folder import ScanFolders, ScannedLine, ScanSummary
from app.work.runner import Runner, RunningJob
from tests.pictures import draw_people, encode
from tests.work.engines import WatchedEngine


@dataclass
class Bench:
    """Everything a job needs, with short ways to run one."""

    library: Library
    engine: WatchedEngine
    vision: Vision
    runner: Runner
    events: list[Event]
    lines: list[ScannedLine] = field(default_factory=list)

    def start_scan(self, *folders: Path, **options: Any) -> RunningJob:
        return self.runner.start(ScanFolders(self.library, self.vision, folders, on_photo=self.lines.append, **options))

    def scan(self, *folders: Path, **options: Any) -> ScanSummary:
        summary = self.start_scan(*folders, **options).future.result(60)
        assert isinstance(summary, ScanSummary)
        return summary

    def run(self, job: Job) -> Any:
        return self.runner.start(job).future.result(60)

    def problems(self) -> dict[str, str]:
        """Those of the job that ended last."""
        finished = [event for event in self.events if isinstance(event, JobFinished)][-1]
        return {problem.subject: problem.reason for problem in finished.problems}

    def contents(self) -> dict[str, list[int]]:
        """Who is drawn in each photo of the library, by the photo's path."""
        shown = self.library.photos(self.library.photo_ids().tolist())
        return {
            str(photo.path): sorted(
                identity_of(np.asarray(self.library.vector(face.id)))
                for face in self.library.faces(FaceFilter(photo=photo.id))
            )
            for photo in shown
        }


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    events: list[Event] = []
    engine = WatchedEngine()
    library = Library.open(tmp_path / "library", publish=events.append)
    vision = Vision(engine)
    runner = Runner(events.append)
    yield Bench(library, engine, vision, runner, events)
    runner.close()
    vision.close()
    library.close()


@pytest.fixture
def volumes(monkeypatch: pytest.MonkeyPatch) -> dict[Path, str]:
    """The names of the volumes on which these folders are."""
    found: dict[Path, str] = {}

    def volume(folder: Path) -> str | None:
        return next((found[path] for path in (folder, *folder.parents) if path in found), None)

    for module in (drives, folders, returned):
        monkeypatch.setattr(module, "volume", volume)
    return found


# Who is in which photo of the album.
ALBUM = {
    "beach/01.jpg": (1,),
    "beach/02.jpg": (1, 2),
    "beach/03.jpg": (2, 3, 4),
    "party/04.png": (1, 3),
    "party/05.jpg": (4,),
    "party/06.jpg": (),
    "07.jpg": (2, 5),
    "08.jpg": (5,),
}


@pytest.fixture
def album(tmp_path: Path) -> Path:
    folder = tmp_path / "album"
    for seed, (name, people) in enumerate(ALBUM.items()):
        put_photo(folder / name, *people, seed=seed)
    return folder


def put_photo(file: Path, *people: int, seed: int = 0) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    kind = "PNG" if file.suffix == ".png" else "JPEG"
    file.write_bytes(encode(draw_people(*people, size=(480, 360), seed=seed).pixels, kind))
    return file


def drawn(album: Path) -> dict[str, list[int]]:
    return {str(album / name): sorted(people) for name, people in ALBUM.items()}
