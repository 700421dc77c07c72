"""Faces that no detector found are drawn in the viewer, with the mouse or the keys, and are faces like any other."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.decode import Picture
from app.errors import AppError
from app.library.library import Library
from app.library.records import Box, Face, FaceFilter, FaceKind
from app.ui.places import PhotoPlace
from app.ui.widgets.face_drawing import FaceDrawing
from app.ui.widgets.name_edit import NameEdit
from app.vision.engine import Reading
from app.vision.pretend import PretendEngine, identity_of
from app.vision.threads import Vision
from app.work.jobs.scan_folder import ScanFolders
from app.work.runner import Runner
from tests.pictures import camera_exif, draw_people, draw_person, encode
from tests.ui.program import Program

SIZE = (1600, 1200)
# Too small for the detector in a picture this large.
MISSED = (1200, 560, 16, 19)
BOX = Box(MISSED[0] / SIZE[0], MISSED[1] / SIZE[1], MISSED[2] / SIZE[0], MISSED[3] / SIZE[1])
CTRL, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton


def picture(identity: int = 5) -> np.ndarray:
    pixels = draw_people(0, size=SIZE, seed=3).pixels
    draw_person(pixels, identity, MISSED)
    return pixels


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder of two photos, and a library that they were read into; tests work on copies of it."""
    folder, library_folder = tmp_path_factory.mktemp("pictures"), tmp_path_factory.mktemp("scanned") / "library"
    (folder / "one.jpg").write_bytes(encode(picture(), quality=95))
    (folder / "two.jpg").write_bytes(encode(draw_people(5, size=(640, 480), seed=8).pixels))
    library, vision, runner = Library.open(library_folder), Vision(PretendEngine()), Runner(lambda event: None)
    runner.start(ScanFolders(library, vision, [folder])).future.result(60)
    for part in (runner, vision, library):
        part.close()
    return folder, library_folder


@pytest.fixture
def folder(scanned: tuple[Path, Path]) -> Iterator[Path]:
    """The photos, which are put back as they were."""
    folder, before = scanned[0], {file: (file.read_bytes(), file.stat()) for file in scanned[0].iterdir()}
    yield folder
    for file, (content, status) in before.items():
        if file.stat().st_mtime_ns != status.st_mtime_ns:
            file.write_bytes(content)
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.fixture
def viewing(
    start: Callable[..., Program],
    tmp_path: Path,
    folder: Path,
    scanned: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Program:
    """The window with the first photo open, of which only the large face was found."""
    monkeypatch.setattr("app.ui.edits.PAUSE_MS", 100)
    shutil.copytree(scanned[1], tmp_path / "library")
    program = start(tmp_path / "library")
    open_photo(program, "one.jpg")
    assert len(program.window.viewer.canvas.faces()) == 1
    return program


def open_photo(program: Program, name: str) -> None:
    ids = program.library.photo_ids()
    names = [photo.path.name for photo in program.library.photos(ids.tolist())]
    program.window.go(PhotoPlace(ids, names.index(name)))
    program.wait(lambda: program.window.viewer._photo is not None)


def on_canvas(program: Program, box: Box) -> tuple[QPoint, QPoint]:
    """The corners of a box, a few pixels further out than it is."""
    photo = program.window.viewer.canvas.photo_rect()
    start = QPointF(photo.x() + box.x * photo.width(), photo.y() + box.y * photo.height())
    end = start + QPointF(box.width * photo.width(), box.height * photo.height())
    return start.toPoint(), end.toPoint()


def drag(program: Program, box: Box, modifier: Qt.KeyboardModifier = CTRL) -> None:
    canvas = program.window.viewer.canvas
    start, end = on_canvas(program, box)
    QTest.mousePress(canvas, LEFT, modifier, start)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(canvas, start + (end - start) * part)
    QTest.mouseRelease(canvas, LEFT, modifier, end)


def zoom_to(program: Program, box: Box) -> None:
    canvas = program.window.viewer.canvas
    canvas.zoom_by(6, QPointF(on_canvas(program, box)[0]))


def drawn(program: Program) -> list[Face]:
    return [face for face in program.library.faces() if face.origin == "user"]


def field(program: Program) -> NameEdit:
    program.wait(lambda: any(edit.isVisible() for edit in program.window.findChildren(NameEdit)))
    return program.name_edit()


def test_dragging_with_ctrl_adds_the_face_and_asks_for_its_name(viewing: Program) -> None:
    zoom_to(viewing, BOX)
    drag(viewing, BOX)
    QTest.keyClicks(field(viewing), "Anna")
    QTest.keyClick(field(viewing), Qt.Key.Key_Return)
    viewing.wait(lambda: "Anna" in [face.name for face in viewing.window.viewer.canvas.faces()])
    (face,) = drawn(viewing)
    assert face.name == "Anna"
    assert face.box.overlap(BOX) > 0.7
    assert identity_of(viewing.library.vector(face.id)) == 5, "it is embedded from the full pixels of the photo"
    assert viewing.library.portrait(face.id) is not None
    assert not viewing.window.viewer.canvas.drawing.isVisible()


def test_the_box_shows_while_it_is_drawn_and_the_photo_stays_where_it_is(viewing: Program) -> None:
    canvas = viewing.window.viewer.canvas
    before = canvas.photo_rect()
    start = before.center().toPoint()
    QTest.mousePress(canvas, LEFT, CTRL, start)
    QTest.mouseMove(canvas, start + QPoint(60, 80))
    assert canvas.drawing.isVisible()
    assert canvas.drawing.box().width() == pytest.approx(60, abs=1)
    assert canvas.drawing.box().height() == pytest.approx(80, abs=1)
    assert canvas.photo_rect() == before
    # Beyond the photo the box ends at its edge.
    QTest.mouseMove(canvas, before.bottomRight().toPoint() + QPoint(500, 500))
    assert canvas.drawing.box().right() == pytest.approx(before.right(), abs=1)
    QTest.keyClick(canvas.drawing, Qt.Key.Key_Escape)
    assert not canvas.drawing.isVisible()
    QTest.mouseRelease(canvas, LEFT, CTRL, start + QPoint(60, 80))
    viewing.bot.wait(100)
    assert drawn(viewing) == []
    assert viewing.window.viewer.isVisible(), "Escape gave up the box and not the photo"


def test_a_slip_of_the_hand_draws_nothing(viewing: Program) -> None:
    canvas = viewing.window.viewer.canvas
    start = canvas.photo_rect().center().toPoint()
    QTest.mousePress(canvas, LEFT, CTRL, start)
    QTest.mouseMove(canvas, start + QPoint(5, 60))
    QTest.mouseRelease(canvas, LEFT, CTRL, start + QPoint(5, 60))
    assert not canvas.drawing.isVisible()
    viewing.bot.wait(100)
    assert drawn(viewing) == []


def test_a_face_is_added_with_the_keyboard_alone(viewing: Program) -> None:
    canvas = viewing.window.viewer.canvas
    QTest.keyClick(canvas, Qt.Key.Key_A)
    box = canvas.drawing
    assert QApplication.focusWidget() is box
    before = box.box()
    QTest.keyClick(box, Qt.Key.Key_Right)
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.box().topLeft() != before.topLeft()
    assert box.box().width() == pytest.approx(before.width())
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(box, Qt.Key.Key_Left, shift)
    QTest.keyClick(box, Qt.Key.Key_Down, shift)
    assert box.box().width() < before.width()
    assert box.box().height() < before.height()
    for _ in range(200):
        QTest.keyClick(box, Qt.Key.Key_Left, shift)
        QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.box().width() >= 12, "it stays large enough"
    assert box.box().top() == pytest.approx(canvas.photo_rect().top(), abs=0.01), "it stays on the photo"
    QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.keyClicks(field(viewing), "Bert")
    QTest.keyClick(field(viewing), Qt.Key.Key_Return)
    viewing.wait(lambda: [face.name for face in drawn(viewing)] == ["Bert"])


def test_who_asked_for_a_box_draws_it_without_a_key(viewing: Program) -> None:
    viewer = viewing.window.viewer
    zoom_to(viewing, BOX)
    QTest.mouseClick(viewer.bar.add, LEFT)
    drag(viewing, BOX, Qt.KeyboardModifier.NoModifier)
    field(viewing)
    assert drawn(viewing)[0].box.overlap(BOX) > 0.7


def test_undo_removes_the_face_and_redo_brings_it_back(viewing: Program) -> None:
    canvas, actions = viewing.window.viewer.canvas, viewing.window.actions_
    zoom_to(viewing, BOX)
    drag(viewing, BOX)
    QTest.keyClick(field(viewing), Qt.Key.Key_Escape)
    viewing.wait(lambda: len(canvas.faces()) == 2)
    actions.undo.trigger()
    viewing.wait(lambda: len(canvas.faces()) == 1)
    actions.redo.trigger()
    viewing.wait(lambda: len(canvas.faces()) == 2)


def test_a_drawn_face_is_deleted_from_its_menu_or_by_a_key(viewing: Program) -> None:
    viewer = viewing.window.viewer
    zoom_to(viewing, BOX)
    for delete in ("menu", "key"):
        drag(viewing, BOX)
        QTest.keyClick(field(viewing), Qt.Key.Key_Escape)
        number = next(n for n, face in enumerate(viewer.canvas.faces()) if face.origin == "user")
        if delete == "key":
            QTest.keyClick(viewer.canvas, Qt.Key.Key_Delete)
        else:
            where = viewer.canvas.mapToGlobal(viewer.canvas.face_rect(number).center().toPoint())
            viewer.canvas.menu_wanted.emit(number, where)
            menu = next(menu for menu in viewer.findChildren(QMenu) if menu.isVisible())
            texts = [action.text() for action in menu.actions()]
            assert "Not a face" not in texts
            next(action for action in menu.actions() if action.text() == "Delete this drawn face").trigger()
            menu.close()
        viewing.wait(lambda: len(viewer.canvas.faces()) == 1)
        assert drawn(viewing) == []


def test_a_face_is_not_drawn_twice(viewing: Program) -> None:
    there = viewing.window.viewer.canvas.faces()[0].box
    drag(viewing, there)
    viewing.wait(lambda: "already" in viewing.window.messages.text)
    assert not viewing.window.viewer.canvas.drawing.isVisible()
    assert drawn(viewing) == []


def test_drawing_over_what_was_struck_out_brings_it_back(viewing: Program) -> None:
    canvas = viewing.window.viewer.canvas
    there = canvas.faces()[0]
    viewing.library.set_kind([there.id], FaceKind.NOT_A_FACE).result()
    viewing.wait(lambda: len(canvas.faces()) == 0)
    drag(viewing, there.box)
    field(viewing)
    assert [face.id for face in canvas.faces()] == [there.id]


def test_who_goes_on_to_the_next_photo_keeps_the_face(viewing: Program) -> None:
    viewer = viewing.window.viewer
    zoom_to(viewing, BOX)
    drag(viewing, BOX)
    viewer.step(1 if viewer._place.row == 0 else -1)
    viewing.wait(lambda: viewer.title() == "two.jpg" and len(drawn(viewing)) == 1)
    assert drawn(viewing)[0].path.name == "one.jpg"
    viewing.settle()
    assert not [edit for edit in viewer.findChildren(NameEdit) if edit.isVisible()]


def test_a_drawn_face_outlasts_scans_and_joins_the_group_of_its_person(viewing: Program, folder: Path) -> None:
    zoom_to(viewing, BOX)
    drag(viewing, BOX)
    QTest.keyClick(field(viewing), Qt.Key.Key_Escape)
    (face,) = drawn(viewing)
    # Person 5 is on the other photo too.
    viewing.wait(lambda: any(group.faces == 2 for group in viewing.library.clusters()))
    assert viewing.library.face(face.id).cluster is not None
    # Some program writes a date into the file.
    (folder / "one.jpg").write_bytes(encode(picture(), exif=camera_exif(), quality=95))
    os.utime(folder / "one.jpg", (1, 1))
    QTest.keyClick(viewing.window, Qt.Key.Key_F5)
    viewing.idle()
    assert [one.id for one in drawn(viewing)] == [face.id]
    assert len(viewing.library.faces(FaceFilter(photo=face.photo))) == 2


class Shaky(PretendEngine):
    """Has no memory left when it is to look at a face that was drawn."""

    def describe(self, picture: Picture, boxes: Sequence[tuple[float, float, float, float]]) -> list[Reading]:
        raise AppError("The graphics card has no memory left.")


def test_what_goes_wrong_is_said_and_the_box_goes(
    start: Callable[..., Program], tmp_path: Path, scanned: tuple[Path, Path]
) -> None:
    shutil.copytree(scanned[1], tmp_path / "library")
    program = start(tmp_path / "library", Shaky())
    open_photo(program, "two.jpg")
    drag(program, Box(0.05, 0.05, 0.2, 0.2))
    program.wait(lambda: "memory" in program.window.messages.text)
    assert not program.window.viewer.canvas.drawing.isVisible()


class Patient(PretendEngine):
    """Looks at a face that was drawn only when it may go on."""

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__()
        self.may_go_on = threading.Event()
        self.fails = fails

    def describe(self, picture: Picture, boxes: Sequence[tuple[float, float, float, float]]) -> list[Reading]:
        self.may_go_on.wait(10)
        if self.fails:
            raise AppError("The graphics card has no memory left.")
        return super().describe(picture, boxes)


def search_field(program: Program) -> QWidget:
    """Goes there with the key for it."""
    QTest.keyClick(program.window, Qt.Key.Key_F, CTRL)
    field = program.window.search_field
    assert QApplication.focusWidget() is field
    return field


@pytest.mark.parametrize("fails", [False, True], ids=["added", "failed"])
def test_a_drawn_face_leaves_the_keyboard_to_who_types_elsewhere_by_then(
    start: Callable[..., Program], tmp_path: Path, scanned: tuple[Path, Path], folder: Path, fails: bool
) -> None:
    shutil.copytree(scanned[1], tmp_path / "library")
    engine = Patient(fails=fails)
    program = start(tmp_path / "library", engine)
    open_photo(program, "one.jpg")
    canvas = program.window.viewer.canvas
    zoom_to(program, BOX)
    drag(program, BOX)
    assert canvas.drawing.isVisible()
    search = search_field(program)
    QTest.keyClicks(search, "An")
    engine.may_go_on.set()
    program.wait(lambda: not canvas.drawing.isVisible())
    assert QApplication.focusWidget() is search
    assert not program.window.findChildren(NameEdit)
    if not fails:
        assert canvas.current is not None
        assert canvas.faces()[canvas.current].origin == "user"


def test_who_leaves_a_box_for_another_field_types_there(viewing: Program) -> None:
    canvas = viewing.window.viewer.canvas
    QTest.keyClick(canvas, Qt.Key.Key_A)
    assert canvas.drawing.isVisible()
    search_field(viewing)
    assert not canvas.drawing.isVisible()


def test_a_box_that_is_given_up_hands_the_keyboard_back_to_the_photo(viewing: Program) -> None:
    canvas = viewing.window.viewer.canvas
    QTest.keyClick(canvas, Qt.Key.Key_A)
    QTest.keyClick(canvas.drawing, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is canvas


def test_in_a_file_that_was_replaced_no_face_can_be_drawn(viewing: Program, folder: Path) -> None:
    viewer = viewing.window.viewer
    (folder / "two.jpg").write_bytes(encode(draw_people(5, size=(480, 640), seed=8).pixels))
    open_photo(viewing, "two.jpg")
    assert not viewer.bar.add.isEnabled()
    QTest.keyClick(viewer.canvas, Qt.Key.Key_A)
    assert not viewer.canvas.drawing.isVisible()
    # Of the same shape: only the file tells, when it is read again.
    (folder / "one.jpg").write_bytes(encode(draw_people(2, size=SIZE, seed=9).pixels))
    open_photo(viewing, "one.jpg")
    drag(viewing, Box(0.05, 0.05, 0.2, 0.2))
    viewing.wait(lambda: "changed" in viewing.window.messages.text)
    assert drawn(viewing) == []


def test_the_box_has_a_name_for_screen_readers(viewing: Program) -> None:
    box = viewing.window.viewer.canvas.findChildren(FaceDrawing)[0]
    assert box.accessibleName()
    assert "Return" in box.accessibleDescription()
