"""Where the user is led: never away from where they went, never into a place that is no more."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.library.records import PersonId
from app.ui.places import ClusterPlace, PeoplePlace, PersonPlace, PhotosPlace
from tests.ui.program import Program


def open_group(program: Program) -> None:
    grid = program.window.people.grid
    program.click_tile(grid, 0)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    program.wait(lambda: program.window.person.faces.rowCount() == 6)


def test_back_leads_past_a_group_that_was_named(program: Program) -> None:
    window = program.window
    window.go(PhotosPlace())
    window.go(PeoplePlace())
    open_group(program)
    window.person.edit_name()
    QTest.keyClicks(program.name_edit(), "Anna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: isinstance(window.place(), PersonPlace))
    for place in (PeoplePlace(), PhotosPlace(), PeoplePlace()):
        window.actions_.back.trigger()
        assert window.place() == place
    assert not window.actions_.back.isEnabled()


def test_a_group_that_is_gone_leads_to_everybody_and_is_left_out_of_the_way_back(program: Program) -> None:
    window = program.window
    window.go(PhotosPlace())
    open_place = ClusterPlace(program.library.clusters()[0].id)
    window.go(open_place)
    program.wait(lambda: window.person.faces.rowCount() == 6)
    program.library.ignore(clusters=[open_place.cluster]).result()
    program.wait(lambda: window.place() == PeoplePlace())
    window.actions_.back.trigger()
    assert window.place() == PhotosPlace()
    window.actions_.forward.trigger()
    assert window.place() == PeoplePlace()


def test_who_went_on_right_after_naming_a_group_stays_there(program: Program) -> None:
    open_group(program)
    program.window.person.edit_name()
    QTest.keyClicks(program.name_edit(), "Anna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    QTest.keyClick(program.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: program.library.undo_label() == "Name Anna")
    program.settle()
    assert program.window.place() == PhotosPlace()


def test_a_person_who_is_not_there_does_not_lead_away_from_the_next_place(program: Program) -> None:
    program.window.go(PersonPlace(PersonId(4711)))
    program.window.go(PhotosPlace())
    program.settle()
    assert program.window.place() == PhotosPlace()
    program.window.actions_.back.trigger()
    program.wait(lambda: program.window.place() == PeoplePlace())


def test_the_keyboard_stays_in_the_sidebar_while_it_walks_there(program: Program) -> None:
    sidebar = program.window.sidebar
    program.window.go(PhotosPlace())
    sidebar.setFocus()
    QTest.keyClick(sidebar, Qt.Key.Key_Down)
    assert program.window.place() == PeoplePlace()
    assert QApplication.focusWidget() is sidebar
    QTest.keyClick(sidebar, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is program.window.people.grid
