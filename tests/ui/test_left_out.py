"""Copies, photos that are gone, and what scans leave out, as the window shows them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton

from app.ui.dialogs.gone import GoneDialog, RemoveDialog
from app.ui.pages.settings import SettingsPage
from app.ui.photo_reader import PhotoReader
from app.ui.places import PhotoPlace, PhotosPlace, SettingsPlace
from tests.pictures import draw_people, encode
from tests.ui.program import Program


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Three photos, one of them twice."""
    folder = tmp_path / "album"
    (folder / "private").mkdir(parents=True)
    for number, name in enumerate(("a.jpg", "b.jpg", "private/c.jpg")):
        (folder / name).write_bytes(encode(draw_people(number + 1, seed=number).pixels))
    shutil.copy(folder / "a.jpg", folder / "private" / "copy.jpg")
    return folder


@pytest.fixture
def copied(start: Callable[..., Program], album: Path, tmp_path: Path) -> Program:
    program = start(tmp_path / "library", scan=[album])
    program.idle()
    program.wait(lambda: len(program.library.photo_ids()) == 3)
    return program


def settings(program: Program) -> SettingsPage:
    program.window.go(SettingsPlace())
    page = program.window.settings
    program.wait(lambda: page._found is not None and bool(program.window.session.folders.roots))
    return page


def gone_dialog(program: Program) -> GoneDialog:
    button = settings(program).left_out.gone_button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center())
    dialog = program.dialog(GoneDialog)
    program.wait(lambda: dialog.explanation.text() != "Looking for their files…")
    return dialog


def listed(dialog: GoneDialog) -> list[str]:
    table = dialog.table.model()
    return [table.index(row, 0).data() for row in range(table.rowCount())]


def test_a_photo_with_copies_is_shown_once_with_a_count_and_all_its_paths(copied: Program, album: Path) -> None:
    window = copied.window
    window.go(PhotosPlace())
    model = window.photos.model
    copied.wait(lambda: model.rowCount() == 3)
    row = model.keys().tolist().index(copied.library.find_photo(album / "a.jpg").id)
    copied.wait(lambda: model.look(row).badge == "2 ×")
    assert "2 files of the same content" in model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
    others = [model.look(other).badge for other in range(3) if other != row]
    assert others == ["", ""]
    window.go(PhotoPlace(model.keys(), row))

    def texts() -> str:
        return "\n".join(label.text() for label in window.viewer.details.findChildren(QLabel)).replace("\u200b", "")

    copied.wait(lambda: f"Also here: {album / 'private' / 'copy.jpg'}" in texts())


def test_a_photo_is_opened_from_its_copy_where_its_own_folder_is_away(copied: Program, album: Path) -> None:
    photo = copied.library.find_photo(album / "a.jpg")
    (album / "a.jpg").unlink()
    shown = PhotoReader(copied.library).read(photo, QSize(400, 300))
    assert (shown.message, shown.picture is not None) == ("", True)


def test_what_is_typed_to_be_left_out_is_out_of_sight_until_it_is_taken_away(copied: Program, album: Path) -> None:
    field = settings(copied).left_out.patterns
    field.setFocus()
    QTest.keyClicks(field, " private ;;nothing")
    # No key of its own gives it.
    field.insert("\N{FULLWIDTH SEMICOLON}")
    QTest.keyClick(field, Qt.Key.Key_Return)
    copied.wait(lambda: len(copied.library.photo_ids()) == 2)
    assert copied.library.excluded() == ["private", "nothing"]
    assert field.text() == "private; nothing"
    copied.idle()
    field.clear()
    QTest.keyClick(field, Qt.Key.Key_Return)
    copied.wait(lambda: len(copied.library.photo_ids()) == 3)
    assert copied.library.excluded() == []


def test_a_pattern_that_nothing_can_fit_is_told_and_stays_to_be_mended(copied: Program, album: Path) -> None:
    field = settings(copied).left_out.patterns
    field.setFocus()
    QTest.keyClicks(field, f"{album}/private")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "a path begins in its photo folder" in copied.window.messages.text
    assert (field.text(), copied.library.excluded()) == (f"{album}/private", [])
    field.selectAll()
    QTest.keyClicks(field, "private")
    QTest.keyClick(field, Qt.Key.Key_Return)
    copied.wait(lambda: len(copied.library.photo_ids()) == 2)


def test_how_many_photos_a_pattern_or_a_marked_folder_takes_out_of_sight_is_said(
    copied: Program, album: Path, tmp_path: Path
) -> None:
    messages = copied.window.messages
    text = "1 photo is out of sight, as the Settings or a file “.nomedia” leave it out. Names are kept."
    field = settings(copied).left_out.patterns
    field.setText("private")
    QTest.keyClick(field, Qt.Key.Key_Return)
    # The other file there is shown as the copy that it is.
    copied.wait(lambda: messages.text == text)
    field.clear()
    QTest.keyClick(field, Qt.Key.Key_Return)
    copied.wait(lambda: len(copied.library.photo_ids()) == 3)
    copied.idle()
    messages.hide()
    (album / "private" / ".nomedia").touch()
    copied.window.scan_again()
    copied.wait(lambda: messages.isVisible() and messages.text == text)


def test_photos_that_are_gone_are_listed_and_taken_out_once_that_is_wanted(copied: Program, album: Path) -> None:
    dialog = gone_dialog(copied)
    assert listed(dialog) == []
    assert not dialog.remove_button.isEnabled()
    dialog.reject()
    (album / "b.jpg").unlink()
    copied.window.scan([album])
    copied.wait(lambda: len(copied.library.photo_ids()) == 2)
    copied.idle()
    dialog = gone_dialog(copied)
    assert listed(dialog) == [str(album / "b.jpg")]
    assert "1 photo is out of sight" in dialog.explanation.text()
    for button, left in ((QMessageBox.StandardButton.Cancel, 1), (None, 0)):
        QTest.mouseClick(dialog.remove_button, Qt.MouseButton.LeftButton)
        asking = copied.dialog(RemoveDialog)
        assert "cannot be undone" in asking.informativeText()
        pressed = asking.button(button) if button is not None else _accepting(asking)
        QTest.mouseClick(pressed, Qt.MouseButton.LeftButton)
        copied.wait(lambda left=left: len(copied.library.missing()) == left and len(listed(dialog)) == left)  # type: ignore[misc]
    dialog.reject()


def _accepting(dialog: QMessageBox) -> QPushButton:
    return next(
        button
        for button in dialog.findChildren(QPushButton)
        if dialog.buttonRole(button) == QMessageBox.ButtonRole.AcceptRole
    )
