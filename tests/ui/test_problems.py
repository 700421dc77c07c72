"""The photos that could not be read: listed at any time, tried again, shown and copied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.events import Problem
from app.ui.dialogs.problems import PhotoProblemsDialog, ProblemsDialog
from app.ui.models.problems import ProblemTable
from tests.pictures import draw_people, encode
from tests.ui.program import Program


@pytest.fixture
def two_broken(start: Callable[..., Program], tmp_path: Path) -> Program:
    """A library of one photo, and two in another folder that cannot be read."""
    (tmp_path / "album" / "old").mkdir(parents=True)
    (tmp_path / "album" / "good.jpg").write_bytes(encode(draw_people(1).pixels))
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "album" / "old" / name).write_bytes(b"no picture")
    program = start(tmp_path / "library", scan=[tmp_path / "album"])
    program.idle()
    program.wait(lambda: len(program.library.problems()) == 2)
    return program


def opened(program: Program) -> PhotoProblemsDialog:
    program.window.actions_.problems.trigger()
    dialog = program.dialog(PhotoProblemsDialog)
    program.wait(lambda: dialog.explanation.text() != "Reading…")
    return dialog


def test_photos_that_cannot_be_read_are_listed_with_reasons_and_copied(two_broken: Program, tmp_path: Path) -> None:
    dialog = opened(two_broken)
    table = dialog.table.model()
    listed = [[table.index(row, column).data() for column in range(2)] for row in range(table.rowCount())]
    assert [what for what, _ in listed] == [str(tmp_path / "album" / "old" / name) for name in ("a.jpg", "b.jpg")]
    assert all(why for _, why in listed)
    two_broken.press(dialog, "Copy the list")
    assert QGuiApplication.clipboard().text() == "\n".join("\t".join(line) for line in listed)
    dialog.reject()


@pytest.mark.parametrize("of_a_job", [True, False])
def test_once_the_list_is_closed_the_keyboard_is_where_it_was(two_broken: Program, of_a_job: bool) -> None:
    window, grid = two_broken.window, two_broken.window.people.grid
    window.search_field.setFocus()
    if of_a_job:
        window.job_bar.problems_wanted.emit([Problem("a.jpg", "It is no picture.")])
    else:
        window.actions_.problems.trigger()
    dialog = two_broken.dialog(ProblemsDialog)
    # What happens behind a dialog must not have the keyboard then.
    grid.setFocus()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    two_broken.wait(window.search_field.hasFocus)


def test_what_was_mended_is_read_when_it_is_tried_again(two_broken: Program, tmp_path: Path) -> None:
    (tmp_path / "album" / "old" / "a.jpg").write_bytes(encode(draw_people(2).pixels))
    dialog = opened(two_broken)
    two_broken.press(dialog, "Try again")
    two_broken.wait(lambda: [photo.path.name for photo in two_broken.library.problems()] == ["b.jpg"])
    two_broken.idle()
    dialog = opened(two_broken)
    assert dialog.table.model().rowCount() == 1
    dialog.reject()


def test_the_folder_of_a_photo_is_opened(two_broken: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    # There is no file manager here; what it would be given is what counts.
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    dialog = opened(two_broken)
    assert not dialog.show_button.isEnabled(), "nothing is selected"
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_Down)
    two_broken.press(dialog, "Show in the file manager")
    assert shown == [str(tmp_path / "album" / "old")]
    dialog.reject()


def test_where_everything_could_be_read_the_list_says_so(two_broken: Program, tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "album" / "old" / name).unlink()
    two_broken.window.scan_again()
    two_broken.idle()
    two_broken.wait(lambda: not two_broken.library.problems())
    dialog = opened(two_broken)
    assert dialog.explanation.text() == "Every photo could be read."
    assert not dialog.again_button.isEnabled()
    dialog.reject()


def test_a_list_that_is_closed_before_it_was_read_leaves_quietly(two_broken: Program) -> None:
    two_broken.window.actions_.problems.trigger()
    two_broken.dialog(PhotoProblemsDialog).reject()
    two_broken.settle()
    assert two_broken.crashes.pending() is None


def test_a_hundred_thousand_problems_open_at_once(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    problems = [Problem(f"/photos/{number}.jpg", "This is no picture. " * 8) for number in range(100_000)]
    dialog = ProblemsDialog(problems, parent)
    dialog.show()
    unmeasured = dialog.table.verticalHeader().defaultSectionSize()
    qtbot.waitUntil(lambda: dialog.table.rowHeight(0) > unmeasured)
    assert dialog.table.rowHeight(99_999) == unmeasured, "only what is in sight is measured"
    dialog.table.scrollToBottom()
    qtbot.waitUntil(lambda: dialog.table.rowHeight(99_999) > unmeasured)
    dialog.reject()


def test_the_table_of_problems_is_a_sound_model() -> None:
    table = ProblemTable()
    tester = QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.show_problems([Problem("a.jpg", "It is broken.")])
    assert table.index(0, 1).data() == "It is broken."
    table.show_problems(())
    assert tester.model() is table
