"""Whole afternoons with the program, from the first folder to the next start."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui import appearance
from app.ui.dialogs.problems import ProblemsDialog
from app.ui.models.grid_model import Role
from app.ui.places import PhotosPlace
from app.work.jobs import scan_folder
from tests.pictures import draw_people, encode
from tests.ui import story, story_answers
from tests.ui.program import Program, drop
from tests.ui.story import CONTROL, LEFT, Key, Story, shortcut, urls
from tests.ui.story_albums import Album, Paced, drawn_album, real_album


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses that spare the machine are shorter; what happens after them is the same."""
    monkeypatch.setattr(scan_folder, "FIRST_GROUPING_SECONDS", 0.2)
    monkeypatch.setattr(scan_folder, "PICTURES_ON_THE_ROAD", 4)
    monkeypatch.setattr("app.ui.questions.PAUSE_MS", 200)
    monkeypatch.setattr("app.ui.edits.PAUSE_MS", 100)


@pytest.fixture(params=["drawn", pytest.param("real", marks=pytest.mark.slow)])
def album(request: pytest.FixtureRequest, tmp_path: Path) -> Album:
    if request.param == "drawn":
        return drawn_album(tmp_path / "photos")
    return real_album(tmp_path / "photos", request.getfixturevalue("test_data"))


@pytest.fixture
def light_again(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    appearance.choose(qapp, "system")


def test_a_family_is_named_and_everything_is_there_after_a_restart(
    start: Callable[..., Program], light_again: QApplication, tmp_path: Path, album: Album
) -> None:
    engine = Paced(album.engine())
    program = start(tmp_path / "library", engine)
    program.window.watching.begin()
    first = Story(program, album)
    story.add_a_folder(program, album, engine)
    story.name_three(program)
    story.merge_two(program)
    story.reject_a_wrong_face(first)
    story_answers.answer_by_keys(first)
    story_answers.nothing_is_asked_twice(first)
    story.search_by_a_pasted_picture(program, album)
    story.search_by_names(program)
    story.draw_a_missed_face(program)
    story.look_at_statistics(program)
    story.export_a_person(program, tmp_path / "copies")
    story.choose_how_it_looks(program, light_again)
    known = story.Known.of(program)
    story.quit_in_the_middle_of_a_scan(program, album, engine)
    again = start(tmp_path / "library", album.engine())
    again.window.watching.begin()
    story.everything_is_there(again, known, album)
    story_answers.nothing_is_asked_twice(Story(again, album, first.decided))
    story.assert_looks_as_chosen(again)
    assert again.crashes.pending() is None


def test_a_drive_is_pulled_out_and_comes_back(start: Callable[..., Program], tmp_path: Path) -> None:
    album = drawn_album(tmp_path / "drive")
    program = start(tmp_path / "library", album.engine(), [album.first])
    program.idle()
    program.wait(lambda: len(program.groups()) == 8)
    story.name_three(program)
    people, faces = program.people(), program.library.counts().faces
    window, sidebar = program.window, program.window.sidebar
    pulled = (tmp_path / "drive").rename(tmp_path / "pulled out")
    shortcut(program, Key.Key_F5, Qt.KeyboardModifier.NoModifier)
    program.idle()
    program.wait(lambda: str(album.first) in window.messages.text)
    shortcut(program, Key.Key_1, CONTROL)
    grid, model = window.photos.grid, window.photos.model
    program.wait(
        lambda: (
            model.rowCount() == len(list((tmp_path / "pulled out" / "home").iterdir())) and model.photo(0) is not None
        )
    )
    program.wait(lambda: bool(model.index(0).data(Role.DIMMED)))
    assert "Out of reach" in sidebar.item(sidebar.count() - 1).toolTip()
    grid.select_rows([0])
    QTest.keyClick(grid, Key.Key_Return)
    program.wait(lambda: "not there" in window.viewer.canvas._message)
    shortcut(program, Key.Key_2, CONTROL)
    program.wait(lambda: program.people() == people)
    assert program.library.counts().faces == faces, "nothing is forgotten"
    pulled.rename(tmp_path / "drive")
    shortcut(program, Key.Key_F5, Qt.KeyboardModifier.NoModifier)
    program.idle()
    window.go(PhotosPlace())
    program.wait(lambda: model.photo(0) is not None and not model.index(0).data(Role.DIMMED))
    shortcut(program, Key.Key_2, CONTROL)
    program.wait(lambda: program.people() == people)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte. Not everybody may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    try:
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no program to mount a small disk with")
    if mount.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mount.stderr.strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_told_and_after_room_was_made_the_next_start_goes_on(
    start: Callable[..., Program], tmp_path: Path, small_disk: Path
) -> None:
    album = drawn_album(tmp_path / "album")
    count = len(list(album.first.iterdir()))
    program = start(small_disk / "library", album.engine(), [album.first])
    program.wait(lambda: "is full" in program.window.messages.text)
    assert program.crashes.pending() is None, "a full disk is no bug"
    read = program.library.counts().photos
    assert read < count
    program.window.close()
    program.stack.close()
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    again = start(small_disk / "library", album.engine())
    again.wait(lambda: again.library.counts().photos == count)
    again.idle()
    again.wait(lambda: len(again.groups()) == 8)
    assert again.crashes.pending() is None
    again.stack.close()


def test_a_folder_with_a_chinese_name_a_sideways_photo_and_a_broken_one(
    start: Callable[..., Program], tmp_path: Path
) -> None:
    folder = tmp_path / "奶奶的照片" / "二〇一九"
    folder.mkdir(parents=True)
    drawn = draw_people(3, size=(480, 320), seed=5)
    (folder / "侧放 6.jpg").write_bytes(encode(drawn.pixels, orientation=6))
    (folder / "直 1.jpg").write_bytes(encode(draw_people(3, size=(480, 320), seed=6).pixels))
    (folder / "坏.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    program = start(tmp_path / "图库")
    window = program.window
    program.wait(window.first_start.isVisible)
    assert drop(window.first_start, urls(folder.parent))
    program.idle()
    program.wait(lambda: len(program.groups()) == 1)
    assert window.messages.text == "Done: 2 photos read, 2 faces found."
    QTest.mouseClick(window.job_bar._trouble, LEFT)
    dialog = program.dialog(ProblemsDialog)
    assert "坏.jpg" in dialog.table.model().index(0, 0).data()
    dialog.reject()
    program.click_tile(window.people.grid, 0)
    QTest.keyClick(window, Key.Key_F2)
    # As an input method for Chinese hands it over.
    composed = QInputMethodEvent()
    composed.setCommitString("王奶奶")
    QApplication.sendEvent(program.name_edit(), composed)
    QTest.keyClick(program.name_edit(), Key.Key_Return)
    program.wait(lambda: program.people() == {"王奶奶": 2})
    shortcut(program, Key.Key_1, CONTROL)
    grid, model = window.photos.grid, window.photos.model
    program.wait(lambda: model.rowCount() == 3)
    names = [photo.path.name for photo in program.library.photos(model.keys().tolist())]
    grid.select_rows([names.index("侧放 6.jpg")])
    QTest.keyClick(grid, Key.Key_Return)
    canvas = window.viewer.canvas
    program.wait(lambda: window.viewer.title() == "侧放 6.jpg" and len(canvas.faces()) == 1)
    photo, box = canvas.photo_rect(), canvas.face_rect(0)
    assert photo.width() > photo.height(), "it stands upright"
    x, y, width, height = drawn.boxes[0]
    assert box.center().x() == pytest.approx(photo.x() + (x + width / 2) * photo.width(), abs=4)
    assert box.center().y() == pytest.approx(photo.y() + (y + height / 2) * photo.height(), abs=4)
    assert canvas.faces()[0].name == "王奶奶"
