"""The real window on a real library that the pretend engine filled, driven by real key and mouse events."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.crash import CrashReporter
from app.library.library import Library
from app.main import build
from app.settings import SettingsFile
from app.ui import accessible, application
from app.ui.bridge import EventBridge
from app.ui.garbage import GarbageCollector
from app.ui.pages import page
from app.vision.engine import FaceEngine
from app.vision.pretend import PretendEngine
from app.vision.threads import Vision
from app.work.jobs import scan_folder
from app.work.jobs.scan_folder import ScanFolders
from app.work.runner import Runner
from tests.demo import FamilyEngine
from tests.pictures import draw_people, encode
from tests.ui import review_library, tour
from tests.ui.program import WAIT_MS, Program
from tests.ui.reviewing import open_review
from tests.ui.tour import Tour

# In May 2024.
WRITTEN_AT = 1_715_000_000


@pytest.fixture(scope="session", autouse=True)
def set_up(qapp: QApplication) -> None:
    accessible.install()
    application.translate(qapp, "en_US")
    QLocale.setDefault(QLocale("en_US"))


@pytest.fixture(scope="package", autouse=True)
def garbage(qapp: QApplication) -> Iterator[None]:
    """As in the program. Nothing of the windows is left when other tests begin."""
    collector = GarbageCollector()
    # What the tests before have loaded is not looked through again and again.
    collector.keep_all()
    yield
    collector.stop()


@pytest.fixture(autouse=True)
def quick_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause between two readings of a page is shorter; what happens after it is the same."""
    monkeypatch.setattr(page, "SECONDS_BETWEEN_REFRESHES", 0.1)


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    assert not left, f"threads still run: {left}"


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eleven photos of four people: person 0 is on six, 1 on four, 2 on three and 3 on two of them; one is broken."""
    folder = tmp_path_factory.mktemp("pictures") / "family 家"
    folder.mkdir()
    on_photos = [(0,), (0, 1), (0, 2), (0, 1), (0,), (0, 3), (1, 2), (1,), (2, 3), (), ()]
    for number, identities in enumerate(on_photos):
        drawn = draw_people(*identities, size=(640, 480), seed=number)
        (folder / f"photo{number:02}.jpg").write_bytes(encode(drawn.pixels))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    # Without a date of their own photos are sorted by the second of their files, which may change in between.
    for file in folder.iterdir():
        os.utime(file, (WRITTEN_AT, WRITTEN_AT))
    return folder


def scan(photos: Path, folder: Path, *, group: bool = True) -> Path:
    library = Library.open(folder)
    vision = Vision(PretendEngine())
    runner = Runner(lambda event: None)
    # One at a time photos are read in the order of their names, so that the first face is always the same.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan_folder, "LANES", 1)
        runner.start(ScanFolders(library, vision, [photos], decoders=1, group=group)).future.result(60)
    runner.close()
    vision.close()
    library.close()
    return folder


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory, photos: Path) -> Path:
    """A library that these photos were read into; tests work on copies of it."""
    return scan(photos, tmp_path_factory.mktemp("scanned") / "library")


@pytest.fixture
def ungrouped(tmp_path: Path, photos: Path) -> Path:
    """The same, but that no face belongs to a group: grouping changes something."""
    return scan(photos, tmp_path / "ungrouped", group=False)


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Starts the program on a library folder, with an engine; closes what is still open at the end."""
    with ExitStack() as everything:

        def open_window(folder: Path, engine: FaceEngine | None = None, scan: Sequence[Path] = ()) -> Program:
            stack = everything.enter_context(ExitStack())
            bridge = EventBridge()
            stack.callback(bridge.close)
            library = Library.open(folder, publish=bridge.publish)
            stack.callback(library.close)
            settings = SettingsFile(tmp_path / "settings.json")
            crashes = CrashReporter(tmp_path / "logs")
            window = build(
                library, bridge, settings, crashes, "cpu", stack, lambda name, device: engine or PretendEngine()
            )
            stack.callback(window.deleteLater)
            stack.callback(window.close)
            window.resize(1000, 700)
            window.show()
            window.scan(scan)
            window.activateWindow()
            # Until it is known whether there are photos, nothing is shown.
            qtbot.waitUntil(lambda: window.isActiveWindow() and window._begun is not None, timeout=WAIT_MS)
            return Program(qtbot, window, library, crashes, stack)

        yield open_window
    # What was to be deleted later is deleted before the next test.
    QApplication.processEvents()


@pytest.fixture
def program(start: Callable[..., Program], scanned: Path, tmp_path: Path) -> Program:
    """The window on a library of four unnamed groups."""
    shutil.copytree(scanned, tmp_path / "library")
    program = start(tmp_path / "library")
    program.wait(lambda: len(program.groups()) == 4)
    return program


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of a small family album."""
    folder = tmp_path_factory.mktemp("family")
    tour.fill(folder)
    return folder / "library"


@pytest.fixture
def touring(start: Callable[..., Program], family: Path, tmp_path: Path) -> Tour:
    shutil.copytree(family, tmp_path / "library")
    program = start(tmp_path / "library", FamilyEngine())
    program.wait(lambda: len(program.people()) > 3)
    return Tour(program)


@pytest.fixture(scope="session")
def to_review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with something to ask about Anna, Berta and Dora."""
    folder = tmp_path_factory.mktemp("review")
    review_library.fill(folder / "library", folder / "photos")
    return folder / "library"


@pytest.fixture
def reviewing(
    start: Callable[..., Program], to_review: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Program:
    """The window on Review. The most worthwhile questions are about the older Anna and the older Berta."""
    monkeypatch.setattr("app.ui.questions.PAUSE_MS", 200)
    monkeypatch.setattr("app.ui.edits.PAUSE_MS", 100)
    shutil.copytree(to_review, tmp_path / "library")
    program = start(tmp_path / "library")
    open_review(program)
    return program
