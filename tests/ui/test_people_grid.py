"""Tiles of the People page under the mouse: dragged onto each other to be merged, and their badges clicked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QHelpEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip

from app.ui.models.grid_model import Role
from app.ui.places import MergePlace, PeoplePlace, PersonPlace, PhotoPlace
from app.ui.widgets.people_grid import DRAGGED
from app.ui.widgets.suggestion_card import SuggestionCard
from tests.ui import review_library
from tests.ui.program import Program, drop

LEFT, NONE, MOVE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.MoveAction


def face_of(program: Program, row: int) -> QPoint:
    grid = program.window.people.grid
    rect = grid.visualRect(grid.grid_model().index(row))
    return QPoint(rect.center().x(), rect.top() + 40)


class Pointer:
    """Drags tiles as a system does that can: where there is no screen, Qt's own dragging ends as it begins."""

    def __init__(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        self.program = program
        self.onto: QPoint | None = None
        # Of the last drag: whether it might be dropped, and the colour of the ring around the tile under it.
        self.welcome: bool | None = None
        monkeypatch.setattr(QDrag, "exec", lambda drag, action: self._carry(drag.mimeData()))

    def drag(self, row: int, onto: QPoint) -> None:
        """With real events up to where the system takes over."""
        self.onto, self.welcome = onto, None
        viewport, start = self.program.window.people.grid.viewport(), face_of(self.program, row)
        QTest.mousePress(viewport, LEFT, pos=start)
        for step in (4, 30):
            QTest.mouseMove(viewport, start + QPoint(step, 0))
        QTest.mouseRelease(viewport, LEFT, pos=onto)

    def _carry(self, data: QMimeData) -> Qt.DropAction:
        assert self.onto is not None
        viewport = self.program.window.people.grid.viewport()
        entering = QDragEnterEvent(self.onto, MOVE, data, LEFT, NONE)
        QApplication.sendEvent(viewport, entering)
        assert entering.isAccepted()
        moving = QDragMoveEvent(self.onto, MOVE, data, LEFT, NONE)
        QApplication.sendEvent(viewport, moving)
        self.welcome = moving.isAccepted()
        self.ringed = self._ringed()
        if not self.welcome:
            QApplication.sendEvent(viewport, QDragLeaveEvent())
            return Qt.DropAction.IgnoreAction
        QApplication.sendEvent(viewport, QDropEvent(QPointF(self.onto), MOVE, data, LEFT, NONE))
        assert not self._ringed()
        return MOVE

    def _ringed(self) -> list[int]:
        """The rows whose faces are tinted, as far as can be seen."""
        grid = self.program.window.people.grid
        picture = grid.viewport().grab().toImage()
        highlight = grid.palette().color(QPalette.ColorRole.Highlight)
        found = []
        for row in range(grid.grid_model().rowCount()):
            rect = grid.visualRect(grid.grid_model().index(row))
            round_it = grid._tiles.picture_rect(rect, grid.fontMetrics())
            # Where selected tiles have no ring: it is wider here.
            if picture.pixelColor(QPoint(round(round_it.center().x()), round(round_it.top()) - 6)) == highlight:
                found.append(row)
        return found


@pytest.fixture
def couple(program: Program) -> Program:
    """Anna on six photos and Bert on four; two groups without a name."""
    for name in ("Anna", "Bert"):
        program.library.name(name, clusters=[program.library.clusters()[0].id]).result()
    program.wait(lambda: program.people() == {"Anna": 6, "Bert": 4})
    return program


def test_a_person_dropped_on_another_is_proposed_to_become_them(
    couple: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, bert = couple.library.people()
    pointer = Pointer(couple, monkeypatch)
    pointer.drag(0, face_of(couple, 1))
    assert (pointer.welcome, pointer.ringed) == (True, [1])
    assert couple.window.place() == MergePlace((bert.id, anna.id), (), bert.id)
    page = couple.window.merge
    couple.wait(lambda: page.name.text() == "Bert")
    assert [tile.id for tile in (page.model.tile(0),)] == [anna.id]
    assert couple.people() == {"Anna": 6, "Bert": 4}, "nothing is done without a word"
    QTest.keyClick(page.grid, Qt.Key.Key_Space)
    QTest.keyClick(page.grid, Qt.Key.Key_Return)
    couple.wait(lambda: couple.people() == {"Bert": 8})


@pytest.mark.parametrize(("dragged", "onto"), [(2, 0), (0, 2)])
def test_a_group_and_a_person_become_the_person_whichever_is_dropped(
    couple: Program, monkeypatch: pytest.MonkeyPatch, dragged: int, onto: int
) -> None:
    Pointer(couple, monkeypatch).drag(dragged, face_of(couple, onto))
    place = couple.window.place()
    assert isinstance(place, MergePlace)
    assert (len(place.people), len(place.clusters)) == (1, 1)
    couple.wait(lambda: couple.window.merge.name.text() == "Anna")


def test_a_group_dropped_on_a_smaller_one_becomes_that(couple: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    large, small = couple.groups()
    target = couple.tiles()[small]
    Pointer(couple, monkeypatch).drag(large, face_of(couple, small))
    page = couple.window.merge
    couple.wait(lambda: page.model.target() is not None)
    assert page.model.target() == target
    QTest.mouseClick(page.swap, LEFT)
    couple.wait(lambda: page.model.target() != target)


def test_all_that_are_selected_are_dragged_together(couple: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    grid, pointer = couple.window.people.grid, Pointer(couple, monkeypatch)
    couple.click_tile(grid, 1)
    couple.click_tile(grid, 2, Qt.KeyboardModifier.ControlModifier)
    pointer.drag(2, face_of(couple, 1))
    assert pointer.welcome is False, "it is one of those that are dragged"
    assert grid.selected_rows() == [1, 2]
    pointer.drag(2, face_of(couple, 0))
    place = couple.window.place()
    assert isinstance(place, MergePlace)
    assert [person.name for person in couple.library.people_by_id(place.people)] == ["Anna", "Bert"]
    assert len(place.clusters) == 1


def test_a_tile_dropped_on_itself_or_beside_all_stays(couple: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    viewport, pointer = couple.window.people.grid.viewport(), Pointer(couple, monkeypatch)
    for onto in (face_of(couple, 0) + QPoint(9, 9), QPoint(viewport.width() - 4, viewport.height() - 4)):
        pointer.drag(0, onto)
        assert (pointer.welcome, pointer.ringed) == (False, [])
        assert couple.window.place() == PeoplePlace()


def test_nobody_is_dragged_who_is_hidden(couple: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    people = couple.library.people()
    couple.library.mark([person.id for person in people], hidden=True).result()
    couple.window.actions_.hidden.trigger()
    couple.wait(lambda: len(couple.people()) == 2 and not couple.groups())
    pointer = Pointer(couple, monkeypatch)
    pointer.drag(0, face_of(couple, 1))
    assert pointer.welcome is None


def test_files_over_the_tiles_are_the_windows_as_everywhere(couple: Program, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    grid = couple.window.people.grid
    entering = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, LEFT, NONE)
    QApplication.sendEvent(grid.viewport(), entering)
    assert entering.isAccepted()
    assert not data.hasFormat(DRAGGED)
    assert not drop(couple.window.merge.grid, QMimeData())


@pytest.fixture
def doubtful(start: Callable[..., Program], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Anna and Berta, about each of whom a question waits."""
    monkeypatch.setattr("app.ui.questions.PAUSE_MS", 200)
    review_library.fill(tmp_path / "library", tmp_path / "photos")
    program = start(tmp_path / "library")
    model = program.window.people.model
    program.wait(lambda: model.rowCount() > 2 and bool(model.index(0).data(Role.WAITING)))
    return program


def badge_of(program: Program, row: int) -> QPoint:
    grid = program.window.people.grid
    index = grid.grid_model().index(row)
    return grid._tiles.badge_rect(grid.visualRect(index), grid.fontMetrics(), index).center().toPoint()


def at_the_questions(program: Program) -> bool:
    focused = program.window.focusWidget()
    return isinstance(focused, SuggestionCard) and program.window.person.panel.cards[0] is focused


def test_a_click_on_a_badge_leads_to_the_questions_about_the_person(doubtful: Program) -> None:
    grid, anna = doubtful.window.people.grid, doubtful.library.find_person("Anna")
    where = badge_of(doubtful, doubtful.row_of("Anna"))
    QTest.mousePress(grid.viewport(), LEFT, pos=where)
    QTest.mouseRelease(grid.viewport(), LEFT, pos=face_of(doubtful, 0))
    assert doubtful.window.place() == PeoplePlace(), "let go elsewhere it is no click"
    assert grid.selected_rows() == []
    QTest.mouseClick(grid.viewport(), LEFT, pos=where)
    assert doubtful.window.place() == PersonPlace(anna.id)
    doubtful.wait(lambda: at_the_questions(doubtful))
    # They are there already when one comes again.
    doubtful.window.actions_.people.trigger()
    QTest.mouseClick(grid.viewport(), LEFT, pos=where)
    doubtful.wait(lambda: at_the_questions(doubtful))
    doubtful.window.actions_.people.trigger()
    doubtful.click_tile(grid, 0)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert doubtful.window.person.photo_grid.hasFocus(), "who opens the person comes to the photos"


def test_who_comes_back_from_a_photo_is_not_led_to_the_questions_again(doubtful: Program) -> None:
    window, page = doubtful.window, doubtful.window.person
    QTest.mouseClick(window.people.grid.viewport(), LEFT, pos=badge_of(doubtful, doubtful.row_of("Anna")))
    doubtful.wait(lambda: at_the_questions(doubtful) and page.photos.rowCount() > 0)
    doubtful.click_tile(page.photo_grid, 0)
    QTest.keyClick(page.photo_grid, Qt.Key.Key_Return)
    assert isinstance(window.place(), PhotoPlace)
    QTest.keyClick(window.viewer.canvas, Qt.Key.Key_Escape)
    assert isinstance(window.place(), PersonPlace)
    assert page.photo_grid.hasFocus()
    doubtful.read(page)
    assert page.photo_grid.hasFocus()


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier])
def test_a_click_with_ctrl_or_shift_on_a_badge_extends_the_selection(
    doubtful: Program, modifier: Qt.KeyboardModifier
) -> None:
    grid = doubtful.window.people.grid
    doubtful.click_tile(grid, doubtful.row_of("Berta"))
    QTest.mouseClick(grid.viewport(), LEFT, modifier, badge_of(doubtful, doubtful.row_of("Anna")))
    assert doubtful.window.place() == PeoplePlace()
    assert grid.selected_rows() == sorted([doubtful.row_of("Anna"), doubtful.row_of("Berta")])


def test_in_a_low_window_all_of_the_question_is_seen(doubtful: Program) -> None:
    doubtful.window.resize(640, 480)
    QTest.mouseClick(doubtful.window.people.grid.viewport(), LEFT, pos=badge_of(doubtful, 0))
    doubtful.wait(lambda: at_the_questions(doubtful))
    card = doubtful.window.person.panel.cards[0]
    doubtful.wait(lambda: card.visibleRegion().boundingRect() == card.rect())


def test_a_badge_says_what_it_is_for(doubtful: Program) -> None:
    grid = doubtful.window.people.grid
    where = badge_of(doubtful, 0)
    QTest.mouseMove(grid.viewport(), where)
    assert grid.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    asking = QHelpEvent(QEvent.Type.ToolTip, where, grid.viewport().mapToGlobal(where))
    QApplication.sendEvent(grid.viewport(), asking)
    assert QToolTip.text() == "Show 1 suggestion"
    QTest.mouseMove(grid.viewport(), face_of(doubtful, 0))
    assert grid.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_the_menu_of_a_tile_leads_to_the_questions_as_well(doubtful: Program) -> None:
    doubtful.window.people._menu([0], QPoint(10, 10))
    menu = doubtful.dialog(QMenu)
    action = next(action for action in menu.actions() if action.text() == "Show 1 suggestion")
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    doubtful.wait(lambda: at_the_questions(doubtful))


def test_who_went_on_meanwhile_is_not_led_to_the_questions(doubtful: Program) -> None:
    window = doubtful.window
    QTest.mouseClick(window.people.grid.viewport(), LEFT, pos=badge_of(doubtful, 0))
    window.search_field.setFocus()
    doubtful.wait(lambda: bool(window.person.panel.cards))
    assert window.search_field.hasFocus()
