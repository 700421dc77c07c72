"""Names are typed right under a tile, asked about once, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.library.records import FaceFilter
from app.ui.dialogs.merge_people import MergeDialog
from app.ui.dialogs.same_person import SamePersonDialog
from app.ui.places import ClusterPlace, PeoplePlace, PersonPlace
from tests.ui.program import Program


def test_a_name_is_typed_right_under_a_tile(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    assert len(program.groups()) == 3
    assert not program.window.people.grid.is_editing()


def test_tab_goes_on_to_the_next_tile(program: Program) -> None:
    grid = program.window.people.grid
    program.click_tile(grid, 0)
    QTest.keyClicks(grid, "A")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Tab)
    second = program.name_edit()
    assert grid.currentIndex().row() == 1
    QTest.keyClicks(second, "B")
    QTest.keyClick(second, Qt.Key.Key_Return)
    program.wait(lambda: set(program.people()) == {"A", "B"})


def test_escape_leaves_everything_as_it_was(program: Program) -> None:
    grid = program.window.people.grid
    program.click_tile(grid, 0)
    QTest.keyClicks(grid, "Anna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Escape)
    program.bot.wait(50)
    assert program.library.undo_label() is None
    assert not grid.is_editing()


def test_an_empty_name_says_nothing(program: Program) -> None:
    program.window.people.grid.edit_row(0)
    edit = program.name_edit()
    QTest.keyClicks(edit, "  ")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    program.bot.wait(50)
    assert program.library.people() == []


def test_the_name_of_somebody_known_is_asked_about_once_and_yes_joins_them(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.type_name(program.groups()[0], "anna")
    question = program.dialog(SamePersonDialog)
    assert "Anna already has 6 photos. Is this the same person?" in [
        label.text() for label in question.findChildren(type(program.window._title))
    ]
    program.press(question, "Same person")
    program.wait(lambda: len(program.groups()) == 2)
    assert program.people() == {"Anna": 8}


def test_no_makes_a_new_person_of_the_same_name(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.type_name(program.groups()[0], "Anna")
    program.press(program.dialog(SamePersonDialog), "A different Anna")
    program.wait(lambda: len(program.library.people()) == 2)
    assert [person.name for person in program.library.people()] == ["Anna", "Anna"]


def test_cancelling_the_question_changes_nothing(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    label = program.library.undo_label()
    program.type_name(program.groups()[0], "Anna")
    question = program.dialog(SamePersonDialog)
    QTest.keyClick(question, Qt.Key.Key_Escape)
    program.bot.wait(50)
    assert program.library.undo_label() == label


def test_return_takes_the_highlighted_suggestion_without_a_question(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.window.people.grid.edit_row(program.groups()[0])
    edit = program.name_edit()
    QTest.keyClicks(edit, "an")
    popup = edit.suggestions
    program.wait(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    program.wait(lambda: program.people() == {"Anna": 8})
    assert program.window.findChildren(SamePersonDialog) == []


def test_renaming_to_the_name_of_another_person_merges_after_the_question(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.type_name(program.groups()[0], "Ann")
    program.wait(lambda: len(program.people()) == 2)
    program.type_name(program.row_of("Ann"), "Anna")
    program.press(program.dialog(SamePersonDialog), "Same person")
    program.wait(lambda: program.people() == {"Anna": 8})


def test_undo_and_redo_stand_in_the_edit_menu_with_what_they_do(program: Program) -> None:
    actions = program.window.actions_
    assert not actions.undo.isEnabled()
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    assert actions.undo.text() == f"Undo: {program.library.undo_label()}"
    assert "Anna" in actions.undo.text()
    actions.undo.trigger()
    program.wait(lambda: len(program.groups()) == 4)
    assert program.people() == {}
    assert "Anna" in actions.redo.text()
    QTest.keyClick(
        program.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    program.wait(lambda: program.people() == {"Anna": 6})
    QTest.keyClick(program.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: program.people() == {})


def test_several_tiles_are_merged_and_the_chosen_one_stays(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.type_name(program.groups()[0], "Bert")
    program.wait(lambda: len(program.people()) == 2)
    grid = program.window.people.grid
    program.click_tile(grid, program.row_of("Anna"))
    program.click_tile(grid, program.row_of("Bert"), Qt.KeyboardModifier.ControlModifier)
    program.window.actions_.merge.trigger()
    dialog = program.dialog(MergeDialog)
    dialog._choice.button(1).click()
    program.press(dialog, "Merge")
    program.wait(lambda: program.people() == {"Bert": 8})
    program.window.actions_.undo.trigger()
    program.wait(lambda: set(program.people()) == {"Anna", "Bert"})


def test_a_name_typed_on_several_selected_groups_names_all_of_them(program: Program) -> None:
    grid = program.window.people.grid
    program.click_tile(grid, 0)
    program.click_tile(grid, 1, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(grid, "E")
    QTest.keyClicks(program.name_edit(), "va")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: set(program.people()) == {"Eva"})
    assert len(program.groups()) == 2


def test_a_scan_that_goes_on_does_not_end_the_typing(program: Program, photos: Path) -> None:
    grid = program.window.people.grid
    program.click_tile(grid, 0)
    QTest.keyClicks(grid, "A")
    program.window.scan([photos])
    program.idle()
    program.library.group(afresh=True)
    program.bot.wait(100)
    QTest.keyClicks(program.name_edit(), "nna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: "Anna" in program.people())


def test_a_group_is_named_on_its_own_page_which_becomes_the_persons(program: Program) -> None:
    grid = program.window.people.grid
    program.click_tile(grid, 0)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert isinstance(program.window.place(), ClusterPlace)
    page = program.window.person
    program.wait(lambda: page.faces.rowCount() == 6)
    QTest.mouseClick(page.name, Qt.MouseButton.LeftButton)
    QTest.keyClicks(program.name_edit(), "Anna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: isinstance(program.window.place(), PersonPlace) and page.title() == "Anna")
    assert program.window._title.text() == "Anna"
    page.switch.button(1).click()
    program.wait(lambda: page.face_grid.isVisible() and page.faces.rowCount() == 6)


def test_a_face_taken_off_a_person_leaves_the_page(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    anna = program.library.people()[0]
    program.window.go(PersonPlace(anna.id))
    page = program.window.person
    program.wait(lambda: page.faces.rowCount() == 6)
    wrong = page.faces.face(0)
    program.window.session.edits.run(lambda: program.library.reject([wrong.id], anna.id))
    program.wait(lambda: page.faces.rowCount() == 5)
    assert wrong.id not in [face.id for face in program.library.faces(FaceFilter(person=anna.id))]
    assert program.window.messages.isVisible()


def test_names_are_there_after_a_restart(program: Program, start: Callable[..., Program]) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    folder = program.library.folder
    program.stack.close()
    again = start(folder)
    again.wait(lambda: again.people() == {"Anna": 6})
    assert again.window.place() == PeoplePlace()
    assert "Anna" in again.window.actions_.undo.text()
    again.window.actions_.undo.trigger()
    again.wait(lambda: len(again.groups()) == 4)
