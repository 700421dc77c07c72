"""Names that photos bring along: told after the scan, undone like any other step, wanted or not in the Settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from app.library.records import FaceFilter
from app.ui.phrases import said
from app.ui.places import PhotoPlace, SettingsPlace
from tests.pictures import blank, draw_people, encode
from tests.ui.program import Program
from tests.xmp import digikam, with_packet

SIZE = (480, 360)
CORNERS = {"Carla": (0.01, 0.02, 0.1, 0.14), "Doris": (0.85, 0.8, 0.1, 0.14)}


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """One photo shows a person without a name; in the other no face can be seen, and two people are named."""
    folder = tmp_path / "album"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(encode(draw_people(1, size=SIZE).pixels))
    (folder / "b.jpg").write_bytes(with_packet(blank(SIZE), digikam(CORNERS, SIZE)))
    return folder


@pytest.fixture
def program(start: Callable[..., Program], tmp_path: Path, album: Path) -> Program:
    return start(tmp_path / "library", scan=[album])


def test_the_window_tells_how_many_faces_the_photos_named(program: Program) -> None:
    program.wait(lambda: program.window.messages.isVisible())
    assert program.window.messages.text == (
        "Done: 2 photos read, 1 face found. 2 faces were named by the photos themselves."
    )
    assert {person.name for person in program.library.people()} == {"Carla", "Doris"}


def test_undo_takes_all_of_them_back(program: Program) -> None:
    program.wait(lambda: program.window.messages.isVisible())
    undo = program.window.actions_.undo
    program.wait(lambda: "Take the names of 2 faces from photo files" in undo.text())
    undo.trigger()
    program.wait(lambda: program.library.people() == [])
    assert len(program.library.faces()) == 1
    assert said("Take the name of a face from its file") == "Take the name of a face from its file"


@pytest.mark.parametrize("way", ["menu", "key"])
def test_a_face_that_a_file_marked_can_be_deleted_and_is_called_so(program: Program, album: Path, way: str) -> None:
    program.wait(lambda: program.window.messages.isVisible())
    photo = program.library.find_photo(album / "b.jpg")
    program.window.go(PhotoPlace(np.array([photo.id], np.int64), 0))
    viewer = program.window.viewer
    program.wait(lambda: len(viewer.canvas.faces()) == 2)
    if way == "key":
        viewer.canvas.setFocus()
        QTest.keyClick(viewer.canvas, Qt.Key.Key_Tab)
        assert viewer.canvas.current is not None
        QTest.keyClick(viewer.canvas, Qt.Key.Key_Delete)
    else:
        where = viewer.canvas.mapToGlobal(viewer.canvas.face_rect(0).center().toPoint())
        viewer.canvas.menu_wanted.emit(0, where)
        menu = next(menu for menu in viewer.findChildren(QMenu) if menu.isVisible())
        actions = {action.text(): action for action in menu.actions()}
        assert not {"Not a face", "Delete this drawn face"} & actions.keys()
        actions["Delete this face that a photo file marked"].trigger()
        menu.close()
    program.wait(lambda: len(viewer.canvas.faces()) == 1)
    assert len(program.library.faces(FaceFilter(photo=photo.id))) == 1
    assert program.library.history()[0].label == "Delete a face that a photo file marked"


def test_whoever_wants_none_of_these_names_switches_them_off(
    start: Callable[..., Program], tmp_path: Path, album: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "c.jpg").write_bytes(encode(draw_people(2, size=SIZE).pixels))
    program = start(tmp_path / "library", scan=[tmp_path / "other"])
    program.wait(lambda: program.window.messages.isVisible())
    QTest.keyClick(program.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert program.window.place() == SettingsPlace()
    page = program.window.settings
    program.wait(lambda: page.names.isChecked())
    page.names.setFocus()
    QTest.keyClick(page.names, Qt.Key.Key_Space)
    program.read(page)
    assert not page.names.isChecked()
    program.window.messages.hide()
    program.window.scan([album])
    program.wait(lambda: program.window.messages.isVisible())
    assert program.window.messages.text == "Done: 2 photos read, 1 face found."
    assert program.library.people() == []
    QTest.keyClick(page.names, Qt.Key.Key_Space)
    program.read(page)
    program.window.messages.hide()
    program.window.scan([album])
    program.wait(lambda: "2 faces were named" in program.window.messages.text)
