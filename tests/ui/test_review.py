"""The review: answers with one key, nothing asked twice, every answer can be taken back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.library import questions as asking
from app.library.records import PersonId
from app.ui.dialogs.same_person import SamePersonDialog
from app.ui.pages.review import percent
from app.ui.places import ClusterPlace, PersonPlace, PhotoPlace, ReviewPlace
from app.ui.widgets.counted_item import COUNT
from app.ui.widgets.crops import Crop
from app.ui.widgets.question_side import BEFORE_TEXT
from app.ui.widgets.suggestion_card import in_words
from tests.ui import review_library
from tests.ui.program import Program
from tests.ui.review_library import group_of
from tests.ui.reviewing import asked, everything_asked, faces_of, open_review, page, press, settled, type_text, undo

Key = Qt.Key


@pytest.fixture
def program(reviewing: Program) -> Program:
    return reviewing


def test_the_question_that_settles_most_comes_first_with_faces_of_both_sides(program: Program) -> None:
    assert asked(program) == ("older anna", "Anna")
    card = page(program).card
    assert card.title.text() == "Is this the same person?"
    assert len(card.about.crops.faces()) == 4
    assert {face.name for face in card.who.crops.faces()} == {"Anna"}
    assert len(card.who.crops.faces()) == 6


def test_how_likely_the_two_are_one_person_is_said(program: Program) -> None:
    card = page(program).card
    assert card.question is not None
    assert card.chance.text() == in_words(card.question.probability)
    assert card.accessibleDescription().startswith(card.chance.text())
    while asked(program)[1] is not None:
        press(Key.Key_Space)
    assert not card.chance.isVisible()


def test_in_the_lowest_window_the_answers_are_whole_and_tab_brings_each_into_sight(program: Program) -> None:
    window, answers = program.window, page(program).card.answers
    high = window.size()
    window.resize(window.minimumSize())
    buttons = (answers.yes_button, answers.no_button, answers.skip_button, answers.ignore_button)
    for button in buttons:
        program.wait(lambda button=button: button.height() == button.sizeHint().height())  # type: ignore[misc]
    page(program).card.setFocus()
    for _ in range(20):
        press(Key.Key_Tab)
        if answers.ignore_button.hasFocus():
            break
    assert answers.ignore_button.visibleRegion().boundingRect() == answers.ignore_button.rect()
    window.resize(high)
    # With room there is nothing to scroll.
    program.wait(lambda: page(program).card.visibleRegion().boundingRect() == page(program).card.rect())


def test_hidden_people_are_asked_about_where_they_are_shown(program: Program) -> None:
    hide(program, "Anna")
    assert ("older anna", "Anna") not in everything_asked(program)
    program.window.actions_.hidden.trigger()
    settled(program)
    assert ("older anna", "Anna") in everything_asked(program)
    program.window.actions_.hidden.trigger()
    settled(program)
    assert ("older anna", "Anna") not in everything_asked(program)


def hide(program: Program, name: str) -> None:
    program.library.set_hidden(program.library.find_person(name).id, True).result()
    settled(program)


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


def test_whoever_types_a_name_without_more_ado_gives_it_and_says_yes_to_nothing(program: Program) -> None:
    for letter in "Hanna":
        type_text(letter)
    assert page(program).card.answers.field() is not None
    press(Key.Key_Return)
    assert asked(program) == ("older berta", "Berta")
    settled(program)
    assert faces_of(program.library, "Hanna") == 4
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


def test_the_window_closes_in_the_middle_of_comparing(
    start: Callable[..., Program], to_review: Path, tmp_path: Path
) -> None:
    shutil.copytree(to_review, tmp_path / "library")
    program = start(tmp_path / "library")
    program.wait(program.window.actions_.review.isEnabled)
    QTest.keyClick(program.window, Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert page(program).questions.reading
    assert page(program).busy.isVisible()
    program.window.close()


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


def test_tab_goes_through_a_question_as_it_is_read(program: Program) -> None:
    card = page(program).card
    walked = []
    while not walked or walked[-1] is not card.answers.yes_button:
        press(Key.Key_Tab)
        walked.append(QApplication.focusWidget())
    shown = [side.findChildren(Crop) for side in (card.about, card.who)]
    assert [len(crops) for crops in shown] == [4, 6]
    assert walked == [card.about.name, *shown[0], card.who.name, *shown[1], card.answers.yes_button]


def test_return_presses_the_button_that_has_the_ring_and_then_answers_again(program: Program) -> None:
    answers = page(program).card.answers
    while not answers.no_button.hasFocus():
        press(Key.Key_Tab)
    press(Key.Key_Return)
    assert asked(program) != ("older anna", "Anna")
    settled(program)
    assert faces_of(program.library, "Anna") == 6
    assert page(program).card.hasFocus()
    press(Key.Key_Return)
    settled(program)
    assert faces_of(program.library, "Berta") == 8


@pytest.mark.parametrize("width", [1000, 1280], ids=["answers in two rows", "in one"])
def test_faces_stay_where_they_are_when_a_name_is_asked_for(program: Program, width: int) -> None:
    card = page(program).card
    program.window.resize(width, 700)

    def places() -> list[QRect]:
        # One layout after the other takes its place.
        for _ in range(5):
            QApplication.processEvents()
        return [crop.geometry() for side in (card.about, card.who) for crop in side.findChildren(Crop)]

    before = places()
    press(Key.Key_S)
    assert program.name_edit().isVisible()
    assert places() == before


def test_both_sides_stand_at_one_height_and_what_is_told_of_them_below_their_names(program: Program) -> None:
    card = page(program).card
    places = {(side.crops.y(), side.crops.height()) for side in (card.about, card.who)}
    assert len(places) == 1
    # "Anna" is shorter than styles make a button.
    text = card.who.name.fontMetrics().horizontalAdvance("Anna")
    assert card.who.name.width() <= text + 2 * BEFORE_TEXT


def test_without_a_folder_nothing_waits_and_the_window_is_called_as_the_first_page(program: Program) -> None:
    window = program.window
    assert waiting_in_the_sidebar(program) > 0
    window.commands.take_out(program.library.roots())
    program.wait(window.first_start.isVisible)
    assert waiting_in_the_sidebar(program) == 0
    assert window.windowTitle() == "See who is in your photos"
    program.wait(window.messages.isVisible)
    settled(program)
    QTest.keyClick(window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    program.wait(page(program).card.isVisible)
    assert window.windowTitle() == "Review"
    settled(program)
    assert waiting_in_the_sidebar(program) > 0


def waiting_in_the_sidebar(program: Program) -> int:
    sidebar = program.window.sidebar
    item = next(item for item in map(sidebar.item, range(sidebar.count())) if item.text() == "Review")
    return int(item.data(COUNT) or 0)
