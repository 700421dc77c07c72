"""The window never waits: what is slow happens on other threads, also while a scan runs and names are typed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.library.library import Library
from app.library.records import Person, PersonId, Photo, PhotoId, RootId, Strictness
from app.main import open_library
from app.ui.conditions import Conditions
from app.ui.dialogs.group_again import GroupAgainDialog
from app.ui.photo_reader import read_picture
from app.ui.places import PeoplePlace, PhotosPlace
from app.vision.pretend import PretendEngine
from app.work.jobs import scan_folder
from tests.pictures import draw_people, encode
from tests.ui import story, story_answers
from tests.ui.main_thread import Noted, watched
from tests.ui.program import Program
from tests.ui.story import CONTROL, SHIFT, Key, Story, shortcut
from tests.ui.story_albums import Paced, drawn_album

MAIN = threading.main_thread().name
# What decodes a photo, and the models; the pretend engine stands where a real one would.
DECODING = ("app.decode", "app.crops", "cv2", "PIL")
MODELS = ("app.vision.pretend", "app.vision.facenet", "facenet_core", "ai_edge_litert", "tensorflow")
# Made where a scan begins, to say at once where there is no model: it loads nothing.
KNOWN_AT_ONCE = ("app.vision.pretend.PretendEngine.__init__", "app.vision.pretend.PretendEngine.info")

# What is read at the start (what a scan left undone, and what undo and redo would do), and where a scan begins (which
# model is wanted): one row each, found by its key.
OF_ONE_ROW = (
    "SELECT value FROM state WHERE key =",
    "FROM engines WHERE id =",
    "SELECT label FROM history WHERE undone = 0 ORDER BY id DESC LIMIT 1",
    "SELECT label FROM history WHERE undone = 1 ORDER BY id LIMIT 1",
)


def assert_nothing_slow(noted: Noted, library: Path) -> None:
    """On the main thread: no write, no reading but of single rows, no photo decoded, no model called."""
    assert noted.called("app.ui.widgets.grid_view"), "the calls of this thread were noted"
    assert noted.writes(MAIN) == []
    asked = set(noted.of_thread(MAIN))
    others = {sql for sql in asked if not sql.startswith("PRAGMA") and not any(small in sql for small in OF_ONE_ROW)}
    assert others == set(), "what is asked here has to be answered at once"
    with closing(sqlite3.connect(library / "library.db")) as connection:
        for sql in asked - others:
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {sql}"):
                assert not step.startswith("SCAN"), f"{sql} goes through a whole table"
    assert noted.called(*DECODING) == []
    assert [call for call in noted.called(*MODELS) if call not in KNOWN_AT_ONCE] == []


def test_names_are_typed_and_pages_turned_while_photos_come(
    start: Callable[..., Program], photos: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    for number in range(12):
        data = encode(draw_people(0, 1 + number % 3, size=(640, 480), seed=100 + number).pixels)
        (more / f"{number}.jpg").write_bytes(data)
    with watched() as noted:
        program = start(tmp_path / "library", PretendEngine())
        program.window.scan([photos])
        program.wait(lambda: len(program.groups()) == 4)
        program.type_name(program.groups()[0], "Anna")
        program.wait(lambda: "Anna" in program.people())
        # More photos come while names are typed and pages are turned.
        program.window.scan([more])
        program.type_name(program.groups()[0], "Bert")
        program.window.go(PhotosPlace())
        program.wait(lambda: program.window.photos.model.rowCount() == 24)
        grid = program.window.photos.grid
        QTest.keyClick(grid, Qt.Key.Key_End)
        QTest.keyClick(grid, Qt.Key.Key_Return)
        program.wait(lambda: program.window.viewer.canvas._image is not None)
        program.window.go(PeoplePlace())
        program.idle()
        program.wait(lambda: "Bert" in program.people())
        program.window.actions_.undo.trigger()
        program.wait(lambda: "Bert" not in program.people())
    # What other threads did was seen, so the main thread would have been seen as well.
    assert any("INSERT INTO photos" in sql for sql in noted.writes("library-writer"))
    assert any("INSERT INTO people" in sql for sql in noted.writes("library-writer"))
    assert_nothing_slow(noted, tmp_path / "library")


def test_a_whole_afternoon_with_the_program(
    start: Callable[..., Program], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merging, a wrong face, the review, all searches, a face that is drawn, pages of figures, grouping and undo."""
    monkeypatch.setattr(scan_folder, "FIRST_GROUPING_SECONDS", 0.2)
    monkeypatch.setattr(scan_folder, "PICTURES_ON_THE_ROAD", 4)
    monkeypatch.setattr("app.ui.questions.PAUSE_MS", 200)
    monkeypatch.setattr("app.ui.edits.PAUSE_MS", 100)
    album = drawn_album(tmp_path / "photos")
    engine = Paced(album.engine())
    with watched() as noted:
        program = start(tmp_path / "library", engine)
        afternoon = Story(program, album)
        story.add_a_folder(program, album, engine)
        story.name_three(program)
        story.merge_two(program)
        story.reject_a_wrong_face(afternoon)
        story_answers.answer_by_keys(afternoon)
        story.search_by_a_pasted_picture(program, album)
        story.search_by_names(program)
        story.draw_a_missed_face(program)
        search_by_a_face_of_the_library(program)
        look_at_everything_of_a_person(program)
        story.look_at_statistics(program)
        story.export_a_person(program, tmp_path / "copies")
        take_a_step_of_the_history_back(program)
        group_again_and_undo(program)
    assert_nothing_slow(noted, tmp_path / "library")


def search_by_a_face_of_the_library(program: Program) -> None:
    """With the key for it, in the viewer."""
    window, canvas = program.window, program.window.viewer.canvas
    shortcut(program, Key.Key_1, CONTROL)
    grid = window.photos.grid
    program.wait(grid.isVisible)
    QTest.keyClick(grid, Key.Key_Home)
    QTest.keyClick(grid, Key.Key_Return)
    program.wait(lambda: bool(canvas.faces()))
    QTest.keyClick(canvas, Key.Key_Tab)
    QTest.keyClick(canvas, Key.Key_S)
    found = window.search.by_face
    program.wait(lambda: found.grid.isVisible() and found.model.rowCount() > 0)
    QTest.keyClick(found.grid, Key.Key_Home)


def look_at_everything_of_a_person(program: Program) -> None:
    """Photos, faces and years; a face becomes the cover."""
    story.open_person(program, "Anna")
    page = program.window.person
    for number in range(3):
        QTest.mouseClick(page.switch.button(number), Qt.MouseButton.LeftButton)
        program.read(page)
    QTest.mouseClick(page.switch.button(story.FACES), Qt.MouseButton.LeftButton)
    program.click_tile(page.face_grid, page.faces.rowCount() - 1)
    QTest.mouseClick(page.of_faces.cover, Qt.MouseButton.LeftButton)
    program.wait(lambda: "cover" in program.window.actions_.undo.text())


def take_a_step_of_the_history_back(program: Program) -> None:
    shortcut(program, Key.Key_H, CONTROL)
    steps = program.window.history.steps
    program.wait(lambda: steps.list.isVisible() and steps.take_back.isEnabled())
    count = steps.model.rowCount()
    QTest.keyClick(steps.list, Key.Key_Delete)
    program.wait(lambda: steps.model.rowCount() == count + 1)


def group_again_and_undo(program: Program) -> None:
    library = program.library
    program.window.actions_.group[Strictness.STRICT].trigger()
    program.press(program.dialog(GroupAgainDialog), "Close")
    for keys, wanted in ((CONTROL, Strictness.STRICT), (CONTROL | SHIFT, Strictness.NORMAL)):
        program.wait(lambda wanted=wanted: library.strictness() == wanted)  # type: ignore[misc]
        # What is offered depends on it.
        program.hear()
        shortcut(program, Key.Key_Z, keys)
    program.wait(lambda: library.strictness() == Strictness.STRICT)


def test_painting_a_grid_asks_no_sql_on_the_main_thread(program: Program) -> None:
    program.window.go(PhotosPlace())
    page = program.window.photos
    program.wait(lambda: page.model.rowCount() == 12)
    with watched() as noted:
        page.grid.repaint()
        page.model.fill(program.window.session.background.run(program.library.timeline, lambda _: None).result())
        page.grid.repaint()
        program.wait(lambda: page.model.photo(0) is not None)
        page.grid.select_rows([0])
        QTest.keyClick(page.grid, Qt.Key.Key_Down)
    assert noted.called("app.ui.delegates"), "cells were painted"
    assert noted.of_thread(MAIN) == []
    assert noted.called("sqlite3") == []


def test_what_is_looked_for_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(encode(draw_people(0).pixels))
    photo = Photo(PhotoId(1), RootId(1), file, str(file), 1, 4, 3, None, None, None, False, 0)
    with watched() as noted:
        library = open_library(tmp_path / "library", (), lambda event: None)
        assert isinstance(library, Library)
        read_picture(photo)
        Conditions(any_of=(Person(PersonId(1), "Anna", 0, 0, None, False, False),)).present(library)
        asked = noted.of_thread(MAIN)
        library.people()
        library.close()
    assert noted.writes(MAIN), "making the tables is a write of this thread"
    assert "app.decode.decode" in noted.calls
    assert noted.called("cv2") or noted.called("PIL")
    assert any(sql.startswith("SELECT") for sql in asked)
    assert noted.of_thread(MAIN) == asked, "what a test asks is not the program's"
