"""Pictures of every page and state: `make screenshots` writes them to build/screenshots.

They are taken of the real window on the drawn family of `tests/demo.py`, light and dark, English and Chinese, at one
and at two device pixels a point; each scale needs a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QLocale, QPoint, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.crash import CrashReporter
from app.library.library import Library
from app.library.records import PhotoFilter
from app.main import build
from app.settings import SettingsFile
from app.ui import appearance, application
from app.ui.bridge import EventBridge
from app.ui.conditions import Conditions
from app.ui.garbage import GarbageCollector
from app.ui.main_window import MainWindow
from app.ui.places import (
    ClusterPlace,
    HistoryPlace,
    MergePlace,
    PeoplePlace,
    PersonPlace,
    PhotoPlace,
    PhotosPlace,
    ReviewPlace,
    SearchPlace,
    SettingsPlace,
    StatisticsPlace,
)
from tests.demo import FamilyEngine, draw_album, make_library

SIZE = (1280, 800)
LANGUAGES = ("en_US", "zh_CN")
APPEARANCES = ("light", "dark")
SCALES = (1, 2)
# As long as a picture is still on its way; nothing here takes longer on two cores.
PATIENCE = 20.0
STILL_MS = 250

# Qt's own screen without a screen is so small that lists dropping down from a field do not fit on it.
SCREEN = {
    "screens": [
        {"name": "one", "x": 0, "y": 0, "width": 3200, "height": 2400, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    ]
}

Scene = Callable[["Studio"], None]


@dataclass
class Studio:
    """A window on a copy of the library, and where pictures of it go."""

    window: MainWindow
    library: Library
    folder: Path
    album: Path

    def take(self, name: str, what: QWidget | None = None) -> None:
        settle()
        shown = what or self.window
        picture = shown.grab()
        # What drops down from a field is a window of its own.
        painter = QPainter(picture)
        for popup in QApplication.topLevelWidgets():
            if popup.isVisible() and popup.windowType() in (Qt.WindowType.Popup, Qt.WindowType.Tool):
                painter.drawPixmap(popup.pos() - shown.mapToGlobal(QPoint(0, 0)), popup.grab())
        painter.end()
        picture.save(str(self.folder / f"{name}.png"))

    def wait(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("A page did not come to what was to be shown.")
            settle(20)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def dialog(self, name: str) -> None:
        """Of a dialog that is open; closes it."""
        self.wait(lambda: QApplication.activeModalWidget() is not None)
        dialog = QApplication.activeModalWidget()
        self.take(name, dialog)
        dialog.close()


def settle(ms: int = STILL_MS) -> None:
    """Lets everything that waits happen, on other threads too."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def people(studio: Studio) -> None:
    window = studio.window
    window.go(PeoplePlace())
    studio.wait(lambda: window.people.model.rowCount() > 0)
    studio.wait(lambda: bool(window.review.questions.suggested))
    studio.take("people")
    window.people.grid.select_rows([1, 2])
    studio.take("people-selected")
    rows = window.people.model.rowCount()
    window.people.grid.select_rows([rows - 4])
    window.people.grid.edit_row(rows - 4)
    studio.press(Qt.Key.Key_A)
    studio.take("people-naming")
    studio.press(Qt.Key.Key_Escape)
    studio.press(Qt.Key.Key_Escape)
    window.people.filter.setText("nobody")
    studio.take("people-none")
    window.people.filter.clear()


def merging(studio: Studio) -> None:
    everybody, groups = studio.library.people(), studio.library.clusters()
    studio.window.go(MergePlace((everybody[0].id,), tuple(group.id for group in groups[:4])))
    studio.take("merge")


def person(studio: Studio) -> None:
    window, anna = studio.window, studio.library.find_person("Clara")
    for number, name in enumerate(("photos", "faces", "years")):
        window.go(PersonPlace(anna.id))
        window.person.switch.choose(number)
        settle(800)
        studio.take(f"person-{name}")
    window.go(ClusterPlace(studio.library.clusters()[0].id))
    window.person.switch.choose(1)
    studio.take("group")
    window.person.switch.choose(0)


def photos(studio: Studio) -> None:
    window = studio.window
    window.go(PhotosPlace())
    studio.wait(lambda: window.photos.model.rowCount() > 0)
    settle(600)
    studio.take("photos")
    window.photos.filters.kind.setCurrentIndex(1)
    settle(600)
    studio.take("photos-unnamed")
    window.photos.filters.kind.setCurrentIndex(0)


def viewer(studio: Studio) -> None:
    window, library = studio.window, studio.library
    ids = library.photo_ids(PhotoFilter())
    most = max(range(len(ids)), key=lambda row: library.photo(ids[row]).faces)
    window.go(PhotoPlace(ids, most))
    studio.wait(lambda: len(window.viewer.canvas.faces()) > 2)
    studio.take("viewer")
    window.viewer.name.edit(1)
    studio.press(Qt.Key.Key_Down)
    settle(500)
    studio.take("viewer-naming")
    studio.press(Qt.Key.Key_Escape)
    studio.press(Qt.Key.Key_Escape)
    broken = library.photo_ids(PhotoFilter(unreadable=True))
    window.go(PhotoPlace(broken, 0))
    settle(500)
    studio.take("viewer-broken")


def review(studio: Studio) -> None:
    window = studio.window
    window.go(ReviewPlace())
    studio.wait(window.review.questions.is_settled)
    studio.wait(lambda: window.review.card.isVisible())
    settle(600)
    studio.take("review")
    window.review.history.click()
    studio.take("review-history")
    window.review.history.click()
    for _ in range(len(window.review.questions.ahead())):
        question = window.review.questions.current()
        if question is None or question.who is None:
            break
        studio.press(Qt.Key.Key_Space)
    studio.take("review-who")


def search(studio: Studio) -> None:
    window, library = studio.window, studio.library
    window.go(SearchPlace())
    studio.take("search-empty")
    clara, ben = library.find_person("Clara"), library.find_person("Ben Okafor")
    assert clara.cover is not None
    window.search_face(clara.cover)
    studio.wait(lambda: window.search.by_face.model.rowCount() > 0)
    settle(500)
    studio.take("search-face")
    group = next(studio.album.rglob("IMG_8*.jpg"))
    window.search_picture(group)
    settle(1200)
    studio.take("search-pick")
    window.search_photos(Conditions(any_of=(clara, ben)))
    settle(800)
    studio.take("search-people")
    window.search_field.setFocus()
    QTest.keyClicks(window.search_field, "a")
    settle(600)
    studio.take("search-field")
    studio.press(Qt.Key.Key_Escape)
    window.search_field.clear()


def others(studio: Studio) -> None:
    window = studio.window
    for place, name in (
        (HistoryPlace(), "history"),
        (StatisticsPlace(), "statistics"),
        (SettingsPlace(), "settings"),
    ):
        window.go(place)
        settle(900)
        studio.take(name)
    window.actions_.keys.trigger()
    studio.dialog("keys")
    window.actions_.problems.trigger()
    studio.dialog("problems")
    window.actions_.about.trigger()
    studio.dialog("about")


def scanning(studio: Studio) -> None:
    """The job bar, and what people hear of an edit."""
    window = studio.window
    window.go(PeoplePlace())
    window.session.edits.run(lambda: studio.library.set_favourite(studio.library.people()[-1].id, True))
    settle(300)
    studio.take("message")
    window.scan([studio.album])
    studio.wait(lambda: window.job_bar.isVisible())
    window.grab().save(str(studio.folder / "scanning.png"))
    studio.wait(lambda: not window.session.jobs.running())
    studio.take("scanned")


def first_start(studio: Studio) -> None:
    studio.wait(lambda: studio.window.first_start.isVisible())
    studio.take("first-start")


SCENES: tuple[Scene, ...] = (people, merging, person, photos, viewer, review, search, others, scanning)


@contextmanager
def window_on(folder: Path, home: Path, language: str, look: str) -> Iterator[tuple[MainWindow, Library]]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    with ExitStack() as stack:
        bridge = EventBridge()
        stack.callback(bridge.close)
        library = Library.open(folder, publish=bridge.publish)
        stack.callback(library.close)
        settings = SettingsFile(home / "settings.json")
        application.translate(app, language)
        QLocale.setDefault(QLocale(language))
        appearance.choose(app, look)
        window = build(
            library, bridge, settings, CrashReporter(home / "logs"), "cpu", stack, lambda name, device: FamilyEngine()
        )
        stack.callback(window.close)
        window.resize(*SIZE)
        window.show()
        window.activateWindow()
        settle(600)
        yield window, library


def shoot(out: Path, scale: int, languages: list[str], looks: list[str], scenes: list[str]) -> None:
    app = application.start()
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        application.set_up(app, SettingsFile(home / "first.json").current)
        _garbage = GarbageCollector()
        album = home / "Photos"
        draw_album(album)
        make_library(home / "library", album)
        for language in languages:
            for look in looks:
                folder = out / f"{language}-{look}-{scale}x"
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                with window_on(home / "empty", home, language, look) as (window, library):
                    first_start(Studio(window, library, folder, album))
                shutil.copytree(home / "library", home / "copy")
                with window_on(home / "copy", home, language, look) as (window, library):
                    for scene in SCENES:
                        if not scenes or scene.__name__ in scenes:
                            scene(Studio(window, library, folder, album))
                shutil.rmtree(home / "copy")
                shutil.rmtree(home / "empty")
                print(folder, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--scale", type=int, choices=SCALES, action="append")
    parser.add_argument("--language", choices=LANGUAGES, action="append")
    parser.add_argument("--appearance", choices=APPEARANCES, action="append")
    parser.add_argument("--scene", choices=[scene.__name__ for scene in SCENES], action="append")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    scales = arguments.scale or list(SCALES)
    if arguments.here:
        shoot(
            arguments.out,
            scales[0],
            arguments.language or list(LANGUAGES),
            arguments.appearance or list(APPEARANCES),
            arguments.scene or [],
        )
        return 0
    lists = {"language": arguments.language, "appearance": arguments.appearance, "scene": arguments.scene}
    given = [f"--{name}={value}" for name, values in lists.items() for value in values or ()]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as screen:
        json.dump(SCREEN, screen)
        screen.flush()
        return take_all(scales, f"offscreen:configfile={screen.name}", f"--out={arguments.out}", *given)


def take_all(scales: list[int], platform: str, *given: str) -> int:
    for scale in scales:
        environment = os.environ | {"QT_QPA_PLATFORM": platform, "QT_SCALE_FACTOR": str(scale)}
        command = [sys.executable, "-m", "tests.screenshots", "--here", f"--scale={scale}"]
        if code := subprocess.run([*command, *given], env=environment, check=False).returncode:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
