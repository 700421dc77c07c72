"""What the viewer shows of photos that cannot be read, of the next ones before they are asked for, and of a million."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox

from app import decode
from app.library.library import Library
from app.ui import photo_reader
from app.ui.photo_reader import PhotoReader
from app.ui.places import PersonPlace, PhotoPlace
from app.ui.widgets.face_button import FaceButton
from app.ui.widgets.photo_canvas import PhotoCanvas
from tests.steps import steps
from tests.ui.program import Program
from tests.ui.test_viewer import open_photo


@pytest.fixture
def away(photos: Path, tmp_path: Path) -> Iterator[Path]:
    """A photo whose file can be moved here; it is brought back."""
    file = photos / "photo03.jpg"
    yield tmp_path / "away.jpg"
    if (tmp_path / "away.jpg").exists():
        (tmp_path / "away.jpg").rename(file)


def test_faces_of_a_photo_that_is_away_are_named_on_its_thumbnail(program: Program, photos: Path, away: Path) -> None:
    (photos / "photo03.jpg").rename(away)
    open_photo(program, "photo03.jpg")
    viewer = program.window.viewer
    assert "moved or deleted" in viewer.canvas._message
    assert viewer.canvas._image is not None, "the thumbnail is there"
    assert not viewer.bar.add.isEnabled()
    face = viewer.canvas.faces()[0].id
    QTest.mouseClick(viewer.canvas, Qt.MouseButton.LeftButton, pos=viewer.canvas.face_rect(0).center().toPoint())
    QTest.keyClicks(program.name_edit(), "Anna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: program.library.face(face).name == "Anna")


def test_a_removed_drive_is_told_from_a_deleted_file(program: Program, photos: Path, tmp_path: Path) -> None:
    photos.rename(tmp_path / "elsewhere")
    try:
        open_photo(program, "photo03.jpg")
        assert "drive" in program.window.viewer.canvas._message
    finally:
        (tmp_path / "elsewhere").rename(photos)


def test_a_file_that_vanishes_while_it_is_looked_at_is_told(program: Program, photos: Path, away: Path) -> None:
    open_photo(program, "photo03.jpg")
    canvas = program.window.viewer.canvas
    assert canvas._message == ""
    (photos / "photo03.jpg").rename(away)
    for _ in range(6):
        QTest.keyClick(canvas, Qt.Key.Key_Plus)
    program.wait(lambda: "moved or deleted" in canvas._message)
    assert canvas._image is not None, "what was read stays in sight"


def test_the_next_photo_is_there_before_it_is_asked_for(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    open_photo(program, "photo03.jpg")
    viewer = program.window.viewer
    program.wait(lambda: all(future.done() for future in viewer._ahead) and len(viewer._ahead) == 2)

    def never(data: bytes, *, at_most: int = 0) -> decode.Picture:
        raise AssertionError("it was decoded before")

    monkeypatch.setattr(decode, "decode", never)
    row = viewer._place.row
    for key, there in ((Qt.Key.Key_Right, row + 1), (Qt.Key.Key_Left, row), (Qt.Key.Key_Left, row - 1)):
        monkeypatch.setattr(viewer, "_read_ahead", lambda: None)
        QTest.keyClick(viewer.canvas, key)
        program.wait(lambda: viewer._photo is not None)
        assert viewer._place.row == there
        assert viewer.canvas._message == ""
        assert viewer.canvas._image is not None


def test_few_photos_are_kept_and_none_is_decoded_twice_at_once(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    library: Library = program.library
    photos = [photo for photo in library.photos(library.photo_ids().tolist()) if not photo.problem]
    reader, view, times, decode_now = PhotoReader(library), program.window.viewer._view(), list[int](), decode.decode

    def slowly(data: bytes, *, at_most: int = 0) -> decode.Picture:
        times.append(at_most)
        time.sleep(0.05)
        return decode_now(data, at_most=at_most)

    monkeypatch.setattr(decode, "decode", slowly)
    threads = [threading.Thread(target=reader.read, args=(photos[0], view)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == 1
    for photo in photos:
        reader.picture(photo, view)
    assert len(reader._kept) == photo_reader.PICTURES_KEPT
    picture = reader.read(photos[-1], view).picture
    assert picture is not None
    assert picture.image.width() <= view.width()
    assert picture.image.height() <= view.height()


class Ids:
    """Those of many photos. They are handed out by their rows alone, and counted: a copy in C runs no Python."""

    def __init__(self, ids: NDArray[np.int64]) -> None:
        self._ids, self.asked = ids, 0

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, rows: object) -> object:
        ids = self._ids[rows]  # type: ignore[index]
        self.asked += ids.size
        return ids


def test_the_viewer_opens_on_a_million_photos_as_on_a_thousand(program: Program) -> None:
    real = program.library.photo_ids()
    viewer = program.window.viewer

    def opens(count: int) -> int:
        ids = np.arange(1_000_000, 1_000_000 + count, dtype=np.int64)
        ids[count // 2] = real[0]
        photos = Ids(ids)
        work = steps(lambda: program.window.go(PhotoPlace(photos, count // 2)))  # type: ignore[arg-type]
        program.wait(lambda: viewer._photo is not None)
        assert photos.asked <= 3, "the photo and its neighbours"
        return work

    opens(1_000)
    # What the events of other things add.
    assert opens(1_000_000) < opens(1_000) + 1_000
    opens(1_000_000)
    assert "1,000,000" in viewer.bar.position.text()
    # Its neighbours left the library.
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Right)
    program.wait(lambda: "no photo" in viewer.canvas._message)
    assert not viewer.photo_menu.copy.isEnabled()


def test_home_and_end_lead_to_the_first_and_the_last_photo(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    viewer = program.window.viewer
    last = len(viewer._place.photos) - 1
    for key, row in ((Qt.Key.Key_End, last), (Qt.Key.Key_Home, 0), (Qt.Key.Key_PageDown, 1), (Qt.Key.Key_PageUp, 0)):
        QTest.keyClick(viewer.canvas, key)
        assert viewer._place.row == row
        program.wait(lambda: viewer._reading is not None and viewer._reading.done())
    assert viewer.bar.next.isEnabled()
    assert not viewer.bar.previous.isEnabled()


def test_arrow_keys_move_a_photo_that_was_zoomed_into_and_turn_one_that_was_not(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    viewer, canvas = program.window.viewer, program.window.viewer.canvas
    row = viewer._place.row
    for _ in range(8):
        QTest.keyClick(canvas, Qt.Key.Key_Plus)
    before = canvas.photo_rect()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.photo_rect().left() < before.left()
    assert canvas.photo_rect().top() < before.top()
    assert viewer._place.row == row
    for _ in range(30):
        QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.photo_rect().right() == pytest.approx(canvas.width()), "it never leaves the canvas"
    QTest.keyClick(canvas, Qt.Key.Key_0)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert viewer._place.row == row + 1


def test_two_fingers_zoom(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    canvas: PhotoCanvas = program.window.viewer.canvas
    before, at = canvas.photo_rect(), QPointF(canvas.width() * 0.4, canvas.height() * 0.4)
    part = (at - before.topLeft()).x() / before.width()
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        at,
        at,
        QPointF(canvas.mapToGlobal(at.toPoint())),
        0.5,
        QPointF(),
    )
    QApplication.sendEvent(canvas, pinch)
    after = canvas.photo_rect()
    assert after.width() == pytest.approx(before.width() * 1.5)
    assert (at - after.topLeft()).x() / after.width() == pytest.approx(part, abs=0.01)


def test_letters_are_commands(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    viewer = program.window.viewer
    shown = viewer.bar.information.isChecked()
    QTest.keyClick(viewer.canvas, Qt.Key.Key_I)
    assert viewer.bar.information.isChecked() != shown
    assert viewer.details.isVisible() != shown
    QTest.keyClick(viewer.canvas, Qt.Key.Key_N)
    QTest.keyClicks(program.name_edit(), "bib")
    assert program.name_edit().text() == "bib", "in a field letters are letters"
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Escape)
    face = viewer.canvas.faces()[viewer.canvas.current or 0].id
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Delete)
    program.wait(lambda: face not in [one.id for one in viewer.canvas.faces()])
    for button, letter in ((viewer.bar.boxes, "B"), (viewer.bar.information, "I"), (viewer.bar.add, "A")):
        assert f"({letter})" in button.toolTip()


def test_a_person_beside_the_photo_leads_to_them_and_a_stranger_is_asked_for(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    open_photo(program, "photo01.jpg")
    viewer = program.window.viewer
    buttons = {button.text(): button for button in viewer.details.findChildren(FaceButton)}
    QTest.mouseClick(buttons["Who is this?"], Qt.MouseButton.LeftButton)
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Escape)
    QTest.mouseClick(buttons["Anna"], Qt.MouseButton.LeftButton)
    assert program.window.place() == PersonPlace(program.library.people()[0].id)


def test_a_collage_is_marked_beside_the_photo_and_undone(program: Program) -> None:
    open_photo(program, "photo01.jpg")
    viewer = program.window.viewer
    photo = viewer._photo
    assert photo is not None
    (box,) = viewer.details.findChildren(QCheckBox)
    assert box.isVisible()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center() / 4)
    program.wait(lambda: program.library.photo(photo.id).repeats_allowed)
    program.wait(lambda: viewer._photo is not None and viewer._photo.repeats_allowed)
    assert viewer.photo_menu.repeats.isChecked()
    assert box.isChecked()
    program.wait(program.window.actions_.undo.isEnabled)
    program.window.actions_.undo.trigger()
    program.wait(lambda: not box.isChecked())
    assert not program.library.photo(photo.id).repeats_allowed
    open_photo(program, "photo00.jpg")
    assert not box.isVisible(), "one face alone is not there twice"
