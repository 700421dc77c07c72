"""The photo in the viewer is copied, and shown and opened elsewhere."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusVirtualObject
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app import paths
from app.ui import file_manager
from app.ui.file_manager import show_file
from app.ui.widgets.dropping import Held, look_into
from tests.ui.program import Program
from tests.ui.test_viewer import open_photo


class Opened(QObject):
    """What the desktop was asked to open."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []
        QDesktopServices.setUrlHandler("file", self, "open")

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.urls.append(url)


@pytest.fixture
def opened() -> Iterator[Opened]:
    handler = Opened()
    yield handler
    QDesktopServices.unsetUrlHandler("file")


class FileManager(QDBusVirtualObject):
    """A file manager on a bus, which notes what it is to show."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[list[object]] = []

    def introspect(self, path: str) -> str:
        return ""

    def handleMessage(self, message: QDBusMessage, connection: QDBusConnection) -> bool:  # noqa: N802
        assert message.member() == "ShowItems"
        self.shown.append(message.arguments())
        return connection.send(message.createReply())


@pytest.fixture
def bus() -> Iterator[str]:
    """The address of a real bus of our own."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("there is no dbus-daemon")
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--print-address", "--nofork"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    yield daemon.stdout.readline().strip()
    for name in ("file manager", "program"):
        QDBusConnection.disconnectFromBus(name)
    daemon.kill()
    daemon.wait()
    daemon.stdout.close()


def test_the_picture_is_copied_for_programs_that_take_pictures_and_for_those_that_take_files(
    program: Program, photos: Path
) -> None:
    open_photo(program, "photo03.jpg")
    clipboard, viewer = QGuiApplication.clipboard(), program.window.viewer
    clipboard.clear()
    QTest.keyClick(viewer.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: clipboard.mimeData() is not None and clipboard.mimeData().hasImage())
    image = clipboard.mimeData().imageData()
    assert isinstance(image, QImage)
    assert (image.width(), image.height()) == (640, 480)
    assert clipboard.mimeData().urls() == [QUrl.fromLocalFile(str(photos / "photo03.jpg"))]
    held: list[Held] = []
    look_into(clipboard.mimeData(), program.window.session.files, held.append)
    program.wait(lambda: bool(held))
    assert held[0].picture == photos / "photo03.jpg", "it can be searched for"
    assert "copied" in viewer.canvas._note
    viewer.photo_menu.copy_path.trigger()
    assert clipboard.text() == str(photos / "photo03.jpg")


def test_in_the_field_for_a_name_text_is_copied(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    program.window.viewer.name.edit(0)
    edit = program.name_edit()
    QTest.keyClicks(edit, "Anna")
    for key in (Qt.Key.Key_A, Qt.Key.Key_C):
        QTest.keyClick(edit, key, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Anna"


def test_the_menu_of_a_photo_opens_beside_the_faces_and_from_its_button(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    viewer = program.window.viewer
    corner = viewer.canvas.photo_rect().topLeft().toPoint() + QPoint(4, 4)
    viewer.canvas.menu_wanted.emit(-1, viewer.canvas.mapToGlobal(corner))
    QTest.mouseClick(viewer.bar.more, Qt.MouseButton.LeftButton)
    menus = [menu for menu in viewer.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 2
    for menu in menus:
        assert "Show in the file manager" in [action.text() for action in menu.actions()]
        menu.close()


def test_the_file_is_opened_with_its_program(program: Program, photos: Path, opened: Opened) -> None:
    open_photo(program, "photo03.jpg")
    program.window.viewer.photo_menu.open.trigger()
    program.wait(lambda: bool(opened.urls))
    assert [Path(url.toLocalFile()) for url in opened.urls] == [photos / "photo03.jpg"]


def test_a_file_that_is_not_there_is_not_shown_but_told(program: Program, photos: Path, tmp_path: Path) -> None:
    (photos / "photo03.jpg").rename(tmp_path / "away.jpg")
    try:
        open_photo(program, "photo03.jpg")
        QTest.mouseClick(program.window.viewer.details._show_folder, Qt.MouseButton.LeftButton)
        program.wait(lambda: "is not there" in program.window.messages.text)
    finally:
        (tmp_path / "away.jpg").rename(photos / "photo03.jpg")


def test_the_file_manager_is_asked_to_select_the_file(program: Program, bus: str, tmp_path: Path) -> None:
    connection, manager = QDBusConnection.connectToBus(bus, "file manager"), FileManager()
    assert connection.registerService(file_manager.SERVICE)
    assert connection.registerVirtualObject(file_manager.PATH, manager)
    file = tmp_path / "a photo 家.jpg"
    file_manager._show_items(
        file, program.window, program.window.session.background, QDBusConnection.connectToBus(bus, "program")
    )
    program.wait(lambda: bool(manager.shown))
    assert manager.shown == [[[file.as_uri()], ""]]
    connection.unregisterService(file_manager.SERVICE)


def test_without_such_a_file_manager_the_folder_is_opened(
    program: Program, bus: str, tmp_path: Path, opened: Opened
) -> None:
    background = program.window.session.background
    connection = QDBusConnection.connectToBus(bus, "program")
    file_manager._show_items(tmp_path / "a.jpg", program.window, background, connection)
    program.wait(lambda: len(opened.urls) == 1)
    # Where there is no bus at all, too.
    file_manager._show_items(tmp_path / "a.jpg", program.window, background, QDBusConnection("nowhere"))
    assert [Path(url.toLocalFile()) for url in opened.urls] == [tmp_path, tmp_path]


def test_where_nothing_shows_folders_or_photos_it_is_told_with_the_path(
    program: Program, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    monkeypatch.setattr(QDBusConnection, "sessionBus", lambda: QDBusConnection("nowhere"))
    open_photo(program, "photo03.jpg")
    messages = program.window.messages
    for action, path in (
        (program.window.viewer.photo_menu.show, photos),
        (program.window.viewer.photo_menu.open, photos / "photo03.jpg"),
        (program.window.actions_.logs, paths.logs_folder()),
    ):
        action.trigger()
        text = f"There is no program to show {path} with."
        program.wait(lambda text=text: messages.isVisible() and messages.text == text)  # type: ignore[misc]


def test_each_system_has_its_way_of_selecting_a_file(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(file_manager.QProcess, "startDetached", lambda name, given: started.append((name, given)))
    for system in ("win32", "darwin"):
        monkeypatch.setattr(file_manager.sys, "platform", system)
        show_file(tmp_path / "a b.jpg", program.window, program.window.session.background)
    assert started == [
        ("explorer.exe", ["/select,", str(tmp_path / "a b.jpg")]),
        ("open", ["-R", str(tmp_path / "a b.jpg")]),
    ]
