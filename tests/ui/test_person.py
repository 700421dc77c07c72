"""The page of a person: who it is, mistakes to hunt for, who else it may be, and their years."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QMenu, QTableView, QWidget

from app.library.library import Library
from app.library.records import (
    ClusterId,
    Done,
    Doubt,
    DoubtReason,
    Face,
    FaceFilter,
    FaceId,
    Person,
    PersonId,
    Side,
    Suggestion,
)
from app.ui.dialogs.birthday import BirthdayDialog
from app.ui.main_window import MainWindow
from app.ui.models.person_faces import PersonFacesModel, least_sure_first
from app.ui.models.years import YearsModel
from app.ui.pages.person import FACES, YEARS, PersonPage
from app.ui.places import ClusterPlace, PeoplePlace, PersonPlace, PhotoPlace
from app.ui.widgets.suggestion_card import AskedSuggestion
from app.vision.pretend import PretendEngine
from app.vision.threads import Vision
from app.work.jobs.scan_folder import ScanFolders
from app.work.runner import Runner
from tests.pictures import camera_exif, draw_people, encode
from tests.ui.program import Program

CONTROL = Qt.KeyboardModifier.ControlModifier
# When the photos of person 0 were taken; person 1 is on the first and the last of them, person 2 on the last.
TAKEN = ("1998:05:03", "1999:12:31", "1999:12:01", "2004:01:15", None, "2004:02:01")


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of photos that say when they were taken; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("dated") / "album"
    folder.mkdir()
    beside: dict[int, tuple[int, ...]] = {0: (1,), 5: (1, 2)}
    for number, day in enumerate(TAKEN):
        drawn = draw_people(0, *beside.get(number, ()), size=(640, 480), seed=number)
        exif = None if day is None else camera_exif(f"{day} 12:00:00")
        (folder / f"{number}.jpg").write_bytes(encode(drawn.pixels, exif=exif))
    (folder / "two.jpg").write_bytes(encode(draw_people(2, size=(640, 480), seed=9).pixels))
    library = Library.open(folder.with_name("library"))
    vision = Vision(PretendEngine())
    runner = Runner(lambda event: None)
    runner.start(ScanFolders(library, vision, [folder], decoders=1)).future.result(60)
    runner.close()
    vision.close()
    library.close()
    return folder.with_name("library")


@pytest.fixture
def album(start: Callable[..., Program], dated: Path, tmp_path: Path) -> Program:
    """The window on the dated photos: person 0 is Anna, 1 Berta, 2 Carl, each named with their group."""
    shutil.copytree(dated, tmp_path / "library")
    program = start(tmp_path / "library")
    program.wait(lambda: len(program.groups()) == 3)
    library = program.library
    by_size = library.clusters()
    assert [group.faces for group in by_size] == [6, 2, 2]
    first = library.find_photo(
        next(str(photo.path) for photo in library.photos(library.photo_ids().tolist()) if photo.path.name == "0.jpg")
    )
    berta = next(face.cluster for face in library.faces(FaceFilter(photo=first.id)) if face.cluster != by_size[0].id)
    carl = next(group.id for group in by_size[1:] if group.id != berta)
    assert berta is not None
    for name, group in (("Anna", by_size[0].id), ("Berta", berta), ("Carl", carl)):
        library.name(name, clusters=[group]).result()
    return program


def who(program: Program, name: str) -> Person:
    return program.library.find_person(name)


def show(program: Program, person: PersonId, view: int | None = None) -> PersonPage:
    """The page of a person with everything that it finds out."""
    program.window.go(PersonPlace(person))
    page = program.window.person
    program.wait(lambda: isinstance(page._who, Person) and page._who.id == person)
    settle(program)
    if view is not None:
        QTest.mouseClick(page.switch.button(view), Qt.MouseButton.LeftButton)
    return page


def settle(program: Program) -> None:
    """Waits until the page shows what the library knows, also what takes longer."""
    page = program.window.person
    program.wait(lambda: not page._stale and not page._considering and not page._reconsider)


def titles(page: PersonPage) -> list[tuple[str, int]]:
    return [(section.title, section.count) for section in page.faces.sections()]


def select(program: Program, *faces: FaceId) -> None:
    """Clicks on these faces one after the other."""
    page = program.window.person
    for number, face in enumerate(faces):
        row = [one.id for one in page.faces.faces()].index(face)
        page.face_grid.scrollTo(page.faces.index(row))
        modifier = CONTROL if number else Qt.KeyboardModifier.NoModifier
        program.click_tile(page.face_grid, row, modifier)


def faces_of(program: Program, person: PersonId) -> list[Face]:
    return program.library.faces(FaceFilter(person=person))


def press(button: QAbstractButton | QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_doubtful_face_comes_first_with_the_reason_and_delete_takes_it_off(album: Program) -> None:
    anna = who(album, "Anna")
    album.library.set_born(anna.id, date(1999, 1, 1)).result()
    page = show(album, anna.id, FACES)
    assert titles(page) == [("Doubtful", 1), ("Named with their group", 5)]
    assert page.faces.note(0) == "before the date of birth"
    doubtful = page.faces.face(0)
    assert doubtful.path.name == "0.jpg"
    said = page.faces.data(page.faces.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert "before the date of birth" in said
    assert "Doubtful" in said
    select(album, doubtful.id)
    following = page.faces.face(1).id
    QTest.keyClick(page.face_grid, Qt.Key.Key_Delete)
    album.wait(lambda: page.faces.rowCount() == 5)
    assert doubtful.id not in [face.id for face in faces_of(album, anna.id)]
    assert [face.id for face in page.of_faces.selected()] == [following], "to go on with the next one"
    assert page.face_grid.hasFocus()
    QTest.keyClick(album.window, Qt.Key.Key_Z, CONTROL)
    album.wait(lambda: titles(page)[0] == ("Doubtful", 1))


def test_faces_that_are_a_little_unlike_the_others_come_early_and_are_not_called_doubtful(
    album: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = who(album, "Anna")
    shown = [face.id for face in least_sure_first(faces_of(album, anna.id), ()).faces]
    less, more = (
        Doubt(face, anna.id, None, chance, DoubtReason.UNLIKE) for face, chance in ((shown[3], 0.03), (shown[5], 0.3))
    )
    monkeypatch.setattr(album.library, "doubts", lambda *_, **__: [more, less])
    page = show(album, anna.id, FACES)
    assert titles(page) == [("Doubtful", 1), ("Named with their group", 5)]
    assert [face.id for face in page.faces.faces()][:3] == [shown[5], shown[3], shown[0]]
    assert [page.faces.note(row) for row in range(2)] == ["unlike the others", ""]


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_a_key_that_is_held_takes_off_one_face(album: Program, key: Qt.Key) -> None:
    anna = who(album, "Anna")
    page = show(album, anna.id, FACES)
    select(album, page.faces.face(0).id)
    before = len(album.library.history())
    for repeats in (False, True, True, True):
        QTest.simulateEvent(page.face_grid, True, key, Qt.KeyboardModifier.NoModifier, "", repeats)  # type: ignore[attr-defined]
    album.wait(lambda: page.faces.rowCount() < 6)
    settle(album)
    assert len(faces_of(album, anna.id)) == 5
    assert len(album.library.history()) == before + 1


def test_a_doubtful_face_that_was_confirmed_is_doubted_no_more(album: Program) -> None:
    anna, berta = who(album, "Anna"), who(album, "Berta")
    together = {face.photo for face in faces_of(album, anna.id)} & {face.photo for face in faces_of(album, berta.id)}
    album.library.merge([anna.id, berta.id]).result()
    page = show(album, anna.id, FACES)
    album.wait(lambda: page.faces.has_notes())
    assert page.faces.note(0) == "twice in this photo"
    doubtful = page.faces.face(0)
    assert doubtful.photo in together
    select(album, doubtful.id)
    press(page.of_faces.yes)
    album.wait(lambda: ("Confirmed", 1) in titles(page))
    settle(album)
    assert not album.library.face(doubtful.id).by_group


def test_the_faces_show_before_the_doubts_are_known(album: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = who(album, "Anna")
    album.library.set_born(anna.id, date(1999, 1, 1)).result()
    may, find = threading.Event(), album.library.doubts

    def slowly(*args: object, **more: object) -> list[Doubt]:
        may.wait(10)
        return find(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(album.library, "doubts", slowly)
    album.window.go(PersonPlace(anna.id))
    page = album.window.person
    album.wait(lambda: titles(page) == [("Named with their group", 6)])
    may.set()
    album.wait(lambda: titles(page) == [("Doubtful", 1), ("Named with their group", 5)])


def test_three_selected_faces_go_to_somebody_else_whose_name_is_typed(program: Program) -> None:
    anna = program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result().people[0]
    page = show(program, anna, FACES)
    chosen = [face.id for face in page.faces.faces()][1:4]
    select(program, *chosen)
    assert page.of_faces.bar.isVisible()
    QTest.keyClicks(page.face_grid, "B")
    edit = program.name_edit()
    QTest.keyClicks(edit, "ert")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    program.wait(lambda: page.faces.rowCount() == 3)
    bert = program.library.find_person("Bert")
    assert {face.id for face in faces_of(program, bert.id)} == set(chosen)
    program.window.actions_.undo.trigger()
    program.wait(lambda: page.faces.rowCount() == 6)


def test_f2_types_who_the_selected_face_is_and_without_one_the_name_of_the_person(program: Program) -> None:
    anna = program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result().people[0]
    page = show(program, anna, FACES)
    face = page.faces.face(2).id
    select(program, face)
    QTest.keyClick(program.window, Qt.Key.Key_F2)
    edit = program.name_edit()
    assert edit.text() == ""
    QTest.keyClicks(edit, "Dora")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    program.wait(lambda: program.library.face(face).name == "Dora")
    program.wait(lambda: page.faces.rowCount() == 5)
    QTest.keyClick(page.face_grid, Qt.Key.Key_Escape)
    assert not page.of_faces.bar.isVisible()
    QTest.keyClick(program.window, Qt.Key.Key_F2)
    edit = program.name_edit()
    assert edit.text() == "Anna"
    QTest.keyClicks(edit, "Hanna")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    program.wait(lambda: page.name.text() == "Hanna")


def test_somebody_else_may_be_chosen_by_the_button(program: Program) -> None:
    anna = program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result().people[0]
    page = show(program, anna, FACES)
    face = page.faces.face(0).id
    select(program, face)
    press(page.of_faces.someone)
    QTest.keyClicks(program.name_edit(), "Emil")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: program.library.face(face).name == "Emil")


def test_selected_faces_are_split_off_as_a_group(program: Program) -> None:
    anna = program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result().people[0]
    page = show(program, anna, FACES)
    chosen = [face.id for face in page.faces.faces()][:2]
    select(program, *chosen)
    menu = page.of_faces.split_button.menu()

    def choose() -> None:
        program.wait(menu.isVisible)
        QTest.keyClick(menu, Qt.Key.Key_Down)
        QTest.keyClick(menu, Qt.Key.Key_Return)

    QTimer.singleShot(0, choose)
    press(page.of_faces.split_button)
    program.wait(lambda: page.faces.rowCount() == 4)
    groups = {face.cluster for face in program.library.faces_by_id(chosen)}
    assert len(groups) == 1
    assert None not in groups
    program.wait(lambda: program.window.messages.text == "2 faces are split off.")


def test_that_faces_went_to_somebody_else_is_told(program: Program) -> None:
    anna = program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result().people[0]
    page = show(program, anna, FACES)
    select(program, *[face.id for face in page.faces.faces()][:2])
    page.of_faces.edit()
    QTest.keyClicks(program.name_edit(), "Emil")
    QTest.keyClick(program.name_edit(), Qt.Key.Key_Return)
    program.wait(lambda: program.window.messages.text == "Named Emil.")
    program.window.actions_.undo.trigger()
    program.wait(lambda: page.faces.rowCount() == 6)


def test_a_face_becomes_the_cover(program: Program) -> None:
    anna = program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result().people[0]
    page = show(program, anna, FACES)
    chosen = next(face.id for face in page.faces.faces() if face.id != program.library.person(anna).cover)
    select(program, chosen)
    press(page.of_faces.cover)
    program.wait(lambda: program.library.person(anna).cover == chosen)
    program.wait(lambda: page.header._portrait._face == chosen)
    others = [face.id for face in page.faces.faces()][:2]
    select(program, *others)
    assert not page.of_faces.cover.isEnabled(), "a person has one cover"


def test_guesses_stand_apart_until_they_are_confirmed(program: Program, tmp_path: Path) -> None:
    anna = program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result().people[0]
    folder = tmp_path / "later"
    folder.mkdir()
    (folder / "later.jpg").write_bytes(encode(draw_people(0, size=(640, 480), seed=90).pixels))
    program.window.scan([folder])
    program.wait(lambda: len(faces_of(program, anna)) == 7)
    program.idle()
    page = show(program, anna, FACES)
    program.wait(lambda: ("Found by Kinfolio", 1) in titles(page))
    guess = page.faces.face([title for title, _ in titles(page)].index("Found by Kinfolio"))
    select(program, guess.id)
    press(page.of_faces.yes)
    program.wait(lambda: titles(page)[-1] == ("Confirmed", 1))
    assert program.library.face(guess.id).person == anna


def test_return_opens_the_photo_of_a_face(program: Program) -> None:
    anna = program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result().people[0]
    page = show(program, anna, FACES)
    face = page.faces.face(3)
    select(program, face.id)
    QTest.keyClick(page.face_grid, Qt.Key.Key_Return)
    place = program.window.place()
    assert isinstance(place, PhotoPlace)
    assert (int(place.photos[place.row]), place.face) == (face.photo, face.id)


def test_a_date_of_birth_is_typed_undone_and_forgotten(album: Program) -> None:
    anna = who(album, "Anna").id
    page = show(album, anna)
    assert page.header.born.text() == "Add the date of birth…"
    press(page.header.born)
    dialog = album.dialog(BirthdayDialog)
    assert dialog.calendar.yearShown() == 1998, "begins where the photos do"
    assert not dialog.save.isEnabled()
    QTest.keyClicks(dialog.day, "2/28/1996")
    assert dialog.calendar.selectedDate() == QDate(1996, 2, 28)
    QTest.keyClick(dialog.day, Qt.Key.Key_Return)
    album.wait(lambda: page.header.born.text() == "Born on February 28, 1996")
    assert album.library.person(anna).born_on == date(1996, 2, 28)
    # As window managers do.
    album.window.activateWindow()
    album.wait(album.window.isActiveWindow)
    QTest.keyClick(album.window, Qt.Key.Key_Z, CONTROL)
    album.wait(lambda: page.header.born.text() == "Add the date of birth…")
    album.wait(lambda: album.window.messages.text == "Undone: Note when Anna was born")
    QTest.keyClick(album.window, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    album.wait(lambda: page.header.born.text() == "Born on February 28, 1996")
    album.wait(lambda: album.window.messages.text == "It is noted when Anna was born.")
    press(page.header.born)
    dialog = album.dialog(BirthdayDialog)
    assert dialog.day.text() == "2/28/1996"
    QTest.keyClick(dialog.calendar.findChild(QTableView), Qt.Key.Key_Right)
    assert dialog.day.text() == "2/29/1996"
    album.press(dialog, "Not known")
    album.wait(lambda: album.library.person(anna).born_on is None)


def test_only_days_of_the_past_are_dates_of_birth(album: Program) -> None:
    press(show(album, who(album, "Anna").id).header.born)
    dialog = album.dialog(BirthdayDialog)
    why, unclear, to_come = "Faces on earlier photos", "Day, month and year are needed", "This day is yet to come."
    for text, hint in (
        ("1987-06-05", why),
        ("6/5/1987", why),
        ("23.5.1987", why),
        ("23 May 1987", why),
        ("1987", unclear),
        ("6/5/87", unclear),
        ("13/5/1987", unclear),
        ("6/5/2999", to_come),
    ):
        dialog.day.clear()
        QTest.keyClicks(dialog.day, text)
        assert dialog.save.isEnabled() == (hint == why), text
        assert dialog.hint.text().startswith(hint), text
    QTest.keyClick(dialog.day, Qt.Key.Key_Return)
    assert dialog.isVisible()


def test_the_head_tells_since_when_there_are_photos(album: Program) -> None:
    page = show(album, who(album, "Anna").id)
    assert "May 1998 – February 2004" in page.header.facts.text()
    page = show(album, who(album, "Berta").id)
    assert "Anna" not in page.header.facts.text()


def test_favourites_and_hidden_people_are_marked_in_words(album: Program) -> None:
    anna = who(album, "Anna").id
    page = show(album, anna)
    for entry, said in (("Favourite", "★ Favourite"), ("Hide", "Hidden")):
        press(page.header.menu_button)
        album.wait(lambda: any(menu.isVisible() for menu in page.findChildren(QMenu)))
        menu = next(menu for menu in page.findChildren(QMenu) if menu.isVisible())
        action = next(action for action in menu.actions() if action.text() == entry)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
        album.wait(lambda said=said: said in page.header.facts.text())  # type: ignore[misc]
    person = album.library.person(anna)
    assert (person.favourite, person.hidden) == (True, True)


@pytest.fixture
def asked(program: Program) -> tuple[Program, PersonId, Side]:
    """Three of six faces are Anna's, and whether the group of the others is hers as well is asked."""
    library = program.library
    group = library.clusters()[0].id
    some = [face.id for face in library.faces(FaceFilter(cluster=group))][:3]
    return program, library.name("Anna", faces=some).result().people[0], Side(cluster=group)


def test_yes_to_a_suggestion_joins_the_group(asked: tuple[Program, PersonId, Side]) -> None:
    program, anna, group = asked
    page = show(program, anna)
    (card,) = page.panel.cards
    assert card.question.other == group
    assert "Very likely" in card.yes.accessibleName()
    press(card.yes)
    assert page.panel.cards == [], "it goes at once"
    program.wait(lambda: len(faces_of(program, anna)) == 6)
    settle(program)
    assert page.panel.cards == []
    assert not page.panel._question_title.isVisible()


def test_no_to_a_suggestion_is_not_asked_again(asked: tuple[Program, PersonId, Side]) -> None:
    program, anna, group = asked
    page = show(program, anna)
    (card,) = page.panel.cards
    card.no.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(card.no, Qt.Key.Key_Space)
    assert page.panel.cards == []
    assert page.photo_grid.hasFocus(), "the keyboard goes on where it can"
    program.wait(lambda: program.library.said_to_differ([anna], [group.cluster] if group.cluster else []))
    settle(program)
    assert page.panel.cards == []
    assert len(faces_of(program, anna)) == 3
    # From the other side neither.
    assert group.cluster is not None
    program.window.go(ClusterPlace(group.cluster))
    program.wait(lambda: page.faces.rowCount() == 3)
    settle(program)
    assert page.panel.cards == []
    program.window.actions_.undo.trigger()
    program.wait(lambda: [card.question.name for card in page.panel.cards] == ["Anna"])


@pytest.fixture
def questions(album: Program) -> tuple[Program, list[AskedSuggestion]]:
    """The page of Anna that asks about two groups, as if that were found."""
    anna = who(album, "Anna")
    page = show(album, anna.id)
    asked = []
    for number, chance in ((91, 0.9), (92, 0.8)):
        side = Side(cluster=ClusterId(number))
        asked.append(AskedSuggestion(Suggestion(Side(person=anna.id), side, chance, 3), side, [anna.cover], 3))
    page.panel.answered.disconnect()
    page.panel.ask(asked)
    return album, asked


def test_a_question_asked_again_leaves_the_keyboard_on_the_button_it_is_on(
    questions: tuple[Program, list[AskedSuggestion]],
) -> None:
    program, (first, second) = questions
    panel = program.window.person.panel
    button = panel.cards[1].no
    button.setFocus(Qt.FocusReason.TabFocusReason)
    less = replace(second, suggestion=replace(second.suggestion, probability=0.3), count=4)
    panel.ask([first, less])
    assert panel.cards[1].no is button
    assert button.hasFocus()
    assert "Perhaps" in button.accessibleName(), "as it is asked at present"
    assert panel.cards[1].question == less


def test_a_key_pressed_twice_answers_one_question(questions: tuple[Program, list[AskedSuggestion]]) -> None:
    program, asked = questions
    panel = program.window.person.panel
    answers: list[tuple[AskedSuggestion, bool]] = []
    panel.answered.connect(lambda question, same: answers.append((question, same)))
    panel.cards[0].no.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(2):
        QTest.keyClick(program.window.focusWidget(), Qt.Key.Key_Space)
    assert answers == [(asked[0], False)]
    (card,) = panel.cards
    assert card.hasFocus()
    QTest.keyClick(card, Qt.Key.Key_Tab)
    assert card.yes.hasFocus()


def test_a_question_that_goes_by_itself_puts_the_keyboard_on_no_other_answer(
    questions: tuple[Program, list[AskedSuggestion]],
) -> None:
    program, asked = questions
    page = program.window.person
    page.panel.cards[1].no.setFocus(Qt.FocusReason.TabFocusReason)
    page.panel.ask(asked[:1])
    assert page.panel.cards[0].hasFocus()
    page.panel.ask([])
    assert page.photo_grid.hasFocus()


@pytest.mark.parametrize("leave", [lambda window: window.go(PeoplePlace()), lambda window: window.close()])
def test_who_leaves_waits_for_nothing_that_was_still_being_found_out(
    album: Program, monkeypatch: pytest.MonkeyPatch, leave: Callable[[MainWindow], None]
) -> None:
    anna = who(album, "Anna").id
    begun, given_up = threading.Event(), threading.Event()

    def long(*_: object, cancelled: Callable[[], bool]) -> list[Doubt]:
        begun.set()
        until = time.monotonic() + 10
        while not cancelled() and time.monotonic() < until:
            time.sleep(0.01)
        if cancelled():
            given_up.set()
        return []

    with monkeypatch.context() as patched:
        patched.setattr(album.library, "doubts", long)
        album.window.go(PersonPlace(anna))
        album.wait(begun.is_set)
        leave(album.window)
        assert given_up.wait(2)
    if album.window.isVisible():
        album.library.set_born(anna, date(1999, 1, 1)).result()
        page = show(album, anna)
        assert titles(page)[0] == ("Doubtful", 1), "found out when it is wanted again"


def test_suggestions_that_are_cancelled_search_no_further(asked: tuple[Program, PersonId, Side]) -> None:
    library, looks = asked[0].library, iter([False])
    assert library.suggestions(Side(person=asked[1]))
    # The first search is done, the next is not begun.
    assert library.suggestions(Side(person=asked[1]), cancelled=lambda: next(looks, True)) == []


def test_a_group_that_is_said_to_be_somebody_known_leads_to_them(asked: tuple[Program, PersonId, Side]) -> None:
    program, anna, group = asked
    assert group.cluster is not None
    page = program.window.person
    program.window.go(ClusterPlace(group.cluster))
    program.wait(lambda: [card.question.name for card in page.panel.cards] == ["Anna"])
    press(page.panel.cards[0].yes)
    program.wait(lambda: program.window.place() == PersonPlace(anna))
    program.wait(lambda: page.faces.rowCount() == 6)


def test_a_group_that_is_somebody_leads_to_them_also_where_the_page_hears_first_that_it_is_gone(
    asked: tuple[Program, PersonId, Side], monkeypatch: pytest.MonkeyPatch
) -> None:
    program, anna, group = asked
    assert group.cluster is not None
    page, merge = program.window.person, program.library.merge
    done: list[Future[Done]] = []
    told: Future[Done] = Future()

    def merge_and_tell_later(*given: Sequence[int]) -> Future[Done]:
        done.append(merge(*given))  # type: ignore[arg-type]
        return told

    monkeypatch.setattr(program.library, "merge", merge_and_tell_later)
    program.window.go(ClusterPlace(group.cluster))
    program.wait(lambda: [card.question.name for card in page.panel.cards] == ["Anna"])
    press(page.panel.cards[0].yes)
    result = done[0].result(10)
    program.read(page)
    assert program.window.place() == ClusterPlace(group.cluster)
    told.set_result(result)
    program.wait(lambda: program.window.place() == PersonPlace(anna))


def test_a_question_that_comes_long_after_it_was_wanted_leaves_the_keyboard_where_it_is(
    asked: tuple[Program, PersonId, Side],
) -> None:
    program, anna, group = asked
    page = show(program, anna)
    press(page.panel.cards[0].no)
    program.wait(lambda: program.library.said_to_differ([anna], [group.cluster] if group.cluster else []))
    settle(program)
    program.window.actions_.people.trigger()
    # As from a badge that counts what was answered since.
    program.window.go(PersonPlace(anna, questions=True))
    program.read(page)
    settle(program)
    assert page.panel.cards == []
    assert page.photo_grid.hasFocus()
    program.window.actions_.undo.trigger()
    program.wait(lambda: bool(page.panel.cards))
    assert page.photo_grid.hasFocus(), "the next key is for the photos, and answers nothing"


def test_look_shows_the_group_that_is_asked_about(asked: tuple[Program, PersonId, Side]) -> None:
    program, anna, group = asked
    page = show(program, anna)
    press(page.panel.cards[0].closer)
    assert group.cluster is not None
    assert program.window.place() == ClusterPlace(group.cluster)


def test_an_answer_that_came_too_late_is_said_to_have_failed(asked: tuple[Program, PersonId, Side]) -> None:
    program, anna, group = asked
    page = show(program, anna)
    assert group.cluster is not None
    program.library.ignore(clusters=[group.cluster]).result()
    # Before the page hears of it.
    press(page.panel.cards[0].yes)
    program.wait(lambda: "no undecided face" in program.window.messages.text)
    settle(program)
    assert page.panel.cards == []


def test_who_is_often_beside_somebody_is_shown_and_opens(album: Program) -> None:
    page = show(album, who(album, "Anna").id)
    berta = who(album, "Berta")
    assert [button.text() for button in page.panel.companions()] == ["Berta", "Carl"]
    first = page.panel.companions()[0]
    assert first.accessibleName().startswith("Berta, 2")
    press(first)
    assert album.window.place() == PersonPlace(berta.id)
    album.wait(lambda: page.title() == "Berta")
    settle(album)
    assert [button.text() for button in page.panel.companions()] == ["Anna", "Carl"]


def test_the_years_run_forwards_with_ages_and_open_the_photo(album: Program) -> None:
    anna = who(album, "Anna").id
    album.library.set_born(anna, date(1998, 2, 10)).result()
    page = show(album, anna, YEARS)
    model = page.years.model
    assert [(section.title, section.count) for section in model.sections()] == [("1998", 1), ("1999", 1), ("2004", 2)]
    texts = [(model.data(model.index(row)), model._age(model.moment(row).taken_at.date())) for row in range(4)]
    assert [month for month, _ in texts] == ["May", "December", "January", "February"]
    assert texts[0][1].startswith("2 month")
    assert [age for _, age in texts[1:]] == ["age 1", "age 5", "age 5"]
    assert "without a date" in page.years.left_out.text()
    assert page.years.left_out.isVisible()
    grid = page.years.grid
    album.click_tile(grid, 2)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    place = album.window.place()
    assert isinstance(place, PhotoPlace)
    assert (int(place.photos[place.row]), place.face) == (model.moment(2).photo, model.moment(2).face)
    QTest.keyClick(album.window.viewer.canvas, Qt.Key.Key_Right)
    QTest.keyClick(album.window.viewer.canvas, Qt.Key.Key_Escape)
    album.wait(lambda: album.window.place() == PersonPlace(anna))
    assert grid.selected_rows() == [3], "where the viewer was left"


def test_without_dates_the_years_say_why_they_are_empty(program: Program) -> None:
    anna = program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result().people[0]
    page = show(program, anna, YEARS)
    program.wait(page.years._empty.isVisible)
    assert "None of these photos says when it was taken" in page.years._empty._text.text()


def test_a_group_is_named_split_and_ignored_on_the_same_page(program: Program) -> None:
    group = program.library.clusters()[0].id
    program.window.go(ClusterPlace(group))
    page = program.window.person
    program.wait(lambda: page.faces.rowCount() == 6)
    press(page.switch.button(FACES))
    select(program, page.faces.face(0).id)
    assert [button.isVisible() for button in (page.of_faces.yes, page.of_faces.no, page.of_faces.cover)] == [False] * 3
    QTest.keyClick(page.face_grid, Qt.Key.Key_Delete)
    program.wait(lambda: page.faces.rowCount() == 5)
    press(page.of_faces.ignore)
    program.wait(lambda: page.faces.rowCount() == 4)
    press(page.header.menu_button)
    program.wait(lambda: any(menu.isVisible() for menu in page.findChildren(QMenu)))
    menu = next(menu for menu in page.findChildren(QMenu) if menu.isVisible())
    ignore = next(action for action in menu.actions() if action.text() == "Ignore these faces")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(ignore).center())
    program.wait(lambda: program.window.place() == PeoplePlace())


def test_a_long_name_makes_neither_the_window_wide_nor_its_end_known_by_guessing(program: Program) -> None:
    name = "Maria Magdalena von und zu Hohenstein-Wartburg und Umgebung"
    anna = program.library.name(name, clusters=[program.library.clusters()[0].id]).result().people[0]
    page = show(program, anna, FACES)
    select(program, page.faces.face(0).id)
    program.window.resize(program.window.minimumSize())
    program.wait(lambda: program.window.width() == program.window.minimumSize().width())
    right = page.header.menu_button.mapTo(page, QPoint(page.header.menu_button.width(), 0)).x()
    assert right <= page.width()
    for button in (page.of_faces.yes, page.of_faces.no, page.of_faces.someone, page.of_faces.cover):
        assert button.mapTo(page, QPoint(button.width(), 0)).x() <= page.width()
    assert name in page.of_faces.no.accessibleName()
    assert name in page.name.accessibleName()


def begins_at(line: QWidget) -> int:
    """How far to the right the text of a line of the header begins, by the pixels that are seen."""
    picture = line.grab().toImage()
    ground = picture.pixelColor(picture.width() - 1, 0)
    columns = (x for x in range(picture.width()) for y in range(picture.height()) if picture.pixelColor(x, y) != ground)
    return line.x() + next(columns)


@pytest.mark.parametrize("name", ["Ed", "Bartholomew Edmund"])
def test_the_lines_beside_the_picture_begin_below_each_other(program: Program, name: str) -> None:
    header = show(
        program, program.library.name(name, clusters=[program.library.clusters()[0].id]).result().people[0]
    ).header
    header.facts.setText("Ed and others")
    header.born.setText("Born on a day")
    program.wait(lambda: header.name.text() == name and header.name.width() > 20)
    begin = [begins_at(line) for line in (header.name, header.facts, header.born)]
    # The larger letters stand in a little further by themselves.
    assert max(begin) - min(begin) <= 2


def test_a_name_is_typed_where_it_stands_and_nothing_else_moves(album: Program) -> None:
    page = show(album, who(album, "Anna").id)
    header = page.header
    beside = (header._portrait, header.facts, header.switch, header.menu_button)
    before = [widget.geometry() for widget in beside]
    press(page.name)
    edit = album.name_edit()
    album.wait(lambda: edit.width() > 20)
    assert (edit.x(), [widget.x() for widget in beside]) == (page.name.x(), [rect.x() for rect in before])
    assert header.facts.size() == before[1].size()
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    album.wait(lambda: [widget.geometry() for widget in beside] == before)


def test_every_control_can_be_reached_by_tab_and_says_what_it_is(asked: tuple[Program, PersonId, Side]) -> None:
    program, anna, _ = asked
    page = show(program, anna, FACES)
    select(program, page.faces.face(0).id)
    reached: list[QWidget] = []
    page.name.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(60):
        focused = program.window.focusWidget()
        assert focused is not None
        if focused in reached:
            break
        reached.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    card = page.panel.cards[0]
    wanted = [
        page.name,
        page.header.born,
        page.switch.button(FACES),
        page.header.menu_button,
        page.face_grid,
        page.of_faces.no,
        page.of_faces.someone,
        page.of_faces.split_button,
        page.of_faces.cover,
        card.yes,
        card.no,
        card.closer,
    ]
    assert [widget for widget in reached if widget in wanted] == wanted
    for widget in wanted:
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name), widget


def test_fifty_thousand_faces_are_not_shown_anew_where_nothing_is_different(album: Program) -> None:
    page = show(album, who(album, "Anna").id, FACES)
    drawn = page.faces.face(0)

    def many(quality: float) -> list[Face]:
        """As the library gives them: made anew each time."""
        return [
            replace(drawn, id=FaceId(1000 + number), path=Path(str(drawn.path)), quality=quality)
            for number in range(50_000)
        ]

    first = least_sure_first(many(0.5), ())
    again = least_sure_first(many(0.5), (), first)
    better = least_sure_first(many(0.6), (), first)
    resets: list[None] = []
    page.faces.modelReset.connect(lambda: resets.append(None))
    page.faces.show_faces(first)
    page.faces.show_faces(again)
    assert len(resets) == 1, "nothing is different"
    page.face_grid.selectAll()
    assert page.of_faces.yes.isEnabled()
    page.faces.show_faces(better)
    assert len(resets) == 2
    assert len(page.face_grid.selected_rows()) == 50_000


def test_the_models_of_the_page_keep_the_rules_of_qt(album: Program) -> None:
    anna = who(album, "Anna").id
    library = album.library
    faces, years = PersonFacesModel(), YearsModel()
    testers = [
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal) for model in (faces, years)
    ]
    for some in (library.faces(FaceFilter(person=anna)), [], library.faces()):
        faces.show_faces(least_sure_first(some, ()))
        assert faces.rowCount() == len(some) == sum(section.count for section in faces.sections())
    for moments in (library.life(Side(person=anna)).moments, ()):
        years.fill(moments, date(2000, 1, 1))
        assert years.rowCount() == len(moments)
    assert len(testers) == 2
