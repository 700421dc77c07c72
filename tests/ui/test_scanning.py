"""Scanning from the window: the first page, the job bar, what could not be read, folders that come and go."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import sqlite_utils
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

from app.decode import Picture
from app.events import Problem
from app.library.library import Library
from app.library.records import Person, PersonId
from app.ui.dialogs.problems import ProblemsDialog
from app.ui.places import PeoplePlace, PhotosPlace
from app.vision.engine import Reading
from app.vision.pretend import PretendEngine
from app.work.job import JobContext
from app.work.jobs import scan_folder
from tests.pictures import draw_people, encode
from tests.ui.program import Program, drop


class Patient(PretendEngine):
    """Reads nothing until it may."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        self.may_go_on.wait(30)
        return super().read(pictures)


@pytest.fixture
def patient() -> Iterator[Patient]:
    engine = Patient()
    yield engine
    engine.may_go_on.set()


def folders(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_the_first_page_has_one_button_and_one_promise(start: Callable[..., Program], tmp_path: Path) -> None:
    program = start(tmp_path / "library")
    window = program.window
    assert window.first_start.isVisible()
    assert not window.sidebar.isVisible()
    assert "never leave this computer" in window.first_start._state._text.text()
    assert window.first_start.button.hasFocus()
    QTest.keyClick(window.first_start.button, Qt.Key.Key_Space)
    program.wait(lambda: any(dialog.isVisible() for dialog in window.findChildren(QFileDialog)))
    dialog = window.findChildren(QFileDialog)[0]
    assert dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.reject()


def test_a_folder_dropped_on_the_first_page_is_scanned_and_people_appear(
    start: Callable[..., Program], tmp_path: Path, photos: Path
) -> None:
    program = start(tmp_path / "library")
    assert drop(program.window.first_start, folders(photos))
    program.wait(program.window.sidebar.isVisible)
    assert program.window.place() == PeoplePlace()
    program.wait(lambda: len(program.groups()) == 4)
    program.idle()
    assert [root.path for root in program.library.roots()] == [photos]
    assert program.window.messages.text == "Done: 11 photos read, 15 faces found."


def test_a_folder_dropped_on_the_window_later_is_added(program: Program, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "new.jpg").write_bytes(encode(draw_people(7, seed=3).pixels))
    assert drop(program.window, folders(more))
    program.idle()
    program.wait(lambda: program.library.counts().photos == 13)
    sidebar = program.window.sidebar
    program.wait(lambda: [sidebar.item(sidebar.count() - back).text() for back in (2, 1)] == ["family 家", "more"])
    item = sidebar.item(sidebar.count() - 1)
    QTest.mouseClick(sidebar.viewport(), Qt.MouseButton.LeftButton, pos=sidebar.visualItemRect(item).center())
    program.wait(lambda: program.window.photos.model.rowCount() == 1)
    assert program.window._tools.title.text() == "more"


def test_a_folder_without_people_says_so(start: Callable[..., Program], tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    program = start(tmp_path / "library", scan=[empty])
    program.idle()
    program.wait(lambda: "Nobody" in program.window.people._empty._title.text())


def test_the_job_bar_pauses_and_goes_on(
    start: Callable[..., Program], tmp_path: Path, photos: Path, patient: Patient
) -> None:
    program = start(tmp_path / "library", patient, [photos])
    bar = program.window.job_bar
    program.wait(lambda: bar.isVisible() and "of 12" in bar._numbers.text())
    assert "family 家" in bar._what.text()
    QTest.mouseClick(bar._pause, Qt.MouseButton.LeftButton)
    program.wait(lambda: "paused" in bar._numbers.text())
    patient.may_go_on.set()
    program.bot.wait(300)
    assert program.library.counts().faces == 0
    assert bar._pause.accessibleName() == "Go on"
    QTest.mouseClick(bar._pause, Qt.MouseButton.LeftButton)
    program.idle()
    assert program.library.counts().faces == 15


def test_the_job_bar_cancels_and_the_next_scan_takes_up_the_rest(
    start: Callable[..., Program], tmp_path: Path, photos: Path, patient: Patient
) -> None:
    program = start(tmp_path / "library", patient, [photos])
    bar = program.window.job_bar
    program.wait(bar.isVisible)
    program.wait(lambda: "of 12" in bar._numbers.text())
    QTest.mouseClick(bar._cancel, Qt.MouseButton.LeftButton)
    patient.may_go_on.set()
    program.wait(lambda: program.window.messages.text.startswith("Stopped after "))
    assert program.window.messages.text.endswith(" of 12 photos. What was read is kept; F5 goes on.")
    program.idle()
    assert program.library.unfinished() == [], "the next start does not go on with what the user stopped"
    program.window.actions_.scan_again.trigger()
    program.idle()
    program.wait(lambda: len(program.groups()) == 4)


def test_problems_are_counted_listed_and_stay_until_closed(
    start: Callable[..., Program], tmp_path: Path, photos: Path
) -> None:
    program = start(tmp_path / "library", scan=[photos])
    program.idle()
    bar = program.window.job_bar
    assert bar.isVisible()
    assert bar._trouble.text() == "1 problem…"
    assert bar._trouble.toolTip() == "Scanning family 家", "whose they are"
    QTest.mouseClick(bar._trouble, Qt.MouseButton.LeftButton)
    dialog = program.dialog(ProblemsDialog)
    what, why = (dialog.table.model().index(0, column).data() for column in range(2))
    assert "broken.jpg" in what
    assert "JPEG" in why
    dialog.reject()
    QTest.mouseClick(bar._cancel, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_a_later_scan_tells_only_of_problems_that_are_new(
    start: Callable[..., Program], tmp_path: Path, photos: Path
) -> None:
    album = tmp_path / "album"
    shutil.copytree(photos, album)
    program = start(tmp_path / "library", scan=[album])
    program.idle()
    bar, messages = program.window.job_bar, program.window.messages
    program.wait(lambda: bar._trouble.text() == "1 problem…")
    QTest.mouseClick(bar._cancel, Qt.MouseButton.LeftButton)
    program.window.actions_.scan_again.trigger()
    program.wait(lambda: messages.text == "Done: there was nothing new.")
    assert not bar.isVisible()
    assert [photo.path.name for photo in program.library.problems()] == ["broken.jpg"]
    (album / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    program.window.actions_.scan_again.trigger()
    program.wait(lambda: bar._trouble.text() == "1 problem…" and not program.window.session.jobs.running())
    QTest.mouseClick(bar._trouble, Qt.MouseButton.LeftButton)
    assert [Path(problem.subject).name for problem in program.dialog(ProblemsDialog).model.problems] == ["torn.jpg"]


def test_photos_that_were_read_are_told_where_as_many_other_things_could_not_be_used(
    start: Callable[..., Program], tmp_path: Path, photos: Path
) -> None:
    album = tmp_path / "album"
    shutil.copytree(photos, album / "drive")
    program = start(tmp_path / "library", scan=[album])
    program.idle()
    (root,) = program.library.roots()
    program.library.set_drives_in(root.id, [b"drive"]).result(10)
    bar, messages = program.window.job_bar, program.window.messages
    program.wait(lambda: bar._trouble.text() == "1 problem…")
    (album / "drive").rename(tmp_path / "pulled")
    (album / "drive").mkdir()
    (album / "one.jpg").write_bytes(encode(draw_people(1, seed=70).pixels))
    program.window.actions_.scan_again.trigger()
    program.wait(lambda: messages.text.startswith("Done: 1 photo read, 1 face found."))
    program.wait(lambda: bar._trouble.text() == "1 problem…" and not program.window.session.jobs.running())
    QTest.mouseClick(bar._cancel, Qt.MouseButton.LeftButton)
    program.window.actions_.scan_again.trigger()
    program.wait(lambda: messages.text == "Done: there was nothing new.")
    assert not bar.isVisible(), "that the drive is away was told"


def test_how_a_scan_ended_is_said_in_one_place(start: Callable[..., Program], tmp_path: Path, photos: Path) -> None:
    program = start(tmp_path / "library", scan=[photos])
    program.idle()
    bar, messages = program.window.job_bar, program.window.messages
    assert messages.text == "Done: 11 photos read, 15 faces found."
    said = [label.text() for label in bar.findChildren(QLabel) if label.isVisible() and label.text()]
    assert said == []
    messages.hide()
    said = [label.text() for label in bar.findChildren(QLabel) if label.isVisible() and label.text()]
    assert said == ["Scanning family 家: done"], "whose problems they are"


class Slow:
    """A job with a problem that ends when it is cancelled and may."""

    title = "Working slowly"

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.reports = 0

    def run(self, context: JobContext) -> object:
        context.problem(Problem("a.jpg", "It is broken."))
        while self.reports < 500 and not self.may_end.wait(0.02):
            context.report()
            self.reports += 1
        context.token.check()
        return None


def test_cancelling_shows_at_once_and_until_the_job_has_ended(program: Program) -> None:
    bar, messages, slow = program.window.job_bar, program.window.messages, Slow()
    program.window.session.jobs.start(lambda: slow)
    program.wait(bar._trouble.isVisible)
    messages.tell_error("The drive is full.")
    bar._cancel.setFocus()
    QTest.keyClick(bar._cancel, Qt.Key.Key_Space)
    assert not bar._cancel.isEnabled()
    assert program.window.people.grid.hasFocus(), "the keyboard is on the page"
    reports = slow.reports
    program.wait(lambda: slow.reports > reports)
    program.hear()
    assert bar._what.text() == "Stopping…"
    slow.may_end.set()
    program.wait(bar._cancel.isEnabled)
    assert bar._cancel.accessibleName() == "Close"
    messages.hide()
    assert bar._what.isVisible()
    assert bar._what.text() == "Working slowly: cancelled"
    QTest.mouseClick(bar._cancel, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


class Breaking:
    """A job that dies of a bug after it met a problem."""

    title = "Working on <b>it</b>"

    def run(self, context: JobContext) -> object:
        context.problem(Problem("a.jpg", "It is broken."))
        raise ZeroDivisionError


def test_a_job_that_dies_of_a_bug_is_not_called_done(program: Program) -> None:
    bar = program.window.job_bar
    program.window.session.jobs.start(Breaking)
    program.wait(lambda: "Something went wrong inside Kinfolio" in program.window.messages.text)
    program.wait(lambda: bar._trouble.isVisible() and not bar._pause.isVisible())
    program.window.messages.hide()
    assert bar._what.isVisible()
    assert bar._what.text() == "Working on <b>it</b>: stopped"
    assert bar._what.textFormat() == Qt.TextFormat.PlainText


def test_symbols_are_drawn_when_they_change_and_not_at_every_step(
    start: Callable[..., Program], tmp_path: Path, photos: Path, patient: Patient
) -> None:
    program = start(tmp_path / "library", patient, [photos])
    bar = program.window.job_bar
    program.wait(lambda: bar.isVisible() and "of 12" in bar._numbers.text())
    assert bar._bar.accessibleName() == bar._what.text()
    drawn = [button.icon().cacheKey() for button in (bar._pause, bar._trouble)]
    assert bar._shown is not None
    bar._progressed(replace(bar._shown, done=7))
    assert bar._bar.value() == 7
    assert [button.icon().cacheKey() for button in (bar._pause, bar._trouble)] == drawn


def test_an_export_is_started_without_a_word_to_the_library_and_shows_the_name(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    (anna,) = program.library.people()
    threads: list[str] = []
    titles: list[str] = []
    person = Library.person

    def watched(library: Library, number: PersonId) -> Person:
        threads.append(threading.current_thread().name)
        return person(library, number)

    monkeypatch.setattr(Library, "person", watched)
    program.window.session.bridge.job_progressed.connect(lambda event: titles.append(event.title))
    jobs = program.window.session.jobs
    jobs.start(lambda: jobs.make.export(anna.id, tmp_path / "out"))
    program.idle()
    assert len(list((tmp_path / "out").iterdir())) == 6
    assert "Exporting Anna" in titles
    assert threads
    assert threading.main_thread().name not in threads


def test_photos_are_filtered_by_what_is_wrong_with_them(program: Program) -> None:
    program.window.go(PhotosPlace())
    page = program.window.photos
    program.wait(lambda: page.model.rowCount() == 12)
    counts = {}
    kind = page.filters.kind
    for number in range(kind.count()):
        kind.setCurrentIndex(number)
        program.read(page)
        counts[kind.currentData()] = page.model.rowCount()
    assert counts == {"all": 12, "unnamed": 9, "none": 2, "unreadable": 1}


def test_a_forgotten_folder_leaves_and_undo_brings_everything_back(program: Program, photos: Path) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    library = program.library
    program.window.session.edits.run(lambda: library.forget(photos))
    program.wait(lambda: program.window.first_start.isVisible())
    assert "Undo" in program.window.messages._button.text()
    QTest.mouseClick(program.window.messages._button, Qt.MouseButton.LeftButton)
    program.wait(program.window.sidebar.isVisible)
    program.wait(lambda: program.people() == {"Anna": 6})


def test_closing_the_window_in_the_middle_of_a_scan_ends_all_threads(
    start: Callable[..., Program], tmp_path: Path, photos: Path, patient: Patient
) -> None:
    program = start(tmp_path / "library", patient, [photos])
    program.wait(program.window.job_bar.isVisible)
    patient.may_go_on.set()
    program.stack.close()
    assert not program.window.isVisible()


def test_a_scan_that_closing_the_window_interrupted_goes_on_at_the_next_start(
    start: Callable[..., Program], tmp_path: Path, photos: Path, patient: Patient
) -> None:
    program = start(tmp_path / "library", patient, [photos])
    program.wait(lambda: program.library.unfinished() == [photos])
    program.window.close()
    patient.may_go_on.set()
    program.stack.close()
    again = start(tmp_path / "library")
    again.wait(lambda: len(again.groups()) == 4)
    again.idle()
    assert again.library.counts().faces == 15
    assert again.library.unfinished() == []


def test_a_folder_forgotten_since_its_scan_was_interrupted_is_left_alone(
    program: Program, start: Callable[..., Program], photos: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    program.library.set_unfinished([more], True).result()
    program.stack.close()
    again = start(tmp_path / "library")
    again.wait(lambda: len(again.groups()) == 4)
    assert again.window.session.jobs.running() == []
    assert [root.path for root in again.library.roots()] == [photos]


class SixPictures(PretendEngine):
    """Reads six pictures or a few more, and nothing else until it may."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.pictures = 0

    def read(self, pictures: Sequence[Picture]) -> list[list[Reading]]:
        if self.pictures >= 6:
            self.may_go_on.wait(30)
        self.pictures += len(pictures)
        return super().read(pictures)


def test_what_a_stopped_scan_has_read_is_grouped(
    start: Callable[..., Program], tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_folder, "PICTURES_ON_THE_ROAD", 2)
    engine = SixPictures()
    program = start(tmp_path / "library", engine, [photos])
    program.wait(lambda: program.library.counts().photos >= 6)
    QTest.mouseClick(program.window.job_bar._cancel, Qt.MouseButton.LeftButton)
    engine.may_go_on.set()
    program.wait(lambda: bool(program.groups()))
    program.idle()
    assert program.library.counts().photos < 12


def test_a_folder_that_is_gone_is_told_and_not_called_nothing_new(program: Program, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    program.window.scan([gone, *(root.path for root in program.library.roots())])
    program.idle()
    messages = program.window.messages
    program.wait(lambda: messages.text.startswith(f"{gone}: This folder does not exist."))
    assert "nothing new" not in messages.text
    assert not messages._timer.isActive(), "it stays"


def test_an_export_tells_what_was_copied_and_what_lay_there(program: Program, tmp_path: Path) -> None:
    program.type_name(0, "Anna")
    program.wait(lambda: program.people() == {"Anna": 6})
    (anna,) = program.library.people()
    jobs = program.window.session.jobs
    jobs.start(lambda: jobs.make.export(anna.id, tmp_path / "out"))
    program.wait(lambda: program.window.messages.text == "6 photos copied.")
    next((tmp_path / "out").iterdir()).unlink()
    jobs.start(lambda: jobs.make.export(anna.id, tmp_path / "out"))
    program.wait(lambda: program.window.messages.text == "1 photo copied, 5 there already.")


class Quiet:
    """A job without problems that ends when it may."""

    title = "Working quietly"

    def __init__(self) -> None:
        self.may_end = threading.Event()

    def run(self, context: JobContext) -> object:
        context.progress(1, 2)
        self.may_end.wait(10)
        return None


def test_problems_belong_to_their_job_and_come_back_after_another_one(program: Program) -> None:
    bar, jobs, quiet = program.window.job_bar, program.window.session.jobs, Quiet()
    jobs.start(Breaking)
    program.wait(lambda: bar._trouble.text() == "1 problem…")
    jobs.start(lambda: quiet)
    program.wait(lambda: bar._what.text() == "Working quietly" and not bar._trouble.isVisible())
    quiet.may_end.set()
    program.wait(lambda: bar._what.text() == "Working on <b>it</b>: stopped" and bar._trouble.isVisible())


def test_the_reason_of_a_problem_is_shown_whole(program: Program) -> None:
    reason = (
        "This folder is empty, and it was not before. Connect its drive and scan again, or take the folder out of the "
        "library. "
    ) * 2
    program.window.job_bar.problems_wanted.emit([Problem("/somewhere/a.jpg", reason)])
    dialog = program.dialog(ProblemsDialog)
    table, line = dialog.table, dialog.fontMetrics().height()
    for width in (dialog.width(), 450):
        dialog.resize(width, dialog.height())
        lines = -(-dialog.fontMetrics().horizontalAdvance(reason) // table.columnWidth(1))
        program.wait(lambda lines=lines: table.rowHeight(0) >= lines * line)  # type: ignore[misc]
    dialog.reject()


def test_the_page_of_a_folder_that_is_forgotten_gives_way_to_all_photos(
    program: Program, start: Callable[..., Program], tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "new.jpg").write_bytes(encode(draw_people(7, seed=3).pixels))
    window = program.window
    window.scan([more])
    program.idle()
    program.wait(lambda: window.sidebar.item(window.sidebar.count() - 1).text() == "more")
    window.go(PhotosPlace(next(root.id for root in program.library.roots() if root.path == more)))
    window.go(PeoplePlace())
    window._step(-1)
    window.session.edits.run(lambda: program.library.forget(more))
    program.wait(lambda: window.place() == PhotosPlace())
    assert window.sidebar.currentItem().text() == window._tools.title.text() == "Photos"
    window.actions_.undo.trigger()
    program.wait(lambda: window.sidebar.item(window.sidebar.count() - 1).text() == "more")
    assert window.place() == PhotosPlace()
    assert window.sidebar.currentItem().text() == window._tools.title.text() == "Photos"


def test_the_way_back_leads_past_a_forgotten_folder(program: Program, photos: Path) -> None:
    window = program.window
    window.go(PhotosPlace(program.library.roots()[0].id))
    window.go(PhotosPlace())
    window.session.edits.run(lambda: program.library.forget(photos))
    program.wait(window.first_start.isVisible)
    window._step(-1)
    assert window.place() == PeoplePlace()


def test_a_full_disk_pauses_the_scan_and_says_so(program: Program, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "one.jpg").write_bytes(encode(draw_people(5, seed=99).pixels))
    library, window = program.library, program.window

    def limit(db: sqlite_utils.Database, pages: int) -> None:
        db.execute(f"PRAGMA max_page_count = {pages or db.execute('PRAGMA page_count').fetchone()[0]}")

    library.add_root(more)
    library._database.submit(lambda db: limit(db, 0), durable=False).result()
    before = library.counts().photos
    window.scan([more])
    program.wait(lambda: "is full" in window.messages.text)
    assert window.session.jobs.running()[0].context.token.paused
    library._database.submit(lambda db: limit(db, 2**30), durable=False).result()
    QTest.mouseClick(window.job_bar._pause, Qt.MouseButton.LeftButton)
    program.idle()
    assert library.counts().photos == before + 1


def test_photos_that_are_gone_are_told(start: Callable[..., Program], photos: Path, tmp_path: Path) -> None:
    album = tmp_path / "album"
    shutil.copytree(photos, album)
    program = start(tmp_path / "library", scan=[album])
    program.wait(lambda: program.window.messages.text.startswith("Done: 11 photos read"))
    for name in ("photo00.jpg", "photo05.jpg"):
        (album / name).unlink()
    program.window.scan_again()
    program.wait(lambda: program.window.messages.text == "2 photos are no longer there; the Settings list them.")
