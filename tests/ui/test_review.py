"""The review: answers with one key, nothing asked twice, every answer can be taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.library import questions as asking
from app.library.library import Library
from app.library.questions import Agenda, Question
from app.library.records import FaceFilter, PersonId
from app.ui.dialogs.same_person import SamePersonDialog
from app.ui.pages.review import ReviewPage, percent
from app.ui.places import ClusterPlace, HistoryPlace, PersonPlace, PhotoPlace, ReviewPlace
from app.ui.widgets.crops import Crop
from tests.ui import review_library
from tests.ui.program import Program
from tests.ui.review_library import group_of

Key = Qt.Key


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    review_library.fill(folder / "library", folder / "photos")
    return folder / "library"


@pytest.fixture
def program(start: Callable[..., Program], filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The window on Review. The most worthwhile questions are about the older Anna and the older Berta."""
    monkeypatch.setattr("app.ui.questions.PAUSE_MS", 200)
    monkeypatch.setattr("app.ui.edits.PAUSE_MS", 100)
    shutil.copytree(filled, tmp_path / "library")
    program = start(tmp_path / "library")
    open_review(program)
    return program


def open_review(program: Program) -> None:
    program.wait(program.window.actions_.review.isEnabled)
    QTest.keyClick(program.window, Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    program.wait(lambda: page(program).questions.is_settled())


def page(program: Program) -> ReviewPage:
    return program.window.review


def press(key: Qt.Key) -> None:
    """Where the keyboard is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def undo(program: Program) -> None:
    """Where a name is asked for, letters are typed."""
    if page(program).card.answers.field() is None:
        press(Key.Key_Z)
    else:
        QTest.keyClick(program.name_edit(), Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def type_text(text: str) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, text)


def asked(program: Program) -> tuple[str, str | None]:
    """The photos of the group on screen, without their numbers, and the name beside it."""
    card = page(program).card
    assert card.isVisible()
    assert card.question is not None
    names = {Path(face.display).stem.rsplit(" ", 1)[0] for face in card.question.about.telling}
    assert len(names) == 1
    beside = card.question.who
    assert card.who.isVisible() == (beside is not None)
    return names.pop(), None if beside is None else beside.name


def everything_asked(program: Program) -> list[tuple[str, str | None]]:
    """Skips until the first comes again."""
    found: list[tuple[str, str | None]] = []
    while not found or asked(program) != found[0]:
        found.append(asked(program))
        press(Key.Key_Space)
    return found


def settled(program: Program) -> None:
    """Waits until the answers are in the library and what they bring about is known."""
    program.window.session.edits.settle()
    program.hear()
    program.wait(lambda: page(program).questions.is_settled())


def faces_of(library: Library, name: str) -> int:
    """Decided ones."""
    faces = library.faces(FaceFilter(person=library.find_person(name).id))
    return sum(face.person is not None for face in faces)


def test_the_question_that_settles_most_comes_first_with_faces_of_both_sides(program: Program) -> None:
    assert asked(program) == ("older anna", "Anna")
    card = page(program).card
    assert card.title.text() == "Is this the same person?"
    assert len(card.about.crops.faces()) == 4
    assert {face.name for face in card.who.crops.faces()} == {"Anna"}
    assert len(card.who.crops.faces()) == 6


def test_every_unnamed_group_is_asked_about_as_well(program: Program) -> None:
    asked_of = everything_asked(program)
    assert len(asked_of) == len(set(asked_of))
    assert {group for group, name in asked_of if name is None} == {"older anna", "older berta", "dora"}
    assert asked_of.index(("older anna", "Anna")) < asked_of.index(("older anna", None))


def test_return_says_yes_and_the_next_question_is_there_at_once(program: Program) -> None:
    press(Key.Key_Return)
    assert asked(program) == ("older berta", "Berta")
    settled(program)
    assert faces_of(program.library, "Anna") == 10
    assert "older anna" not in {group for group, _ in everything_asked(program)}


def test_delete_says_no_and_it_is_not_asked_again_even_after_a_restart(
    program: Program, start: Callable[..., Program], tmp_path: Path
) -> None:
    press(Key.Key_Delete)
    assert asked(program) != ("older anna", "Anna")
    settled(program)
    assert ("older anna", "Anna") not in everything_asked(program)
    program.window.close()
    program.stack.close()
    again = start(tmp_path / "library")
    open_review(again)
    questions = everything_asked(again)
    assert ("older anna", "Anna") not in questions
    assert ("older anna", None) in questions
    assert faces_of(again.library, "Anna") == 6


def test_s_takes_the_name_of_somebody_else(program: Program) -> None:
    press(Key.Key_S)
    type_text("Aunt Sally")
    press(Key.Key_Return)
    assert asked(program) == ("older berta", "Berta")
    settled(program)
    assert faces_of(program.library, "Aunt Sally") == 4
    assert faces_of(program.library, "Anna") == 6


def test_escape_closes_the_field_and_keys_are_answers_again(program: Program) -> None:
    press(Key.Key_S)
    type_text("Nobo")
    press(Key.Key_Escape)
    assert asked(program) == ("older anna", "Anna")
    press(Key.Key_Delete)
    assert asked(program) != ("older anna", "Anna")
    settled(program)
    assert {person.name for person in program.library.people()} == {"Anna", "Berta"}


def test_what_is_skipped_comes_back_after_all_others(program: Program) -> None:
    everyone = everything_asked(program)
    assert asked(program) == everyone[0] == ("older anna", "Anna")
    assert everything_asked(program) == everyone
    assert program.library.history(1)[0].label == "Name Berta"


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
    settled(program)
    assert named(program.library) == {"Anna": 10, "Berta": 5}
    program.window.messages.hide()
    undo(program)
    assert asked(program) == ("older anna", "Anna")
    settled(program)
    assert named(program.library) == {"Anna": 6, "Berta": 5}
    assert not page(program).questions.can_undo()
    assert not page(program).card.answers.undo_button.isEnabled()
    assert not program.window.messages.isVisible()


def test_undoing_a_skip_brings_the_question_back(program: Program) -> None:
    press(Key.Key_Space)
    assert asked(program) == ("older berta", "Berta")
    undo(program)
    assert asked(program) == ("older anna", "Anna")


def test_who_is_this_takes_a_name_and_space_skips(program: Program) -> None:
    while asked(program)[1] is not None:
        press(Key.Key_Space)
    assert page(program).card.title.text() == "Who is this?"
    group = asked(program)[0]
    press(Key.Key_Return)
    assert asked(program) == (group, None), "nothing typed is no answer"
    press(Key.Key_Space)
    assert asked(program) != (group, None)
    while asked(program) != (group, None):
        press(Key.Key_Space)
    type_text("Zoe Smith")
    press(Key.Key_Return)
    assert asked(program) != (group, None)
    settled(program)
    assert faces_of(program.library, "Zoe Smith") == review_library.PHOTOS[group][1]


def test_a_name_that_is_known_is_asked_about_and_cancelling_asks_the_question_again(program: Program) -> None:
    press(Key.Key_S)
    type_text("berta")
    press(Key.Key_Return)
    question = program.dialog(SamePersonDialog)
    QTest.keyClick(question, Key.Key_Escape)
    assert asked(program) == ("older anna", "Anna")
    # A window manager does this.
    program.window.activateWindow()
    program.wait(lambda: QApplication.focusWidget() is page(program).card)
    press(Key.Key_S)
    type_text("berta")
    press(Key.Key_Return)
    program.press(program.dialog(SamePersonDialog), "Same person")
    settled(program)
    assert faces_of(program.library, "Berta") == 9


def test_strangers_are_ignored_with_a_button_and_the_keys_stay_where_they_are(program: Program) -> None:
    button = page(program).card.answers.ignore_button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked(program) == ("older berta", "Berta")
    press(Key.Key_Space)
    assert asked(program) != ("older berta", "Berta")
    settled(program)
    assert "older anna" not in {group for group, _ in everything_asked(program)}
    assert program.library.counts().faces == 16


def test_each_button_does_what_its_key_does(program: Program) -> None:
    answers = page(program).card.answers
    for button, after in (
        (answers.skip_button, ("older berta", "Berta")),
        (answers.undo_button, ("older anna", "Anna")),
        (answers.no_button, ("older berta", "Berta")),
        (answers.undo_button, ("older anna", "Anna")),
        (answers.yes_button, ("older berta", "Berta")),
    ):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert asked(program) == after
    QTest.mouseClick(answers.name_button, Qt.MouseButton.LeftButton)
    assert program.name_edit().hasFocus()


def test_two_unnamed_groups_that_are_one_are_merged(program: Program) -> None:
    library = program.library
    for _ in range(2):
        library.undo().result()
    settled(program)
    pair = next(question for question in page(program).questions.ahead() if question.who is not None)
    assert pair.who is not None
    assert pair.who.name is None
    assert page(program).progress.text().startswith("0 % of faces have a name; the next")
    while page(program).questions.current() != pair:
        press(Key.Key_Space)
    groups = len(library.clusters())
    press(Key.Key_Return)
    settled(program)
    assert len(library.clusters()) == groups - 1


def test_the_progress_line_says_what_the_library_says(program: Program) -> None:
    def shown() -> str:
        return page(program).progress.text()

    def named() -> str:
        return f"{percent(asking.share(program.library.counts()))} % of faces have a name"

    assert shown().startswith(named() + ";")
    assert named().startswith("55 %")
    press(Key.Key_Return)
    # At once, without waiting for the library.
    assert shown().startswith("75 %")
    settled(program)
    assert shown().startswith(named())
    assert named().startswith("75 %")
    undo(program)
    settled(program)
    assert shown().startswith(named())


def test_the_sidebar_tells_how_many_questions_wait(program: Program) -> None:
    def spoken() -> str:
        sidebar = program.window.sidebar
        interface = QAccessible.queryAccessibleInterface(sidebar)
        texts = [interface.child(row).text(QAccessible.Text.Name) for row in range(sidebar.count())]
        return next(text for text in texts if text.startswith("Review"))

    count = len(everything_asked(program))
    assert f", {count} question" in spoken()
    program.window.go(PersonPlace(program.library.find_person("Anna").id))
    program.library.ignore(clusters=[group_of(program.library, "dora 0.jpg")]).result()
    settled(program)
    assert f", {count - 1} question" in spoken()


def test_a_question_that_was_answered_elsewhere_goes(program: Program) -> None:
    program.library.name("Anna", clusters=[group_of(program.library, "older anna 0.jpg")]).result()
    settled(program)
    assert asked(program) == ("older berta", "Berta")


def end_the_group(program: Program) -> None:
    """Nobody has to answer any more what is on screen, and the window knows."""
    question = page(program).card.question
    assert question is not None
    assert question.about.side.cluster is not None
    program.library.ignore(clusters=[question.about.side.cluster]).result()
    settled(program)
    assert question.key not in {other.key for other in page(program).questions.ahead()}


def named(library: Library) -> dict[str, int]:
    return {person.name: person.faces for person in library.people()}


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


def test_the_question_on_screen_stays_while_others_come(program: Program) -> None:
    press(Key.Key_Space)
    shown = asked(program)
    program.library.set_favourite(program.library.find_person("Anna").id, True).result()
    settled(program)
    assert asked(program) == shown


def test_a_double_click_on_a_face_opens_its_photo_and_the_way_back_leads_to_the_question(program: Program) -> None:
    press(Key.Key_Space)
    crop = [crop for crop in page(program).card.about.findChildren(Crop) if crop.isVisible()][1]
    QTest.mouseClick(crop, Qt.MouseButton.LeftButton)
    assert isinstance(program.window.place(), ReviewPlace)
    QTest.mouseDClick(crop, Qt.MouseButton.LeftButton)
    place = program.window.place()
    assert isinstance(place, PhotoPlace)
    assert place.face == crop.face.id
    QTest.keyClick(program.window.viewer.canvas, Key.Key_Escape)
    assert asked(program) == ("older berta", "Berta")
    press(Key.Key_Return)
    settled(program)
    assert faces_of(program.library, "Berta") == 8


def test_the_name_of_either_side_leads_to_its_page(program: Program) -> None:
    card = page(program).card
    QTest.mouseClick(card.who.name, Qt.MouseButton.LeftButton)
    assert program.window.place() == PersonPlace(PersonId(program.library.find_person("Anna").id))
    program.window.actions_.back.trigger()
    QTest.mouseClick(card.about.name, Qt.MouseButton.LeftButton)
    assert program.window.place() == ClusterPlace(group_of(program.library, "older anna 0.jpg"))


def test_an_answer_that_the_library_refuses_is_asked_again_and_the_reason_told(program: Program) -> None:
    card = page(program).card
    assert card.question is not None
    assert card.question.who is not None
    # Said by another program a moment ago, so that the window does not know of it yet.
    program.library.differ(card.question.who.side, card.question.about.side).result()
    press(Key.Key_Delete)
    program.wait(lambda: "said already" in program.window.messages.text)
    assert not page(program).questions.can_undo()


def test_a_key_that_is_held_down_answers_once(program: Program) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyPress(focused, Key.Key_Delete)
    now = asked(program)
    for _ in range(5):
        held = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "", True)
        QApplication.sendEvent(page(program).card, held)
    assert asked(program) == now


def test_when_all_is_answered_the_page_says_so_and_the_last_answer_can_still_be_undone(program: Program) -> None:
    while page(program).questions.current() is not None:
        QTest.mouseClick(page(program).card.answers.ignore_button, Qt.MouseButton.LeftButton)
    settled(program)
    assert page(program).empty.isVisible()
    assert page(program).empty.title() == "Nothing to ask"
    undo(program)
    assert page(program).card.isVisible()


def test_the_window_closes_in_the_middle_of_comparing(
    start: Callable[..., Program], filled: Path, tmp_path: Path
) -> None:
    shutil.copytree(filled, tmp_path / "library")
    program = start(tmp_path / "library")
    program.wait(program.window.actions_.review.isEnabled)
    QTest.keyClick(program.window, Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert page(program).questions.reading
    assert page(program).busy.isVisible()
    program.window.close()


def test_history_of_answers_opens_beside_the_question_and_takes_an_answer_back(program: Program) -> None:
    press(Key.Key_Return)
    press(Key.Key_Delete)
    settled(program)
    review = page(program)
    QTest.mouseClick(review.history, Qt.MouseButton.LeftButton)
    steps = review.steps
    program.wait(lambda: steps.model.rowCount() == 4 and steps.take_back.isEnabled())
    press(Key.Key_Down)
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


def test_every_control_has_a_name_for_screen_readers(program: Program) -> None:
    page(program).history.click()
    program.wait(lambda: page(program).steps.isVisible())
    nameless = [
        widget
        for widget in page(program).findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []
    card = page(program).card
    assert "4 face" in card.accessibleDescription()
    assert "Anna" in card.accessibleDescription()
