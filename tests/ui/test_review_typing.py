"""A name that is half typed in the review stays with the question it is typed for, whatever becomes of that."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.library.questions import Agenda, Question
from app.ui.dialogs.same_person import SamePersonDialog
from tests.ui.program import Program
from tests.ui.review_library import group_of
from tests.ui.reviewing import asked, everything_asked, named, page, press, settled, type_text

Key = Qt.Key


@pytest.fixture
def program(reviewing: Program) -> Program:
    return reviewing


def end_the_group(program: Program) -> None:
    """Nobody has to answer any more what is on screen, and the window knows."""
    question = page(program).card.question
    assert question is not None
    assert question.about.side.cluster is not None
    program.library.ignore(clusters=[question.about.side.cluster]).result()
    settled(program)
    assert question.key not in {other.key for other in page(program).questions.ahead()}


@pytest.mark.parametrize("before", ["", "Cla"])
def test_a_name_that_is_being_typed_for_a_group_that_ends_names_nobody_else(program: Program, before: str) -> None:
    press(Key.Key_S)
    type_text(before)
    end_the_group(program)
    assert asked(program) == ("older anna", "Anna")
    type_text("Clara".removeprefix(before))
    assert program.name_edit().text() == "Clara"
    press(Key.Key_Return)
    assert asked(program) == ("older berta", "Berta")
    program.wait(lambda: "no undecided face" in program.window.messages.text)
    settled(program)
    assert asked(program) == ("older berta", "Berta")
    assert named(program.library) == {"Anna": 6, "Berta": 5}
    assert not page(program).questions.can_undo()


def test_a_name_half_typed_where_one_is_asked_for_stays_with_the_group_it_is_for(program: Program) -> None:
    while asked(program)[1] is not None:
        press(Key.Key_Space)
    group = asked(program)
    type_text("Stan")
    end_the_group(program)
    assert asked(program) == group
    type_text("ley")
    press(Key.Key_Return)
    assert asked(program) != group
    program.wait(lambda: "no undecided face" in program.window.messages.text)
    settled(program)
    assert named(program.library) == {"Anna": 6, "Berta": 5}


def test_letters_that_an_input_method_is_still_composing_stay_as_well(program: Program) -> None:
    while asked(program)[1] is not None:
        press(Key.Key_Space)
    group = asked(program)
    QApplication.sendEvent(program.name_edit(), QInputMethodEvent("zhang", []))
    end_the_group(program)
    assert asked(program) == group
    done = QInputMethodEvent()
    done.setCommitString("张")
    QApplication.sendEvent(program.name_edit(), done)
    assert program.name_edit().text() == "张"


def test_half_a_word_gives_a_group_to_nobody_whom_it_is_not_like_without_a_question(program: Program) -> None:
    program.knows("Berta")
    assert asked(program) == ("older anna", "Anna")
    press(Key.Key_S)
    type_text("b")
    press(Key.Key_Return)
    QTest.keyClick(program.dialog(SamePersonDialog), Key.Key_Escape)
    program.wait(lambda: asked(program) == ("older anna", "Anna"))
    settled(program)
    assert named(program.library) == {"Anna": 6, "Berta": 5}


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Space])
def test_who_gives_up_a_name_for_a_group_that_ended_comes_to_the_next_question(program: Program, key: Qt.Key) -> None:
    press(Key.Key_S)
    end_the_group(program)
    press(key)
    assert asked(program) == ("older berta", "Berta")
    assert page(program).card.answers.field() is None
    press(Key.Key_Return)
    settled(program)
    assert named(program.library) == {"Anna": 6, "Berta": 8}
    assert "older anna" not in {group for group, _ in everything_asked(program)}


def test_any_other_answer_gives_up_what_is_half_typed(program: Program) -> None:
    answers = page(program).card.answers
    press(Key.Key_S)
    type_text("Cla")
    QTest.mouseClick(answers.no_button, Qt.MouseButton.LeftButton)
    assert asked(program) == ("older berta", "Berta")
    press(Key.Key_S)
    type_text("Cla")
    QTest.mouseClick(answers.undo_button, Qt.MouseButton.LeftButton)
    assert asked(program) == ("older anna", "Anna")
    settled(program)
    assert named(program.library) == {"Anna": 6, "Berta": 5}


def test_an_answer_is_to_the_question_that_is_seen_when_that_has_ended(program: Program) -> None:
    press(Key.Key_S)
    type_text("Cla")
    end_the_group(program)
    QTest.mouseClick(page(program).card.answers.ignore_button, Qt.MouseButton.LeftButton)
    settled(program)
    assert asked(program) == ("older berta", "Berta")
    assert program.library.counts().faces == 16


def test_a_key_pressed_the_moment_the_questions_change_answers_the_one_that_is_seen(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions, fill = page(program).questions, page(program).questions._fill
    seen: list[tuple[str, str | None]] = []

    def fill_and_press(agenda: Agenda, question: Question | None) -> None:
        fill(agenda, question)
        if not seen:
            seen.append(asked(program))
            press(Key.Key_Return)

    monkeypatch.setattr(questions, "_fill", fill_and_press)
    program.library.ignore(clusters=[group_of(program.library, "older anna 0.jpg")]).result()
    program.wait(lambda: bool(seen))
    settled(program)
    assert seen == [("older berta", "Berta")]
    assert named(program.library) == {"Anna": 6, "Berta": 8}


def test_beside_the_answers_stand_the_keys_that_give_them_at_that_moment(program: Program) -> None:
    answers = page(program).card.answers
    buttons = (answers.yes_button, answers.no_button, answers.skip_button, answers.undo_button)
    before = [button.text() for button in buttons]
    assert before == ["Yes (Return)", "No (Del)", "Skip (Space)", "Undo (Z)"]
    press(Key.Key_S)
    assert [button.text() for button in buttons] == ["Yes", "No", "Skip (Space)", "Undo (Ctrl+Z)"]
    places = [button.geometry() for button in buttons]
    type_text("C")
    assert [button.text() for button in buttons] == ["Yes", "No", "Skip", "Undo"]
    QApplication.processEvents()
    assert [button.geometry() for button in buttons] == places
    press(Key.Key_Escape)
    assert [button.text() for button in buttons] == before


def test_of_two_groups_it_is_said_which_gets_the_name_that_is_typed(program: Program) -> None:
    while program.library.undo_label() is not None:
        program.library.undo().result()
    settled(program)
    while page(program).card.question.who is None or page(program).card.question.who.name is not None:
        press(Key.Key_Space)
    answers, question = page(program).card.answers, page(program).card.question
    assert answers.name_button.text() == "Name… (S)"
    press(Key.Key_S)
    assert answers.whose.isVisible()
    assert answers.whose.text() == program.name_edit().accessibleName() == "Who is on the left?"
    type_text("Carla")
    press(Key.Key_Return)
    assert not answers.whose.isVisible()
    settled(program)
    assert named(program.library) == {"Carla": question.about.faces}


def test_a_group_that_changes_while_its_name_is_typed_is_shown_as_it_is(program: Program) -> None:
    card = page(program).card
    press(Key.Key_S)
    type_text("Zo")
    faces = card.about.crops.faces()
    program.library.ignore([faces[0].id]).result()
    program.wait(lambda: card.about.crops.faces() == faces[1:])
    assert program.name_edit().text() == "Zo"
