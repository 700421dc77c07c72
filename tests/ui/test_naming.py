"""Names are typed right under a tile, asked about once, and can be taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.library.crowd import Crowd, Order
from app.library.library import Library
from app.library.records import Cluster, FaceFilter, Side
from app.ui.dialogs.same_person import SamePersonDialog
from app.ui.models.grid_model import Role
from app.ui.places import ClusterPlace, PeoplePlace, PersonPlace
from app.ui.widgets.name_edit import NameEdit
from tests.pictures import draw_people, encode
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


def test_each_tile_shows_its_name_while_tab_leads_on_to_the_next_ones(program: Program) -> None:
    grid = program.window.people.grid
    program.click_tile(grid, 0)
    QTest.keyClicks(grid, "A")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Tab)
    program.wait(lambda: program.window.people.model.index(0).data() == "A")
    assert grid.is_editing()
    QTest.keyClicks(program.name_edit(), "B")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Backtab)
    program.wait(lambda: program.window.people.model.index(1).data() == "B")
    again = program.name_edit()
    assert again.text() == "A"
    QTest.keyClicks(again, "Anna")
    QTest.keyClick(again, Qt.Key.Key_Tab)
    program.wait(lambda: program.window.people.model.index(0).data() == "Anna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Escape)
    program.wait(lambda: len(program.groups()) == 2 and set(program.people()) == {"Anna", "B"})
    program.window.actions_.undo.trigger()
    program.wait(lambda: set(program.people()) == {"A", "B"})


def test_escape_leaves_everything_as_it_was(program: Program) -> None:
    grid = program.window.people.grid
    program.click_tile(grid, 0)
    QTest.keyClicks(grid, "Anna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Escape)
    program.window.session.edits.settle()
    assert program.library.undo_label() is None
    assert not grid.is_editing()


def test_an_empty_name_says_nothing(program: Program) -> None:
    program.window.people.grid.edit_row(0)
    edit = program.name_edit()
    QTest.keyClicks(edit, "  ")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    program.window.session.edits.settle()
    assert program.library.people() == []


def test_the_name_of_somebody_known_is_asked_about_once_and_yes_joins_them(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.type_name(program.groups()[0], "anna")
    question = program.dialog(SamePersonDialog)
    assert "Anna already has 6 photos. Is this the same person?" in [
        label.text() for label in question.findChildren(QLabel)
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
    program.window.session.edits.settle()
    assert program.library.undo_label() == label


def half_of_anna(program: Program) -> NameEdit:
    """Under a group that is not like Anna, who has a name."""
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.knows("Anna")
    program.window.people.grid.edit_row(program.groups()[0])
    edit = program.name_edit()
    QTest.keyClicks(edit, "an")
    return edit


def test_return_takes_the_line_that_the_user_went_to_without_a_question(program: Program) -> None:
    edit = half_of_anna(program)
    assert edit.suggestions.isVisible()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(edit.suggestions, key)
    program.wait(lambda: program.people() == {"Anna": 8})
    assert program.window.findChildren(SamePersonDialog) == []


def test_half_a_word_joins_a_group_to_nobody_whom_it_is_not_like_without_a_question(program: Program) -> None:
    edit = half_of_anna(program)
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Return)
    dialog = program.dialog(SamePersonDialog)
    assert program.people() == {"Anna": 6}
    program.press(dialog, "Same person")
    program.wait(lambda: program.people() == {"Anna": 8})


def test_half_a_word_joins_a_group_to_somebody_whom_it_is_like_at_once(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.knows("Anna")
    [anna] = program.library.people()
    monkeypatch.setattr(program.library, "likely_people", lambda about: [anna.id])
    program.window.people.grid.edit_row(program.groups()[0])
    edit = program.name_edit()
    program.wait(lambda: edit.suggestions.isVisible())
    QTest.keyClicks(edit, "an")
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Return)
    program.wait(lambda: program.people() == {"Anna": 8})
    assert program.window.findChildren(SamePersonDialog) == []


def test_renaming_to_the_name_of_another_person_merges_after_the_question(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.type_name(program.groups()[0], "Bert")
    program.wait(lambda: len(program.people()) == 2)
    program.type_name(program.row_of("Bert"), "Anna")
    program.press(program.dialog(SamePersonDialog), "Same person")
    program.wait(lambda: program.people() == {"Anna": 8})
    grid = program.window.people.grid
    program.wait(lambda: grid.selected_rows() == [program.row_of("Anna")] == [grid.currentIndex().row()])


def named_anna(program: Program) -> NameEdit:
    """The first group is Anna, and the field of the next one is open."""
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.knows("Anna")
    program.window.people.grid.edit_row(program.groups()[0])
    return program.name_edit()


def lines(edit: NameEdit) -> tuple[list[str], int]:
    """What is offered, and which line is highlighted."""
    assert edit.suggestions.isVisible()
    model = edit.suggestions.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())], edit.suggestions.currentIndex().row()


def test_long_names_are_offered_in_full_beside_whatever_tile_in_a_small_window(program: Program) -> None:
    name = "Wilhelmina Alexandrina von Hohenberg-Lichtenstein"
    program.library.name(name, clusters=[program.library.clusters()[0].id]).result()
    program.knows(name)
    window, grid = program.window, program.window.people.grid
    window.resize(window.minimumSize())
    program.wait(lambda: window.width() == window.minimumWidth() and len(program.groups()) == 3)
    rightmost = max(program.groups(), key=lambda row: grid.visualRect(grid.grid_model().index(row)).right())
    grid.edit_row(rightmost)
    edit = program.name_edit()
    QTest.keyClicks(edit, "wil")
    popup = edit.suggestions
    program.wait(lambda: popup.isVisible() and "photo" in popup.model().index(0, 0).data(Role.DETAIL))
    assert popup.viewport().width() >= popup.sizeHintForColumn(0) > edit.width()
    left = popup.mapToGlobal(QPoint(0, 0)).x() - window.mapToGlobal(QPoint(0, 0)).x()
    assert 0 <= left <= window.width() - popup.width()


def test_the_beginning_of_a_name_highlights_who_is_known_and_a_new_person_is_one_step_away(program: Program) -> None:
    edit = named_anna(program)
    QTest.keyClicks(edit, "aN")
    assert lines(edit) == (["Anna", "New person “aN”"], 0)
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Down)
    assert lines(edit)[1] == 1
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Down)
    assert lines(edit)[1] == 0, "from the last line Down leads to the first"
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Up)
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Return)
    program.wait(lambda: program.people() == {"Anna": 6, "aN": 4})
    assert program.window.findChildren(SamePersonDialog) == []


def test_a_whole_name_highlights_its_person_in_any_case_and_with_any_accents_and_is_asked_about(
    program: Program,
) -> None:
    edit = named_anna(program)
    composed = QInputMethodEvent()
    composed.setCommitString("ännÁ")
    QApplication.sendEvent(edit, composed)
    assert lines(edit) == (["Anna", "New person “ännÁ”"], 0)
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Return)
    program.press(program.dialog(SamePersonDialog), "Same person")
    program.wait(lambda: program.people() == {"Anna": 8})


def test_somebody_taken_by_the_arrow_keys_is_not_asked_about(program: Program) -> None:
    edit = named_anna(program)
    QTest.keyClicks(edit, "anna")
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Down)
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Up)
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Return)
    program.wait(lambda: program.people() == {"Anna": 8})
    assert program.window.findChildren(SamePersonDialog) == []


def test_another_person_of_a_known_name_is_made_by_the_line_that_says_so(program: Program) -> None:
    edit = named_anna(program)
    QTest.keyClicks(edit, "Anna")
    popup = edit.suggestions
    last = popup.visualRect(popup.model().index(1, 0)).center()
    QTest.mouseClick(popup.viewport(), Qt.MouseButton.LeftButton, pos=last)
    program.wait(lambda: [person.name for person in program.library.people()] == ["Anna", "Anna"])
    assert program.window.findChildren(SamePersonDialog) == []


def test_a_name_that_fits_nobody_is_a_new_person_and_nothing_is_offered(program: Program) -> None:
    edit = named_anna(program)
    QTest.keyClicks(edit, "nna")
    assert not edit.suggestions.isVisible(), "no word of a name begins so"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    program.wait(lambda: program.people() == {"Anna": 6, "nna": 4})


def test_who_was_named_last_is_offered_for_nothing_typed_and_nobody_is_highlighted(program: Program) -> None:
    edit = named_anna(program)
    QTest.keyClick(edit, Qt.Key.Key_Down)
    assert lines(edit) == (["Anna"], -1)
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Return)
    assert program.people() == {"Anna": 6}
    program.window.people.grid.edit_row(program.groups()[0])
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Down)
    QTest.keyClick(program.name_edit().suggestions, Qt.Key.Key_Down)
    QTest.keyClick(program.name_edit().suggestions, Qt.Key.Key_Tab)
    program.wait(lambda: program.library.people()[0].photos == 8)
    assert program.name_edit().text() == "", "Tab goes on to the next one"


def test_what_is_highlighted_stays_so_when_portraits_arrive(program: Program) -> None:
    edit = named_anna(program)
    QTest.keyClicks(edit, "an")
    popup = edit.suggestions
    program.wait(lambda: popup.model().index(0, 0).data(Role.DETAIL) == "6 photos")
    assert popup.model().index(0, 0).data(Role.FACE) == program.library.people()[0].cover
    assert lines(edit)[1] == 0
    chosen = popup.palette().color(QPalette.ColorRole.Highlight)
    row = popup.visualRect(popup.model().index(0, 0))
    assert popup.viewport().grab().toImage().pixelColor(row.right() - 2, row.top() + 2) == chosen


def test_whom_a_group_is_like_is_offered_at_once_and_first(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    library = program.library
    first, second, third, _ = library.clusters()
    bert = library.name("Bert", clusters=[first.id]).result().people[0]
    anna = library.name("Anna", clusters=[second.id]).result().people[0]
    program.wait(lambda: len(program.people()) == 2)
    program.knows("Anna", "Bert")
    # The engine that pretends knows nobody half.
    monkeypatch.setattr(library, "likely_people", lambda about: [bert] if about == Side(cluster=third.id) else [])
    program.window.people.grid.edit_row(program.groups()[0])
    edit = program.name_edit()
    program.wait(edit.suggestions.isVisible)
    assert lines(edit) == (["Bert", "Anna"], -1)
    assert anna in [one.id for one in program.window.session.names.fitting("", (), 8)]
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Down)
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Return)
    program.wait(lambda: len(program.groups()) == 1)
    assert set(program.people()) == {"Anna", "Bert"}


def test_another_name_for_a_person_highlights_nobody_and_takes_what_was_typed(program: Program) -> None:
    named_anna(program)
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Escape)
    program.type_name(program.groups()[0], "Bert")
    program.wait(lambda: len(program.people()) == 2)
    program.window.people.grid.edit_row(program.row_of("Bert"))
    edit = program.name_edit()
    QTest.keyClicks(edit, "An")
    assert lines(edit) == (["Anna"], -1)
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Return)
    program.wait(lambda: set(program.people()) == {"Anna", "An"})
    program.window.people.grid.edit_row(program.row_of("An"))
    edit = program.name_edit()
    QTest.keyClicks(edit, "An")
    assert lines(edit)[0] == ["Anna"], "nobody is offered their own name"
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Down)
    QTest.keyClick(edit.suggestions, Qt.Key.Key_Return)
    program.press(program.dialog(SamePersonDialog), "Same person")
    program.wait(lambda: program.people() == {"Anna": 8})


def test_screen_readers_are_told_what_is_highlighted(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        QAccessible, "updateAccessibility", lambda event: said.append(getattr(event, "message", lambda: "")())
    )
    edit = named_anna(program)
    QTest.keyClicks(edit, "a")
    assert said[-1].startswith("Anna")
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert said[-1] == "New person “a”"
    popup = QAccessible.queryAccessibleInterface(edit.suggestions)
    assert popup is not None
    assert popup.text(QAccessible.Text.Name) == "People who may be meant"


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


def test_a_name_typed_on_several_selected_groups_names_all_of_them(program: Program) -> None:
    grid = program.window.people.grid
    # No photo shows both of them.
    program.click_tile(grid, 1)
    program.click_tile(grid, 3, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(grid, "E")
    QTest.keyClicks(program.name_edit(), "va")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: set(program.people()) == {"Eva"})
    assert len(program.groups()) == 2


def test_what_others_write_does_not_end_the_typing_and_is_shown_afterwards(program: Program) -> None:
    grid = program.window.people.grid
    last = program.library.clusters()[-1]
    program.click_tile(grid, 0)
    QTest.keyClicks(grid, "A")
    program.library.name("Zoe", clusters=[last.id]).result()
    program.read(program.window.people)
    assert program.people() == {}
    QTest.keyClicks(program.name_edit(), "nna")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: program.people() == {"Anna": 6, "Zoe": 2})


def test_a_reading_that_was_overtaken_is_not_shown(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    library, read = program.library, program.library.crowd
    old_one_read, may_go_on = threading.Event(), threading.Event()

    def first_is_slow(order: Order, *, hidden: bool) -> Crowd:
        people = read(order, hidden=hidden)
        if not old_one_read.is_set():
            old_one_read.set()
            may_go_on.wait(10)
        return people

    monkeypatch.setattr(library, "crowd", first_is_slow)
    program.window.people.refresh()
    assert old_one_read.wait(10)
    library.name("Anna", clusters=[library.clusters()[0].id]).result()
    program.wait(lambda: program.people() == {"Anna": 6})
    may_go_on.set()
    program.settle()
    assert program.people() == {"Anna": 6}


def names_after_a_restart(program: Program) -> list[str]:
    folder = program.library.folder
    program.stack.close()
    library = Library.open(folder)
    try:
        return [person.name for person in library.people()]
    finally:
        library.close()


def test_a_name_is_kept_when_the_window_closes_right_after_return(program: Program) -> None:
    program.type_name(0, "Anna")
    program.window.close()
    assert names_after_a_restart(program) == ["Anna"]


def test_a_name_that_is_being_typed_is_kept_when_the_window_closes(program: Program) -> None:
    grid = program.window.people.grid
    program.click_tile(grid, 0)
    QTest.keyClicks(grid, "A")
    QTest.keyClicks(program.name_edit(), "nna")
    assert program.window.close()
    assert program.library.undo_label() == "Name Anna", "it is written before the window is gone"
    assert names_after_a_restart(program) == ["Anna"]


def test_a_question_that_arises_at_closing_can_be_answered(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.type_name(program.groups()[0], "anna")
    assert not program.window.close()
    program.press(program.dialog(SamePersonDialog), "Same person")
    assert program.window.close()
    assert [(person.name, person.photos) for person in program.library.people()] == [("Anna", 8)]


def test_another_name_is_kept_when_the_window_closes_right_after_return(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.type_name(0, "Hannah")
    program.window.close()
    assert names_after_a_restart(program) == ["Hannah"]


def test_somebody_else_may_get_a_name_that_is_taken(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.type_name(program.groups()[0], "Bert")
    program.wait(lambda: len(program.people()) == 2)
    program.type_name(program.row_of("Bert"), "Anna")
    program.press(program.dialog(SamePersonDialog), "A different Anna")
    program.wait(lambda: [person.name for person in program.library.people()] == ["Anna", "Anna"])


def test_undo_right_after_return_takes_back_that_name(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    program.type_name(1, "Bert")
    QTest.keyClick(program.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: program.library.redo_label() == "Name Bert")
    assert program.library.undo_label() == "Name Anna"
    program.wait(lambda: program.people() == {"Anna": 6})


def test_groups_that_a_photo_shows_side_by_side_get_no_common_name_and_the_window_says_why(program: Program) -> None:
    grid = program.window.people.grid
    program.click_tile(grid, 0)
    program.click_tile(grid, 1, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(grid, "E")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Tab)
    program.wait(lambda: "different people" in program.window.messages.text)
    assert len(program.library.clusters()) == 4


def test_tab_names_all_selected_groups(program: Program) -> None:
    grid = program.window.people.grid
    # No photo shows both of them.
    program.click_tile(grid, 1)
    program.click_tile(grid, 3, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(grid, "E")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Tab)
    program.wait(lambda: len(program.library.clusters()) == 2)


def test_faces_given_to_a_hidden_person_are_said_to_be_out_of_sight(program: Program) -> None:
    library = program.library
    anna = library.name("Anna", clusters=[library.clusters()[0].id]).result().people[0]
    library.set_hidden(anna, True).result()
    program.wait(lambda: len(program.groups()) == 3)
    program.type_name(program.groups()[0], "anna")
    program.press(program.dialog(SamePersonDialog), "Same person")
    program.wait(lambda: len(program.groups()) == 2)
    program.wait(lambda: "Anna is hidden" in program.window.messages.text)
    QTest.mouseClick(program.window.messages._button, Qt.MouseButton.LeftButton)
    program.wait(lambda: len(program.groups()) == 3)


def test_a_person_stays_as_shown_while_a_name_is_typed(program: Program) -> None:
    anna = program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result().people[0]
    program.window.go(PersonPlace(anna))
    page = program.window.person
    program.wait(lambda: page.faces.rowCount() == 6)
    page.edit_name()
    program.library.reject([page.faces.face(0).id], anna).result()
    program.read(page)
    assert page.faces.rowCount() == 6
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Escape)
    program.wait(lambda: page.faces.rowCount() == 5)


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
    assert program.window._tools.title.text() == "Anna"
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
    program.wait(program.window.messages.isVisible)


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


def test_after_a_name_the_next_group_is_selected_to_type_on(program: Program) -> None:
    grid = program.window.people.grid
    program.type_name(0, "Anna")
    assert grid.hasFocus()
    QTest.keyClicks(grid, "B")
    QTest.keyClicks(program.name_edit(), "ert")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: program.people() == {"Anna": 6, "Bert": 4})
    assert grid.selected_rows() == [grid.currentIndex().row()] == program.groups()[:1]
    program.window.actions_.rename.trigger()
    QTest.keyClicks(program.name_edit(), "Cleo")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: len(program.groups()) == 1)
    QTest.keyClicks(grid, "D")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: set(program.people()) == {"Anna", "Bert", "Cleo", "D"})


def test_a_group_joined_by_the_list_is_told_with_a_way_back(program: Program) -> None:
    edit = half_of_anna(program)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(edit.suggestions, key)
    program.wait(lambda: program.people() == {"Anna": 8})
    program.wait(lambda: program.window.messages.text == "Joined to Anna")
    QTest.mouseClick(program.window.messages._button, Qt.MouseButton.LeftButton)
    program.wait(lambda: program.people() == {"Anna": 6})


def test_guesses_are_marked_among_the_faces_of_a_person(program: Program, tmp_path: Path) -> None:
    anna = program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result().people[0]
    folder = tmp_path / "later"
    folder.mkdir()
    (folder / "later.jpg").write_bytes(encode(draw_people(0, size=(640, 480), seed=90).pixels))
    program.window.scan([folder])
    program.wait(lambda: len(program.library.faces(FaceFilter(person=anna))) == 7)
    program.idle()
    program.window.go(PersonPlace(anna))
    page = program.window.person
    page.switch.button(1).click()
    program.wait(lambda: page.faces.rowCount() == 7)
    grid, seen = page.face_grid, page.face_grid.viewport().grab().toImage()
    marked = []
    for row in range(7):
        where = page._face_delegate.text_rect(grid.visualRect(page.faces.index(row)), grid.fontMetrics(), 0)
        across, down = range(where.left(), where.right()), range(where.top(), where.bottom())
        colours = {seen.pixel(x, y) for x in across for y in down}
        if len(colours) > 1:
            marked.append(page.faces.data(page.faces.index(row)))
    assert marked == ["Anna?"]


def test_the_controls_of_a_person_show_that_they_have_the_keyboard(program: Program) -> None:
    program.window.go(ClusterPlace(program.library.clusters()[0].id))
    page = program.window.person
    program.wait(lambda: page.faces.rowCount() == 6)
    for control in (page.name, page.switch.button(0), page.switch.button(1)):
        page.photo_grid.setFocus()
        without = control.grab().toImage()
        control.setFocus(Qt.FocusReason.TabFocusReason)
        ringed = control.grab().toImage()
        edge = [(x, 2) for x in range(8, control.width() - 8)]
        assert all(without.pixel(x, y) != ringed.pixel(x, y) for x, y in edge)


def test_a_name_that_ends_by_a_click_leaves_the_choice_to_the_mouse(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = program.window.people.grid
    moved: list[int] = []
    monkeypatch.setattr(grid, "select_key", moved.append)
    program.click_tile(grid, 0)
    QTest.keyClicks(grid, "A")
    program.click_tile(grid, 2)
    assert grid.selected_rows() == [2]
    chosen = program.tiles()[2]
    program.wait(lambda: "A" in program.people())
    assert [program.tiles()[row] for row in grid.selected_rows()] == [chosen]
    assert not moved, "the grid might scroll under the pointer"


def test_nothing_typed_and_a_field_that_was_left_go_on_to_nobody(program: Program) -> None:
    grid = program.window.people.grid
    grid.select_rows([1])
    grid.edit_row(1)
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    assert grid.selected_rows() == [1]
    grid.edit_row(1)
    QTest.keyClicks(program.name_edit(), "A")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Backtab)
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Escape)
    assert isinstance(program.tiles()[grid.currentIndex().row()], Cluster)
    assert grid.currentIndex().row() == program.groups()[0]
