"""In the review every answer can be taken back, here and elsewhere, and given again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.events import LibraryChanged
from app.library.questions import Agenda
from app.library.records import HistoryEntry
from app.ui.dialogs.same_person import SamePersonDialog
from app.ui.places import HistoryPlace
from tests.ui.program import Program
from tests.ui.reviewing import asked, everything_asked, faces_of, named, page, press, settled, type_text, undo

Key = Qt.Key


@pytest.fixture
def program(reviewing: Program) -> Program:
    return reviewing


def test_z_takes_the_latest_answer_back_and_asks_again_at_once(program: Program) -> None:
    press(Key.Key_Return)
    settled(program)
    assert faces_of(program.library, "Anna") == 10
    undo(program)
    assert asked(program) == ("older anna", "Anna")
    settled(program)
    assert asked(program) == ("older anna", "Anna")
    assert faces_of(program.library, "Anna") == 6
    assert not page(program).card.answers.undo_button.isEnabled()
    # As the undo of the whole program does it, so that it can be done again.
    assert program.library.redo_label() == "Merge group 3 into Anna"


def test_z_right_after_a_slip_of_the_finger_leaves_the_answer_that_was_meant(program: Program) -> None:
    press(Key.Key_Delete)
    undo(program)
    assert asked(program) == ("older anna", "Anna")
    press(Key.Key_Return)
    settled(program)
    assert faces_of(program.library, "Anna") == 10


def test_a_name_that_was_taken_back_at_once_can_be_given_again_without_a_question(program: Program) -> None:
    for _ in range(3):
        press(Key.Key_S)
        type_text("Zoe")
        press(Key.Key_Return)
        # A window manager does this when the list of names closes.
        program.window.activateWindow()
        program.wait(program.window.isActiveWindow)
        undo(program)
        assert asked(program) == ("older anna", "Anna")
    press(Key.Key_S)
    type_text("Zoe")
    press(Key.Key_Return)
    settled(program)
    assert not [dialog for dialog in program.window.findChildren(SamePersonDialog) if dialog.isVisible()]
    assert faces_of(program.library, "Zoe") == 4


def test_z_goes_back_through_all_answers_also_after_other_edits(program: Program) -> None:
    press(Key.Key_Return)
    press(Key.Key_Delete)
    settled(program)
    berta = program.library.find_person("Berta").id
    program.library.set_favourite(berta, True).result()
    undo(program)
    assert asked(program) == ("older berta", "Berta")
    settled(program)
    undo(program)
    assert asked(program) == ("older anna", "Anna")
    settled(program)
    assert faces_of(program.library, "Anna") == 6
    assert program.library.person(berta).favourite
    assert asked(program) == ("older anna", "Anna")


def undo_in_the_window(program: Program) -> None:
    QTest.keyClick(program.window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: program.library.redo_label() is not None)


def take_back_in_the_history(program: Program) -> None:
    latest = program.library.history(1)[0]
    program.window.go(HistoryPlace())
    steps = program.window.history.steps
    program.wait(steps.take_back.isEnabled)
    press(Key.Key_Delete)
    program.wait(lambda: program.library.history(1)[0].id != latest.id)
    program.window.actions_.back.trigger()


def test_an_answer_that_left_the_history_cannot_be_taken_back_any_more(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(Key.Key_Return)
    settled(program)
    assert page(program).questions.can_undo()
    for most in ("STEPS_BETWEEN_CLEARING", "STEPS_KEPT", "STEPS_ALWAYS_KEPT"):
        monkeypatch.setattr(f"app.library.history.{most}", 1)
    program.library.set_favourite(program.library.find_person("Berta").id, True).result()
    program.wait(lambda: not page(program).questions.can_undo())
    assert not page(program).card.answers.undo_button.isEnabled()


def test_of_two_looks_at_the_history_the_later_one_counts_whichever_ends_last(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(Key.Key_Return)
    settled(program)
    library, may_go_on = program.library, threading.Event()
    steps, begun, ended = library.steps, list[int](), list[int]()

    def first_one_slowly(ids: Sequence[int]) -> list[HistoryEntry]:
        entries, look = steps(ids), len(begun)
        begun.append(look)
        if look == 0:
            may_go_on.wait(10)
        ended.append(look)
        return entries

    monkeypatch.setattr(library, "steps", first_one_slowly)
    library.undo().result()
    program.wait(lambda: begun == [0])
    library.redo().result()
    program.wait(lambda: ended == [1])
    program.hear()
    may_go_on.set()
    program.wait(lambda: ended == [1, 0])
    program.hear()
    assert asked(program) == ("older berta", "Berta")
    assert page(program).questions.can_undo()


def test_what_a_scan_finds_is_no_reason_to_look_at_the_history(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(Key.Key_Return)
    settled(program)
    latest, looked = program.library.history(1)[0].id, []
    steps = program.library.steps
    monkeypatch.setattr(program.library, "steps", lambda ids: looked.append(ids) or steps(ids))
    bridge = program.window.session.bridge
    bridge.publish(LibraryChanged(photos=frozenset({1}), faces=frozenset({1}), undo_step=latest))
    settled(program)
    assert looked == []
    program.library.undo().result()
    program.wait(lambda: len(looked) == 1)


@pytest.mark.parametrize("otherwise", [undo_in_the_window, take_back_in_the_history])
def test_an_answer_that_was_undone_elsewhere_is_not_undone_again(
    program: Program, otherwise: Callable[[Program], None]
) -> None:
    press(Key.Key_Return)
    settled(program)
    press(Key.Key_Return)
    settled(program)
    assert named(program.library) == {"Anna": 10, "Berta": 8}
    otherwise(program)
    program.wait(lambda: asked(program) == ("older berta", "Berta"))
    settled(program)
    assert asked(program) == ("older berta", "Berta")
    assert named(program.library) == {"Anna": 10, "Berta": 5}
    program.window.messages.hide()
    undo(program)
    assert asked(program) == ("older anna", "Anna")
    settled(program)
    assert named(program.library) == {"Anna": 6, "Berta": 5}
    assert not page(program).questions.can_undo()
    assert not page(program).card.answers.undo_button.isEnabled()
    assert not program.window.messages.isVisible()


def test_the_undo_of_the_window_asks_again_one_by_one_and_its_redo_no_more(program: Program) -> None:
    press(Key.Key_Return)
    press(Key.Key_Delete)
    settled(program)
    neither = asked(program)
    progress = page(program).progress.text()
    window, control = program.window, Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(window, Key.Key_Z, control)
    program.wait(lambda: asked(program) == ("older berta", "Berta"))
    QTest.keyClick(window, Key.Key_Z, control)
    program.wait(lambda: asked(program) == ("older anna", "Anna"))
    settled(program)
    assert asked(program) == ("older anna", "Anna")
    assert not page(program).questions.can_undo()
    QTest.keyClick(window, Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    program.wait(lambda: asked(program) == ("older berta", "Berta"))
    QTest.keyClick(window, Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    program.wait(lambda: asked(program) == neither)
    settled(program)
    assert page(program).progress.text() == progress
    assert not {("older anna", "Anna"), ("older berta", "Berta")} & set(everything_asked(program))


def test_what_z_took_back_is_not_asked_any_more_once_it_is_redone_and_z_takes_it_back_again(program: Program) -> None:
    press(Key.Key_Return)
    undo(program)
    assert asked(program) == ("older anna", "Anna")
    program.wait(program.window.actions_.redo.isEnabled)
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(program.window, Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    program.wait(lambda: asked(program) == ("older berta", "Berta"))
    settled(program)
    assert named(program.library) == {"Anna": 10, "Berta": 5}
    undo(program)
    assert asked(program) == ("older anna", "Anna")
    settled(program)
    assert named(program.library) == {"Anna": 6, "Berta": 5}


def test_an_answer_that_stands_again_because_its_taking_back_was_undone_is_not_asked_for(program: Program) -> None:
    press(Key.Key_Return)
    settled(program)
    take_back_in_the_history(program)
    program.wait(lambda: asked(program) == ("older anna", "Anna"))
    QTest.keyClick(program.window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: asked(program) == ("older berta", "Berta"))
    settled(program)
    assert named(program.library) == {"Anna": 10, "Berta": 5}
    assert ("older anna", "Anna") not in everything_asked(program)


def test_the_undo_of_the_message_about_an_answer_asks_again(program: Program) -> None:
    program.knows("Berta")
    press(Key.Key_S)
    type_text("ber")
    for key in (Key.Key_Down, Key.Key_Up, Key.Key_Return):
        QTest.keyClick(program.name_edit().suggestions, key)
    messages = program.window.messages
    program.wait(lambda: messages.text == "Joined to Berta")
    assert asked(program) != ("older anna", "Anna")
    button = next(button for button in messages.findChildren(QPushButton) if button.text() == "Undo")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    program.wait(lambda: asked(program) == ("older anna", "Anna"))
    settled(program)
    assert asked(program) == ("older anna", "Anna")


def test_undoing_a_skip_brings_the_question_back(program: Program) -> None:
    press(Key.Key_Space)
    assert asked(program) == ("older berta", "Berta")
    undo(program)
    assert asked(program) == ("older anna", "Anna")


def test_when_all_is_answered_the_page_says_so_and_the_last_answer_can_still_be_undone(program: Program) -> None:
    while page(program).questions.current() is not None:
        QTest.mouseClick(page(program).card.answers.ignore_button, Qt.MouseButton.LeftButton)
    settled(program)
    assert page(program).empty.isVisible()
    assert page(program).empty.title() == "Nothing to ask"
    undo(program)
    assert page(program).card.isVisible()


def test_history_of_answers_opens_beside_the_question_and_takes_an_answer_back(program: Program) -> None:
    press(Key.Key_Return)
    press(Key.Key_Delete)
    settled(program)
    review = page(program)
    QTest.mouseClick(review.history, Qt.MouseButton.LeftButton)
    steps = review.steps
    program.wait(lambda: steps.model.rowCount() == 4 and steps.take_back.isEnabled())
    press(Key.Key_Down)
    program.wait(lambda: steps.model.entry(1) is not None)
    entry = steps.model.entry(1)
    assert entry is not None
    assert entry.label.startswith("Merge group")
    question = asked(program)
    press(Key.Key_Return)
    assert asked(program) == question, "keys in the list are no answers"
    program.wait(steps.take_back.isEnabled)
    QTest.mouseClick(steps.take_back, Qt.MouseButton.LeftButton)
    settled(program)
    assert faces_of(program.library, "Anna") == 6
    QTest.mouseClick(review.history, Qt.MouseButton.LeftButton)
    assert ("older anna", "Anna") in everything_asked(program)


def test_a_group_that_a_yes_had_made_is_not_asked_about_once_the_yes_is_taken_back(program: Program) -> None:
    unname_everybody(program)
    card = page(program).card
    assert card.question is not None
    one, other = card.question.about, card.question.who
    assert other is not None
    press(Key.Key_Return)
    settled(program)
    both = one.faces + other.faces
    assert both in faces_asked_about(program)
    undo_in_the_window(program)
    program.wait(lambda: card.question is not None and card.question.key == frozenset({one.side, other.side}))
    press(Key.Key_Delete)
    assert both not in faces_asked_about(program)
    settled(program)
    assert {one.faces, other.faces} <= faces_asked_about(program)


def test_what_was_found_before_a_yes_was_taken_back_is_not_asked_afterwards(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    unname_everybody(program)
    library, read, may_go_on = program.library, threading.Event(), threading.Event()
    agenda = library.agenda

    def slowly(*args: Any, **options: Any) -> Agenda:
        found = agenda(*args, **options)
        read.set()
        may_go_on.wait(10)
        return found

    monkeypatch.setattr(library, "agenda", slowly)
    question = page(program).card.question
    assert question is not None
    assert question.who is not None
    both = question.about.faces + question.who.faces
    press(Key.Key_Return)
    program.wait(read.is_set)
    undo(program)
    program.wait(lambda: library.redo_label() is not None)
    press(Key.Key_Delete)
    monkeypatch.setattr(library, "agenda", agenda)
    may_go_on.set()
    program.wait(lambda: not page(program).questions.reading)
    assert both not in faces_asked_about(program)


def faces_asked_about(program: Program) -> set[int]:
    return {question.about.faces for question in page(program).questions.ahead()}


def unname_everybody(program: Program) -> None:
    program.library.undo().result()
    program.library.undo().result()
    assert not named(program.library)
    settled(program)
