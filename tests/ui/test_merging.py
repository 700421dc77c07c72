"""Several people become one on a page that shows who joins, how alike they are and what speaks against it."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.library.comparing import Comparison
from app.library.records import Cluster, ClusterId, FaceId, Person, PersonId, Side
from app.ui.models.grid_model import Role
from app.ui.models.merging import MergingModel, Tile
from app.ui.places import MergePlace, PeoplePlace, PersonPlace
from tests.ui.program import Program

Keys = Qt.Key
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


def ticks(model: MergingModel) -> list[bool]:
    return [model.index(row).data(Qt.ItemDataRole.CheckStateRole) == CHECKED for row in range(model.rowCount())]


def merge(program: Program, rows: Sequence[int]) -> None:
    """Selects tiles of the People page with the mouse and presses the keys for merging."""
    grid = program.window.people.grid
    program.click_tile(grid, rows[0])
    for row in rows[1:]:
        program.click_tile(grid, row, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(grid, Keys.Key_M, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: program.window.merge.model.rowCount() == len(rows) - 1)


@pytest.fixture
def couple(program: Program) -> Program:
    """Anna on six photos and Bert on four, two of them together; two groups without a name."""
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.type_name(program.groups()[0], "Bert")
    program.wait(lambda: program.people() == {"Anna": 6, "Bert": 4})
    return program


def test_the_one_with_most_photos_stays_and_return_merges_as_one_step(couple: Program) -> None:
    anna, bert = couple.library.people()
    merge(couple, [0, 1])
    page = couple.window.merge
    assert couple.window.place() == MergePlace((anna.id, bert.id), ())
    assert page.name.text() == "Anna"
    assert page.portrait._face == anna.cover
    # Two photos show both.
    assert not ticks(page.model)[0]
    assert "side by side" in page.why.text()
    assert not page.button.isEnabled()
    assert page.button.text() == "Merge", "there is no number of nobody"
    QTest.keyClick(page.grid, Keys.Key_Return)
    assert couple.library.undo_label() == "Name Bert", "nobody is ticked"
    QTest.keyClick(page.grid, Keys.Key_Space)
    assert ticks(page.model) == [True]
    QTest.keyClick(page.grid, Keys.Key_Return)
    couple.wait(lambda: couple.window.place() == PeoplePlace() and couple.people() == {"Anna": 8})
    couple.window.actions_.undo.trigger()
    couple.wait(lambda: couple.people() == {"Anna": 6, "Bert": 4})


def test_another_one_stays_by_the_button_by_a_double_click_and_by_the_menu(couple: Program) -> None:
    merge(couple, [0, 1])
    page = couple.window.merge
    QTest.mouseClick(page.swap, Qt.MouseButton.LeftButton)
    couple.wait(lambda: page.name.text() == "Bert")
    assert [page.model.name(page.model.tile(0))] == ["Anna"]
    middle = page.grid.visualRect(page.model.index(0)).center()
    QTest.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseDClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    couple.wait(lambda: page.name.text() == "Anna")
    page._menu([0], page.mapToGlobal(QPoint(10, 10)))
    menu = next(menu for menu in page.findChildren(QMenu) if menu.isVisible())
    action = next(action for action in menu.actions() if "Bert" in action.text())
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    couple.wait(lambda: page.name.text() == "Bert")
    QTest.keyClick(page.grid, Keys.Key_Space)
    QTest.mouseClick(page.button, Qt.MouseButton.LeftButton)
    couple.wait(lambda: couple.people() == {"Bert": 8})


def test_who_stays_keeps_the_picture_that_is_shown_there(couple: Program) -> None:
    library = couple.library
    anna, bert = library.people()
    library.merge([anna.id, bert.id]).result()
    best_of_both = library.person(anna.id).cover
    library.undo().result()
    couple.wait(lambda: couple.people() == {"Anna": 6, "Bert": 4})
    stays = bert.name if best_of_both == anna.cover else anna.name
    merge(couple, [0, 1])
    page = couple.window.merge
    if page.name.text() != stays:
        QTest.mouseClick(page.swap, Qt.MouseButton.LeftButton)
        couple.wait(lambda: page.name.text() == stays)
    shown = page.portrait._face
    QTest.keyClick(page.grid, Keys.Key_Space)
    QTest.keyClick(page.grid, Keys.Key_Return)
    couple.wait(lambda: couple.people() == {stays: 8})
    assert library.find_person(stays).cover == shown != best_of_both


def test_people_and_groups_join_and_a_click_on_the_tick_leaves_one_out(couple: Program) -> None:
    library = couple.library
    groups = library.clusters()
    merge(couple, [0, *couple.groups()])
    page = couple.window.merge
    assert page.name.text() == "Anna"
    assert not page.swap.isEnabled(), "the name would get lost"
    row = ticks(page.model).index(True) if any(ticks(page.model)) else 0
    if not ticks(page.model)[row]:
        page.model.tick([row])
    where = page._delegate.tick_rect(page.grid.visualRect(page.model.index(row)), page.grid.fontMetrics()).center()
    QTest.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=where.toPoint())
    assert not ticks(page.model)[row]
    QTest.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=where.toPoint())
    joining = page.model.joining()
    assert page.model.tile(row) in joining
    assert page.button.text().startswith(f"Merge {len(joining) + 1} ")
    QTest.keyClick(page.grid, Keys.Key_Return)
    couple.wait(lambda: len(couple.groups()) == len(groups) - len(joining))
    couple.window.actions_.undo.trigger()
    couple.wait(lambda: len(couple.groups()) == len(groups))


@pytest.mark.parametrize("swapped", [False, True])
def test_who_stays_has_the_keyboard_afterwards_and_return_opens_them(couple: Program, swapped: bool) -> None:
    merge(couple, [0, 1])
    page, grid = couple.window.merge, couple.window.people.grid
    if swapped:
        QTest.mouseClick(page.swap, Qt.MouseButton.LeftButton)
        couple.wait(lambda: page.name.text() == "Bert")
    stays = page.model.target()
    assert isinstance(stays, Person)
    QTest.keyClick(page.grid, Keys.Key_Space)
    QTest.keyClick(page.grid, Keys.Key_Return)
    couple.wait(lambda: couple.window.place() == PeoplePlace() and couple.people() == {stays.name: 8})
    assert grid.hasFocus()
    assert grid.selected_rows() == [grid.currentIndex().row()] == [0]
    QTest.keyClick(grid, Keys.Key_Return)
    assert couple.window.place() == PersonPlace(stays.id)


def test_groups_alone_become_one_group(program: Program) -> None:
    library = program.library
    # No photo shows both of them.
    merge(program, [1, 3])
    page = program.window.merge
    assert page.name.text() == "Unnamed group"
    assert ticks(page.model) == [True]
    QTest.keyClick(page.grid, Keys.Key_Return)
    program.wait(lambda: program.window.place() == PeoplePlace() and len(program.groups()) == 3)
    assert library.people() == []
    grid = program.window.people.grid
    assert grid.selected_rows() == [grid.currentIndex().row()]


def test_escape_leaves_everything_as_it_was(couple: Program) -> None:
    label = couple.library.undo_label()
    merge(couple, [0, 1])
    QTest.keyClick(couple.window.merge.grid, Keys.Key_Space)
    QTest.keyClick(couple.window.merge.grid, Keys.Key_Escape)
    assert couple.window.place() == PeoplePlace()
    assert couple.library.undo_label() == label
    assert couple.window.people.grid.hasFocus()
    merge(couple, [0, 1])
    QTest.mouseClick(couple.window.merge.cancel, Qt.MouseButton.LeftButton)
    assert couple.window.place() == PeoplePlace()


def test_who_is_merged_elsewhere_meanwhile_ends_the_page(couple: Program) -> None:
    anna, bert = couple.library.people()
    merge(couple, [0, 1])
    couple.library.merge([anna.id, bert.id]).result()
    couple.wait(lambda: couple.window.place() == PeoplePlace())
    couple.wait(lambda: couple.people() == {"Anna": 8})


def test_those_who_were_said_to_differ_are_left_out_until_they_are_ticked(program: Program) -> None:
    library = program.library
    one, other = (library.clusters()[place].id for place in (1, 3))
    library.differ(Side(cluster=one), Side(cluster=other)).result()
    merge(program, [1, 3])
    page = program.window.merge
    assert page.model.index(0).data(Role.DETAIL) == "Said to be another"
    assert "You said before" in page.why.text()
    assert ticks(page.model) == [False]
    QTest.keyClick(page.grid, Keys.Key_Space)
    QTest.keyClick(page.grid, Keys.Key_Return)
    program.wait(lambda: len(program.library.clusters()) == 3)


def test_one_tile_is_not_merged_and_the_window_says_what_to_do(program: Program) -> None:
    program.click_tile(program.window.people.grid, 0)
    program.window.actions_.merge.trigger()
    program.wait(lambda: "two or more people" in program.window.messages.text)
    assert program.window.place() == PeoplePlace()


# The model, with two hundred of them


def compared(count: int) -> Comparison:
    likeness = np.concatenate([[0.9], np.linspace(0.1, 0.8, count - 1)])
    return Comparison(likeness, np.zeros((count, count), np.int64), np.zeros((count, count), np.bool_))


def test_two_hundred_come_the_most_alike_first_and_keep_the_rules_for_models(qtbot: QtBot) -> None:
    model = MergingModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    tiles: list[Tile] = [Person(PersonId(1), "Anna", 9, 9, FaceId(1), False, False)]
    tiles += [Cluster(ClusterId(number), 2, 2, FaceId(number)) for number in range(1, 200)]
    comparison = compared(200)
    # The most alike one is in a photo with Anna, the next two are side by side in another.
    comparison.together[0, 199] = comparison.together[199, 0] = 1
    comparison.together[198, 197] = comparison.together[197, 198] = 1
    model.fill(tiles, comparison)
    assert [model.tile(row).id for row in range(3)] == [199, 198, 197]
    assert ticks(model)[:4] == [False, True, False, True]
    assert model.index(0).data(Role.DETAIL).startswith("In 1 photo")
    assert model.index(2).data(Role.DETAIL) == "Beside another one"
    model.tick([2])
    assert not ticks(model)[2], "the library would refuse them both"
    model.tick([1])
    assert ticks(model)[1:3] == [False, True], "what was wished for is done as soon as it can be"
    model.tick([0])
    assert ticks(model)[0], "only one of its two photos shows Anna"
    comparison.together[0, 199] = comparison.together[199, 0] = 2
    model.fill(tiles, comparison)
    assert not ticks(model)[0]
    assert not model.possible(0)
    told = model.index(3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.startswith("Unnamed group, ticked, ")
    model.forget()
    assert model.rowCount() == 0
    assert tester.model() is model


def test_the_page_tells_screen_readers_who_is_ticked(couple: Program) -> None:
    merge(couple, [0, 1])
    page = couple.window.merge
    grid = QAccessible.queryAccessibleInterface(page.grid)
    assert grid is not None
    assert grid.text(QAccessible.Text.Name) == "Who joins"
    first = grid.child(0)
    assert first is not None
    assert first.text(QAccessible.Text.Name).startswith("Bert, left out, ")
    QTest.keyClick(page.grid, Keys.Key_Space)
    assert first.text(QAccessible.Text.Name).startswith("Bert, ticked, ")


def menu_of(program: Program, row: int) -> QMenu:
    page = program.window.merge
    program.click_tile(page.grid, row)
    page._menu([row], page.mapToGlobal(QPoint(10, 10)))
    return program.dialog(QMenu)


def choose(menu: QMenu, text: str) -> None:
    action = next(action for action in menu.actions() if text in action.text())
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_the_menu_ticks_the_one_it_was_opened_for_though_others_go_meanwhile(couple: Program) -> None:
    merge(couple, [0, *couple.groups()])
    model = couple.window.merge.model
    first, second = model.tile(0), model.tile(1)
    menu = menu_of(couple, 1)
    couple.library.ignore(clusters=[ClusterId(first.id)]).result()
    couple.wait(lambda: model.rowCount() == 1)
    choose(menu, "Tick or leave out")
    assert model.joining() == [second]


def test_the_menu_lets_the_one_stay_it_was_opened_for_though_others_go_meanwhile(program: Program) -> None:
    merge(program, [0, 1, 2, 3])
    model = program.window.merge.model
    first, second = model.tile(0), model.tile(1)
    menu = menu_of(program, 1)
    program.library.ignore(clusters=[ClusterId(first.id)]).result()
    program.wait(lambda: model.rowCount() == 2)
    choose(menu, "is the one that stays")
    program.wait(lambda: model.target() == second)


def test_who_presses_twice_merges_once_though_the_page_is_read_anew_meanwhile(couple: Program) -> None:
    merge(couple, [0, 1])
    page, before = couple.window.merge, len(couple.library.history())
    QTest.keyClick(page.grid, Keys.Key_Space)
    # A writer that is busy, as in a scan.
    go_on = threading.Event()
    couple.library._database.submit(lambda database: go_on.wait(10), durable=False)
    QTest.keyClick(page.grid, Keys.Key_Return)
    reset = []
    page.model.modelReset.connect(lambda: reset.append(True))
    page.refresh()
    couple.wait(lambda: bool(reset))
    assert not page.button.isEnabled()
    QTest.keyClick(page.grid, Keys.Key_Return)
    go_on.set()
    couple.wait(lambda: couple.window.place() == PeoplePlace() and couple.people() == {"Anna": 8})
    couple.idle()
    assert len(couple.library.history()) == before + 1
    assert "Merging needs" not in couple.window.messages.text


def test_after_a_refusal_merging_is_possible_again(couple: Program) -> None:
    anna, bert = couple.library.people()
    merge(couple, [0, 1])
    page = couple.window.merge
    QTest.keyClick(page.grid, Keys.Key_Space)
    go_on = threading.Event()
    couple.library._database.submit(lambda database: go_on.wait(10), durable=False)
    couple.library.merge([anna.id, bert.id])
    QTest.keyClick(page.grid, Keys.Key_Return)
    go_on.set()
    couple.wait(lambda: couple.window.place() == PeoplePlace() and "Merging needs" in couple.window.messages.text)
    couple.window.actions_.undo.trigger()
    couple.wait(lambda: couple.people() == {"Anna": 6, "Bert": 4})
    merge(couple, [0, 1])
    assert ticks(page.model) == [True], "as it was left"
    QTest.keyClick(page.grid, Keys.Key_Return)
    couple.wait(lambda: couple.people() == {"Anna": 8})
