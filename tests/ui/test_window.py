"""The window around the pages: places, messages, what is hidden, how it looks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QStandardPaths, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox, QSplitter, QWidget

from app.errors import AppError
from app.events import LibraryChanged
from app.library.records import FaceFilter, Root
from app.settings import SettingsFile
from app.ui import window_state
from app.ui.dialogs.about import AboutDialog
from app.ui.dialogs.crash_report import CrashReportDialog
from app.ui.places import PeoplePlace, PersonPlace, PhotosPlace, ReviewPlace, SearchPlace
from app.work.job import JobContext
from app.work.jobs import scan_folder
from tests.pictures import blank
from tests.ui.program import Program
from tests.ui.tour import Waiting


def test_keys_lead_to_the_places_and_back(program: Program) -> None:
    window, control = program.window, Qt.KeyboardModifier.ControlModifier
    for key, place in ((Qt.Key.Key_1, PhotosPlace()), (Qt.Key.Key_4, SearchPlace()), (Qt.Key.Key_2, PeoplePlace())):
        QTest.keyClick(window, key, control)
        assert window.place() == place
        assert window.sidebar.currentItem().text() == window._tools.title.text()
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.place() == SearchPlace()
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.place() == PeoplePlace()


def test_escape_leads_from_a_photo_to_where_it_was_opened(program: Program) -> None:
    program.window.go(PhotosPlace())
    grid = program.window.photos.grid
    program.wait(lambda: program.window.photos.model.rowCount() == 12)
    grid.select_rows([3])
    QTest.keyClick(grid, Qt.Key.Key_Return)
    program.wait(lambda: bool(program.window.viewer.canvas.faces()))
    QTest.keyClick(program.window.viewer.canvas, Qt.Key.Key_Escape)
    assert program.window.place() == PhotosPlace()
    assert grid.selected_rows() == [3]


def test_names_with_odd_letters_are_shown_as_they_are(program: Program) -> None:
    name = "Tom & <b>Jerry</b> 王"
    program.window.people.grid.edit_row(0)
    edit = program.name_edit()
    QTest.keyClicks(edit, name[:-1])
    # As an input method for Chinese hands it over.
    composed = QInputMethodEvent()
    composed.setCommitString(name[-1])
    QApplication.sendEvent(edit, composed)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    program.wait(lambda: program.people() == {name: 6})
    assert name.replace("&", "&&") in program.window.actions_.undo.text()
    program.window.go(PersonPlace(program.library.people()[0].id))
    program.wait(lambda: program.window._tools.title.text() == name)
    assert program.window._tools.title.textFormat() == Qt.TextFormat.PlainText
    assert program.window.person.name.text() == name.replace("&", "&&")


def choose(program: Program, row: int, text: str) -> None:
    program.window.people._menu([row], program.window.mapToGlobal(QPoint(50, 50)))
    menu = next(menu for menu in program.window.people.findChildren(QMenu) if menu.isVisible())
    action = next(action for action in menu.actions() if text in action.text())
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_hidden_people_leave_the_page_and_can_be_shown_again(program: Program) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    choose(program, 0, "Hide")
    program.wait(lambda: program.people() == {})
    program.window.actions_.hidden.trigger()
    program.wait(lambda: program.people() == {"Anna": 6})
    choose(program, 0, "Show again")
    program.wait(lambda: not program.library.people()[0].hidden if program.library.people() else False)


def test_an_ignored_group_leaves_and_the_message_takes_it_back(program: Program) -> None:
    choose(program, 0, "Ignore")
    program.wait(lambda: len(program.groups()) == 3)
    messages = program.window.messages
    program.wait(messages.isVisible)
    QTest.mouseClick(messages._button, Qt.MouseButton.LeftButton)
    program.wait(lambda: len(program.groups()) == 4)


def test_the_button_of_a_message_leaves_with_the_step_it_would_take_back(program: Program) -> None:
    choose(program, 0, "Ignore")
    messages = program.window.messages
    program.wait(lambda: messages.isVisible() and len(program.groups()) == 3)
    program.type_name(0, "Zoe")
    program.wait(lambda: "Zoe" in program.people())
    assert not messages.isVisible(), "its button would take back the name"


def test_menus_that_were_closed_are_gone(program: Program) -> None:
    people = program.window.people
    for _ in range(3):
        people._menu([0], program.window.mapToGlobal(QPoint(50, 50)))
        next(menu for menu in people.findChildren(QMenu) if menu.isVisible()).close()
    program.wait(lambda: not people.findChildren(QMenu))


def test_folders_are_counted_one_time_for_the_many_commits_of_a_scan(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []
    roots = program.library.roots

    def count() -> list[Root]:
        counted.append(1)
        return roots()

    monkeypatch.setattr(program.library, "roots", count)
    for number in range(30):
        program.window.session.bridge.publish(LibraryChanged(photos=frozenset([number])))
        program.bot.wait(10)
    program.wait(lambda: bool(counted))
    assert len(counted) == 1


def test_the_text_of_an_empty_page_has_the_height_of_its_lines(program: Program) -> None:
    program.window.search_picture(blank())
    state = program.window.search.by_face._empty
    program.wait(lambda: "No face" in state._title.text() and state.isVisible())
    font = state._text.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    state._text.setFont(font)
    program.wait(lambda: state._text.height() == state._text.heightForWidth(state._text.width()))
    assert state._text.height() >= 2 * state._text.fontMetrics().height()


def test_a_page_promises_nothing_any_more_when_the_scan_is_done(
    start: Callable[..., Program], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    run, may_go_on = scan_folder.ScanFolders.run, threading.Event()

    def slowly(job: scan_folder.ScanFolders, context: JobContext) -> object:
        may_go_on.wait(10)
        return run(job, context)

    monkeypatch.setattr(scan_folder.ScanFolders, "run", slowly)
    program = start(tmp_path / "library", scan=[empty])
    title = program.window.people._empty._title
    program.wait(lambda: "Looking for faces" in title.text())
    program.read(program.window.people)
    may_go_on.set()
    program.idle()
    program.wait(lambda: "Looking for faces" not in title.text())


def test_an_error_for_the_user_is_a_sentence_that_stays(program: Program) -> None:
    def fail() -> int:
        raise AppError("The drive is full. Make room and try again.")

    program.window.session.background.run(fail, lambda result: None)
    program.wait(lambda: program.window.messages.text == "The drive is full. Make room and try again.")
    assert not program.window.messages._timer.isActive()
    QTest.mouseClick(program.window.messages._close, Qt.MouseButton.LeftButton)
    assert not program.window.messages.isVisible()


def test_an_error_leaves_with_another_place_or_the_next_success(program: Program) -> None:
    window, messages = program.window, program.window.messages
    QApplication.clipboard().setText("no picture")
    for leave in (lambda: window.go(PhotosPlace()), window.actions_.back.trigger):
        window.actions_.paste.trigger()
        assert "no picture to paste" in messages.text
        assert messages.isVisible()
        leave()
        assert not messages.isVisible()
    window.go(PeoplePlace())
    window.session.background.failed.emit(AppError("The drive is full. Make room and try again."))
    assert messages.isVisible()
    program.type_name(0, "Zoe")
    program.wait(lambda: not messages.isVisible())


def test_messages_and_jobs_that_come_and_go_move_nothing_of_the_page(program: Program) -> None:
    window = program.window
    window.go(ReviewPlace())
    program.wait(lambda: window.review.card.isVisible())
    shown: list[QWidget] = [window.review, window.review.card.answers.skip_button, window.sidebar]

    def places() -> list[QRect]:
        QApplication.processEvents()
        return [QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()) for widget in shown]

    before, job = places(), Waiting(threading.Event())
    window.messages.tell("Something happened.")
    assert window.messages.isVisible()
    assert places() == before
    window.session.jobs.start(lambda: job)
    program.wait(window.job_bar._trouble.isVisible)
    assert places() == before
    window.messages.tell_error("This is what went wrong, and what can be done about it. " * 20)
    assert places() == before
    window.messages.hide()
    job.may_end.set()
    program.idle()
    QTest.mouseClick(window.job_bar._cancel, Qt.MouseButton.LeftButton)
    assert not window.job_bar.isVisible()
    assert places() == before


def test_no_button_below_the_page_comes_up_where_another_was(program: Program) -> None:
    """Whoever is about to press Undo must not cancel the job that begins, nor press Undo where Cancel was."""
    window, job = program.window, Waiting(threading.Event())
    messages, bar = window.messages, window.job_bar

    def places(*buttons: QWidget) -> list[QRect]:
        QApplication.processEvents()
        return [QRect(button.mapToGlobal(QPoint(0, 0)), button.size()) for button in buttons]

    messages.tell("Something happened. " * 9, "Undo", lambda: None)
    alone = places(messages._button, messages._close)
    window.session.jobs.start(lambda: job)
    program.wait(bar._trouble.isVisible)
    of_job = places(bar._trouble, bar._pause, bar._cancel)
    assert not any(one.intersects(other) for one in alone for other in of_job[1:])
    assert not any(one.intersects(other) for one in places(messages._button, messages._close) for other in of_job)
    messages.hide()
    assert places(bar._trouble, bar._pause, bar._cancel) == of_job
    job.may_end.set()
    program.idle()
    assert places(bar._trouble, bar._pause, bar._cancel) == of_job


def test_a_long_message_can_be_read_whole(program: Program) -> None:
    messages, text = program.window.messages, "This is what went wrong, and what can be done about it. " * 20
    messages.tell_error("Short.")
    assert not messages._more.isVisible()
    messages.tell_error(text)
    program.wait(messages._more.isVisible)
    QTest.mouseClick(messages._more, Qt.MouseButton.LeftButton)
    dialog = program.dialog(QMessageBox)
    assert dialog.text() == text
    program.wait(lambda: QApplication.activeWindow() is dialog)
    dialog.reject()
    program.wait(lambda: program.window.isActiveWindow() and program.window.people.grid.hasFocus())


def test_a_message_that_there_is_room_for_is_not_offered_to_be_read_elsewhere(program: Program) -> None:
    messages = program.window.messages
    program.window.resize(1200, 700)
    text = "This is what went wrong, and what can be done about it. "
    for whole in (text, text * 2):
        messages.tell_error(whole)
        QApplication.processEvents()
        assert messages._text.heightForWidth(messages._text.width()) <= messages._text.height()
        assert not messages._more.isVisible()
        messages.hide()
        QApplication.processEvents()


def test_the_keyboard_stays_on_the_page_whatever_comes_and_goes_below_it(program: Program) -> None:
    window, messages = program.window, program.window.messages
    grid, pressed = window.people.grid, []
    grid.setFocus()
    messages.tell("Something happened.", "Undo", lambda: pressed.append(1))
    QTest.mouseClick(messages._button, Qt.MouseButton.LeftButton)
    assert pressed
    assert grid.hasFocus(), "a click needs no keyboard"
    messages.tell("Something happened.", "Undo", lambda: pressed.append(2))
    messages._button.setFocus(Qt.FocusReason.TabFocusReason)
    messages._timer.timeout.emit()
    assert messages.isVisible(), "nothing vanishes under the keyboard"
    QTest.keyClick(messages._button, Qt.Key.Key_Space)
    assert pressed == [1, 2]
    assert not messages.isVisible()
    assert grid.hasFocus()


def test_the_first_page_offers_nothing_that_needs_photos(
    start: Callable[..., Program], tmp_path: Path, program: Program
) -> None:
    empty = start(tmp_path / "empty").window
    for window, begun in ((empty, False), (program.window, True)):
        actions = window.actions_
        for action in (actions.select_all, actions.merge, actions.rename, actions.report, actions.search):
            assert action.isEnabled() is begun, action.text()


def test_a_file_dialog_opens_where_the_last_one_ended(program: Program, tmp_path: Path) -> None:
    (tmp_path / "chosen").mkdir()
    program.window.commands.choose_folder()
    dialog = program.dialog(QFileDialog)
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    assert Path(dialog.directory().absolutePath()) in (Path(pictures), *Path(pictures).parents)
    dialog.fileSelected.emit(str(tmp_path / "chosen"))
    dialog.reject()
    program.idle()
    program.wait(lambda: not program.window.findChildren(QFileDialog))
    program.window.commands.report()
    dialog = program.dialog(QFileDialog)
    assert Path(dialog.directory().absolutePath()) == tmp_path
    assert dialog.selectedFiles() == [str(tmp_path / "people.html")]
    dialog.reject()


def test_a_bug_is_told_and_its_report_can_be_read(program: Program) -> None:
    program.window.session.background.run(lambda: 1 // 0, lambda result: None)
    program.wait(lambda: "Something went wrong inside Kinfolio" in program.window.messages.text)
    QTest.mouseClick(program.window.messages._button, Qt.MouseButton.LeftButton)
    dialog = program.dialog(CrashReportDialog)
    program.press(dialog, "Close")
    assert program.crashes.pending() is None, "what was seen is not shown again"


def test_the_about_page_names_licences_and_versions(program: Program) -> None:
    program.window.actions_.about.trigger()
    dialog = program.dialog(AboutDialog)
    texts = [page.toPlainText() for page in dialog.findChildren(type(dialog._page("")))]
    assert any("GNU Lesser General Public License" in text for text in texts)
    assert any("kinfolio 0." in text and "PySide6-Essentials 6." in text for text in texts)
    dialog.reject()


def test_the_place_of_the_window_is_remembered(program: Program, start: Callable[..., Program]) -> None:
    program.window.resize(901, 654)
    program.window._splitter.setSizes([222, 679])
    width = program.window._splitter.sizes()[0]
    folder = program.library.folder
    program.stack.close()
    again = start(folder)
    assert width == 222
    assert again.window._splitter.sizes()[0] == width


def test_the_size_of_the_window_is_remembered(qapp: QApplication, tmp_path: Path) -> None:
    def window() -> QSplitter:
        made, sidebar = QSplitter(), QWidget()
        made.addWidget(sidebar)
        made.addWidget(QWidget())
        window_state.restore(made, made, sidebar, SettingsFile(tmp_path / "settings.json"))
        made.show()
        return made

    first = window()
    screen = qapp.primaryScreen().availableSize()
    assert 0.5 < first.width() / screen.width() < 1, "at first a good part of the screen"
    first.setGeometry(40, 50, 432, 321)
    window_state.save(first, first, SettingsFile(tmp_path / "settings.json"))
    second = window()
    assert second.geometry() == first.geometry()
    first.close()
    second.close()


def test_the_way_back_of_a_message_takes_back_that_step_and_no_other_of_the_same_name(program: Program) -> None:
    library, window = program.library, program.window
    faces = [face.id for face in library.faces(FaceFilter(cluster=library.clusters()[0].id))]
    anna = library.name("Anna", faces=faces).result().people[0]
    for face in faces[:2]:
        window.session.edits.run(lambda face=face: library.reject([face], anna))
        program.wait(lambda face=face: library.face(face).person is None)
    program.wait(lambda: window.messages.isVisible())
    assert window.messages.text == "Not Anna"
    window.actions_.undo.trigger()
    program.wait(lambda: library.face(faces[1]).person == anna)
    program.wait(lambda: not window.messages.isVisible())
    assert library.face(faces[0]).person is None
