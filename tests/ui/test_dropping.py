"""What is dragged, dropped or pasted: told without the disk while it hovers, and searched by its pixels."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.background import Background
from app.ui.bridge import EventBridge
from app.ui.widgets import dropping
from app.ui.widgets.dropping import Held, files_in, look_into, may_hold_files, pixels
from tests.ui.program import Program
from tests.ui.tour import Tour


def urls(*addresses: QUrl) -> QMimeData:
    data = QMimeData()
    data.setUrls(list(addresses))
    return data


def test_what_hovers_is_told_without_asking_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(path: Path) -> bool:
        raise AssertionError("a drive may take seconds to answer")

    monkeypatch.setattr(dropping, "is_folder", asked)
    monkeypatch.setattr(Path, "is_dir", asked)
    assert may_hold_files(urls(QUrl("https://example.org/a.jpg"), QUrl.fromLocalFile(str(tmp_path))))
    assert not may_hold_files(urls(QUrl("https://example.org/a.jpg")))
    assert not may_hold_files(QMimeData())


def held(data: QMimeData | None, files: Background, qtbot: QtBot) -> Held:
    found: list[Held] = []
    look_into(data, files, found.append)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


@pytest.fixture
def files(qtbot: QtBot) -> Iterator[Background]:
    bridge = EventBridge()
    files = Background(bridge)
    yield files
    files.close()
    bridge.close()


def test_folders_and_files_are_told_apart_when_they_are_dropped(
    tmp_path: Path, files: Background, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "家.jpg"
    picture.touch()
    data = urls(QUrl.fromLocalFile(str(tmp_path)), QUrl.fromLocalFile(str(picture)))
    asking: list[threading.Thread] = []
    ask = dropping.is_folder
    monkeypatch.setattr(dropping, "is_folder", lambda path: asking.append(threading.current_thread()) or ask(path))
    assert files_in(data) == [tmp_path, picture]
    assert held(data, files, qtbot) == Held([tmp_path], picture)
    assert asking
    assert threading.main_thread() not in asking, "a drive may take seconds to answer"


def test_an_empty_clipboard_holds_nothing(files: Background, qtbot: QtBot) -> None:
    assert held(None, files, qtbot) == held(QMimeData(), files, qtbot) == Held([], None)


@pytest.mark.parametrize(
    "kind", [QImage.Format.Format_RGB32, QImage.Format.Format_ARGB32_Premultiplied, QImage.Format.Format_RGB888]
)
def test_a_copied_picture_keeps_its_pixels_where_they_are(kind: QImage.Format, files: Background, qtbot: QtBot) -> None:
    # A width whose lines do not end at a multiple of four bytes.
    image = QImage(5, 3, kind)
    image.fill(QColor(10, 20, 30))
    image.setPixelColor(4, 2, QColor(200, 100, 50))
    data = QMimeData()
    data.setImageData(image)
    found = held(data, files, qtbot).picture
    assert isinstance(found, np.ndarray)
    assert found.shape == (3, 5, 3)
    assert found.dtype == np.uint8
    assert found[2, 4].tolist() == [200, 100, 50]
    assert (found.reshape(-1, 3)[:-1] == [10, 20, 30]).all()


def test_transparent_pixels_become_white_as_in_a_file() -> None:
    image = QImage(2, 1, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    image.setPixelColor(1, 0, QColor(255, 0, 0, 255))
    assert pixels(image).tolist() == [[[255, 255, 255], [255, 0, 0]]]


def test_a_huge_picture_is_made_smaller_in_its_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dropping, "MAX_PIXELS", 5000)
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor(10, 20, 30))
    assert pixels(image).shape == (50, 100, 3)


def hover(widget: QWidget, data: QMimeData) -> None:
    where, action, button = widget.rect().center(), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    QApplication.sendEvent(widget, QDragEnterEvent(where, action, data, button, Qt.KeyboardModifier.NoModifier))


def test_a_hint_tells_on_every_page_what_can_be_dropped_there(touring: Tour, tmp_path: Path) -> None:
    window = touring.window
    for page in touring.pages():
        assert not window.drop_hint.isVisible()
        hover(window._pages.currentWidget(), urls(QUrl.fromLocalFile(str(tmp_path))))
        assert window.drop_hint.isVisible(), page
        assert "Drop a folder here" in window.drop_hint.text
        assert window.drop_hint.rect() == window.centralWidget().rect()
        QApplication.sendEvent(window, QDragLeaveEvent())
    copied = QMimeData()
    copied.setImageData(QImage(9, 9, QImage.Format.Format_RGB32))
    hover(window, copied)
    assert window.drop_hint.text == "Drop the picture here to search for the faces in it"
    nothing, where = QMimeData(), QPointF(9, 9)
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    QApplication.sendEvent(window, QDropEvent(where, action, nothing, button, Qt.KeyboardModifier.NoModifier))
    assert not window.drop_hint.isVisible()


def test_before_there_are_photos_only_folders_can_be_dropped(start: Callable[..., Program], tmp_path: Path) -> None:
    window = start(tmp_path / "library").window
    copied = QMimeData()
    copied.setImageData(QImage(9, 9, QImage.Format.Format_RGB32))
    hover(window.first_start, copied)
    assert not window.drop_hint.isVisible()
    hover(window.first_start, urls(QUrl.fromLocalFile(str(tmp_path))))
    assert window.drop_hint.text == "Drop a folder here to find the people in its photos"
