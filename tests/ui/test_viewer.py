"""The viewer: boxes where the faces are however the camera was held, and names edited on the photo."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app import decode
from app.events import LibraryChanged
from app.library.records import Face, FaceFilter, FaceId, FaceKind
from app.ui.places import PeoplePlace, PersonPlace, PhotoPlace, PhotosPlace, SearchPlace
from app.ui.widgets.face_button import FaceButton
from app.ui.widgets.name_edit import NameEdit
from tests.pictures import draw_people, encode
from tests.ui.program import Program


def open_photo(program: Program, name: str) -> None:
    program.window.go(PhotosPlace())
    page = program.window.photos
    program.wait(lambda: page.model.rowCount() > 0 and page.model.photo(0) is not None)
    rows = {Path(page.model.photo(row).display).name: row for row in range(page.model.rowCount())}  # type: ignore[union-attr]
    page.grid.select_rows([rows[name]])
    QTest.keyClick(page.grid, Qt.Key.Key_Return)
    program.wait(lambda: program.window.viewer.title() == name)


def test_a_face_is_named_where_it_is_and_tab_goes_on(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    viewer = program.window.viewer
    left_to_right = sorted(range(2), key=lambda number: viewer.canvas.faces()[number].box.x)
    first, second = (viewer.canvas.faces()[number].id for number in left_to_right)
    where = viewer.canvas.face_rect(left_to_right[0]).center().toPoint()
    QTest.mouseClick(viewer.canvas, Qt.MouseButton.LeftButton, pos=where)
    QTest.keyClicks(program.name_edit(), "Anna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Tab)
    QTest.keyClicks(program.name_edit(), "Bert")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: {face.name for face in viewer.canvas.faces()} == {"Anna", "Bert"})
    assert program.library.face(first).name == "Anna"
    assert program.library.face(second).name == "Bert"
    assert not program.library.face(first).by_group


def test_a_name_typed_over_another_one_is_told_with_the_way_back(program: Program) -> None:
    open_photo(program, "photo00.jpg")
    canvas, messages = program.window.viewer.canvas, program.window.messages

    def name(text: str) -> None:
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.face_rect(0).center().toPoint())
        program.name_edit().selectAll()
        QTest.keyClicks(program.name_edit(), text)
        QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
        program.wait(lambda: [face.name for face in canvas.faces()] == [text])

    name("Anna")
    assert not messages.text, "it is plain to see"
    name("Dora")
    assert "Dora" in messages.text
    assert program.window.messages._button.text() == "Undo"
    QTest.mouseClick(program.window.messages._button, Qt.MouseButton.LeftButton)
    program.wait(lambda: [face.name for face in canvas.faces()] == ["Anna"])


def test_keys_go_through_faces_and_photos(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    viewer, canvas = program.window.viewer, program.window.viewer.canvas
    place = program.window.place()
    assert isinstance(place, PhotoPlace)
    row = place.row
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    first = canvas.current
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert {first, canvas.current} == {0, 1}
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert canvas.current is None, "past the last face the keyboard goes on to the next part of the window"
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    there = program.library.photo(int(place.photos[row + 1]))  # type: ignore[arg-type]
    program.wait(lambda: viewer.title() == Path(there.display).name)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    program.wait(lambda: viewer.title() == "photo03.jpg")
    QTest.keyClick(canvas, Qt.Key.Key_B)
    assert not viewer.bar.boxes.isChecked()
    assert canvas.face_at(canvas.face_rect(0).center()) is None


def test_zooming_keeps_the_point_under_the_pointer_and_dragging_moves_the_photo(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    canvas = program.window.viewer.canvas
    fitted = canvas.photo_rect()
    for _ in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_Plus)
    at = QPointF(canvas.width() * 0.3, canvas.height() * 0.4)
    before = canvas.photo_rect()
    assert before.width() == pytest.approx(fitted.width() * 1.25**3)
    part = ((at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height())
    for _ in range(4):
        wheel = QWheelEvent(
            at, QPointF(canvas.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas, wheel)
    after = canvas.photo_rect()
    assert after.width() == pytest.approx(before.width() * 1.25**4)
    assert after.x() + part[0] * after.width() == pytest.approx(at.x(), abs=1.5)
    assert after.y() + part[1] * after.height() == pytest.approx(at.y(), abs=1.5)
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    for step in (QPoint(10, 0), QPoint(20, 5), QPoint(30, 10)):
        QTest.mouseMove(canvas, middle + step)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 10))
    assert canvas.photo_rect().x() == pytest.approx(after.x() + 30, abs=1.5)
    QTest.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.photo_rect() == fitted


def open_menu(program: Program, number: int) -> QMenu:
    viewer = program.window.viewer
    viewer._menu(number, viewer.canvas.mapToGlobal(QPoint(5, 5)))
    program.wait(lambda: any(menu.isVisible() for menu in viewer.findChildren(QMenu)))
    return next(menu for menu in viewer.findChildren(QMenu) if menu.isVisible())


def choose(program: Program, number: int, text: str) -> None:
    pick(open_menu(program, number), text)


def pick(menu: QMenu, text: str) -> None:
    action = next(action for action in menu.actions() if text in action.text())
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def strike_out(program: Program, face: FaceId) -> None:
    """As another part of the program would, while the photo is in sight."""
    faces = program.window.viewer.canvas.faces
    program.library.set_kind([face], FaceKind.NOT_A_FACE).result()
    program.wait(lambda: face not in [one.id for one in faces()])


def test_the_menu_of_a_face_offers_what_can_be_done_with_it(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    anna = program.library.people()[0]
    open_photo(program, "photo00.jpg")
    canvas = program.window.viewer.canvas
    face = canvas.faces()[0].id
    choose(program, 0, "Make this the cover of Anna")
    program.wait(lambda: program.library.person(anna.id).cover == face)
    choose(program, 0, "Not Anna")
    program.wait(lambda: canvas.faces()[0].name is None)
    choose(program, 0, "Not a face")
    program.wait(lambda: len(canvas.faces()) == 0)
    program.window.actions_.ignored.trigger()
    program.wait(lambda: len(canvas.faces()) == 1)
    assert canvas.faces()[0].kind is FaceKind.NOT_A_FACE
    choose(program, 0, "This is a face")
    program.wait(lambda: canvas.faces()[0].kind is FaceKind.FACE)
    choose(program, 0, "Search for this face")
    assert program.window.place() == SearchPlace()


def test_a_photo_whose_file_is_gone_says_so(program: Program, photos: Path, tmp_path: Path) -> None:
    # The library was copied, the photos were not: this one is moved away and back.
    file, away = photos / "photo05.jpg", tmp_path / "away.jpg"
    file.rename(away)
    try:
        open_photo(program, "photo05.jpg")
        assert "not there" in program.window.viewer.canvas._message
    finally:
        away.rename(file)


def test_a_broken_photo_says_why_it_cannot_be_shown(program: Program) -> None:
    open_photo(program, "broken.jpg")
    assert "JPEG" in program.window.viewer.canvas._message


def test_back_leads_to_where_the_photo_was_opened(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    anna = program.library.people()[0]
    program.window.go(PersonPlace(anna.id))
    grid = program.window.person.photo_grid
    program.wait(lambda: program.window.person.photos.rowCount() == 6)
    grid.select_rows([2])
    QTest.keyClick(grid, Qt.Key.Key_Return)
    program.wait(lambda: program.window.viewer.canvas.isVisible())
    program.window.actions_.back.trigger()
    assert program.window.place() == PersonPlace(anna.id)
    assert grid.currentIndex().row() == 2
    program.window.actions_.forward.trigger()
    assert isinstance(program.window.place(), PhotoPlace)


def test_back_leads_to_the_photo_that_was_seen_last(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    window, viewer = program.window, program.window.viewer
    viewer.step(1)
    program.wait(lambda: viewer._photo is not None)
    seen = viewer.title()
    assert seen != "photo03.jpg"
    window.go(PeoplePlace())
    window.actions_.back.trigger()
    program.wait(lambda: viewer._photo is not None)
    assert viewer.title() == seen


def test_the_faces_of_a_photo_cannot_be_named_once_the_next_one_is_asked_for(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_photo(program, "photo03.jpg")
    viewer, may_go_on = program.window.viewer, threading.Event()
    where = viewer.canvas.face_rect(0).center().toPoint()
    decode_now = decode.decode

    def slowly(data: bytes, *, at_most: int) -> decode.Picture:
        may_go_on.wait(10)
        return decode_now(data, at_most=at_most)

    monkeypatch.setattr(decode, "decode", slowly)
    viewer.step(1)
    QTest.mouseClick(viewer.canvas, Qt.MouseButton.LeftButton, pos=where)
    viewer.details.face_chosen.emit(0)
    assert not [edit for edit in viewer.findChildren(NameEdit) if edit.isVisible()]
    may_go_on.set()
    program.wait(lambda: viewer._photo is not None)
    assert {face.photo for face in viewer.canvas.faces()} <= {viewer._photo.id}  # type: ignore[union-attr]


def test_two_names_given_one_after_the_other_are_both_shown(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    open_photo(program, "photo03.jpg")
    viewer, library, read = program.window.viewer, program.library, program.library.faces
    one, two = (face.id for face in viewer.canvas.faces())

    def slowly(which: FaceFilter | None = None) -> list[Face]:
        found = read(which)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(library, "faces", slowly)
    library.name("Anna", faces=[one]).result()
    program.bot.wait(60)
    library.name("Bert", faces=[two]).result()
    program.wait(lambda: {face.name for face in viewer.canvas.faces()} == {"Anna", "Bert"})


def test_a_photo_stays_as_shown_while_a_name_is_typed(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    viewer = program.window.viewer
    one, two = (face.id for face in viewer.canvas.faces())
    viewer.name.edit(0)
    program.library.name("Bert", faces=[two]).result()
    program.read(viewer)
    assert {face.name for face in viewer.canvas.faces()} == {None}
    QTest.keyClicks(program.name_edit(), "Anna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: {face.name for face in viewer.canvas.faces()} == {"Anna", "Bert"})
    assert program.library.face(one).name == "Anna"


def test_going_on_with_the_mouse_keeps_the_name_that_is_being_typed(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    viewer = program.window.viewer
    face = viewer.canvas.faces()[0].id
    viewer.name.edit(0)
    QTest.keyClicks(program.name_edit(), "Zoe")
    QTest.mouseClick(viewer.bar.next, Qt.MouseButton.LeftButton)
    program.wait(lambda: program.library.face(face).name == "Zoe")


def test_a_scan_of_other_photos_leaves_the_keyboard_where_it_is(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    viewer = program.window.viewer
    button = viewer.details.findChildren(FaceButton)[0]
    button.setFocus()
    program.window.session.bridge.publish(LibraryChanged(photos=frozenset([999_999])))
    assert not viewer.concerns(LibraryChanged(photos=frozenset([999_999])))
    # What does concern it, but changes nothing that is shown, moves nothing either.
    program.window.session.bridge.publish(LibraryChanged(everything=True))
    program.read(viewer)
    assert QApplication.focusWidget() is button
    face, photo = viewer.canvas.faces()[0], viewer._photo
    assert photo is not None
    assert viewer.concerns(LibraryChanged(photos=frozenset([999_999]), faces=frozenset([face.id])))
    assert viewer.concerns(LibraryChanged(photos=frozenset([photo.id])))


def test_a_file_that_was_replaced_by_another_shape_is_not_squashed(program: Program, photos: Path) -> None:
    file = photos / "photo07.jpg"
    before = file.read_bytes()
    try:
        file.write_bytes(encode(draw_people(1, size=(300, 600), seed=1).pixels))
        open_photo(program, "photo07.jpg")
        canvas = program.window.viewer.canvas
        drawn = canvas.photo_rect()
        assert drawn.width() / drawn.height() == pytest.approx(0.5, abs=0.01)
        assert len(canvas.faces()) == 0, "nobody knows where they are on this picture"
    finally:
        file.write_bytes(before)


def test_the_arrow_keys_turn_the_photos_wherever_the_keyboard_is_in_the_viewer(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    viewer = program.window.viewer
    row = viewer._place.row
    for find in (
        lambda: viewer.details._show_folder,
        lambda: viewer.details.findChildren(FaceButton)[0],
        lambda: viewer.bar.next,
    ):
        widget = find()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(widget, Qt.Key.Key_Right)
        assert viewer._place.row == row + 1
        program.wait(lambda: viewer._photo is not None)
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Left)
        assert viewer._place.row == row
        program.wait(lambda: viewer._photo is not None)
    viewer.name.edit(0)
    QTest.keyClicks(program.name_edit(), "ab")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Left)
    assert program.name_edit().cursorPosition() == 1
    assert viewer._place.row == row


def test_the_photo_seen_last_is_selected_on_the_way_back(program: Program) -> None:
    program.window.go(PhotosPlace())
    grid = program.window.photos.grid
    program.wait(lambda: program.window.photos.model.rowCount() == 12)
    grid.select_rows([3])
    QTest.keyClick(grid, Qt.Key.Key_Return)
    viewer = program.window.viewer
    for row in (4, 5):
        program.wait(lambda: viewer._photo is not None)
        QTest.keyClick(viewer.canvas, Qt.Key.Key_Right)
        assert viewer._place.row == row
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert grid.selected_rows() == [grid.currentIndex().row()] == [5]


def test_who_leaves_the_name_of_a_face_for_another_field_types_there(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    viewer = program.window.viewer
    face = viewer.canvas.faces()[0].id
    viewer.name.edit(0)
    QTest.keyClicks(program.name_edit(), "Zoe")
    QTest.keyClick(program.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is program.window.search_field
    program.wait(lambda: program.library.face(face).name == "Zoe")
    assert QApplication.focusWidget() is program.window.search_field


def test_the_menu_of_a_face_names_that_one_though_the_order_changed(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    canvas = program.window.viewer.canvas
    other, face = (face.id for face in canvas.faces())
    menu = open_menu(program, 1)
    strike_out(program, other)
    pick(menu, "Name…")
    QTest.keyClicks(program.name_edit(), "Zoe")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: program.library.face(face).name == "Zoe")


def test_the_menu_of_a_face_that_is_gone_names_no_other(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    canvas = program.window.viewer.canvas
    menu = open_menu(program, 0)
    strike_out(program, canvas.faces()[0].id)
    pick(menu, "Name…")
    assert not program.window.viewer.findChildren(NameEdit)


def test_a_face_is_struck_out_once_however_often_the_key_is_pressed(program: Program) -> None:
    open_photo(program, "photo03.jpg")
    canvas, actions = program.window.viewer.canvas, program.window.actions_
    steps = len(program.library.history())
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    program.wait(lambda: len(canvas.faces()) == 1)
    program.window.session.edits.settle()
    assert len(program.library.history()) == steps + 1
    actions.undo.trigger()
    program.wait(lambda: len(canvas.faces()) == 2)


def test_what_was_struck_out_before_is_not_struck_out_again(program: Program) -> None:
    open_photo(program, "photo00.jpg")
    canvas = program.window.viewer.canvas
    strike_out(program, canvas.faces()[0].id)
    program.window.actions_.ignored.trigger()
    program.wait(lambda: len(canvas.faces()) == 1)
    steps = len(program.library.history())
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert canvas.current == 0
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    program.window.session.edits.settle()
    assert len(program.library.history()) == steps
