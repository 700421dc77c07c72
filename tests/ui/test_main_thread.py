"""The window never waits: what is slow happens on other threads, also while a scan runs and names are typed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app import decode
from app.library.library import Library
from app.ui.places import PeoplePlace, PhotosPlace
from app.vision.pretend import PretendEngine
from tests.pictures import draw_people, encode
from tests.ui.main_thread import watched
from tests.ui.program import Program

MAIN = threading.main_thread().name
# What decodes a photo, and the models; the pretend engine stands where a real one would.
DECODING = ("app.decode", "app.crops", "cv2", "PIL")
MODELS = ("app.vision.pretend", "app.vision.facenet", "facenet_core", "ai_edge_litert", "tensorflow")
# Made where a scan begins, to say at once where there is no model: it loads nothing.
KNOWN_AT_ONCE = ("app.vision.pretend.PretendEngine.__init__", "app.vision.pretend.PretendEngine.info")

# Read where a scan begins: which model is wanted.
OF_ONE_ROW = ("FROM state WHERE key =", "FROM engines WHERE id =")


def test_the_main_thread_writes_no_sql_decodes_no_photo_and_calls_no_model(
    start: Callable[..., Program], photos: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    for number in range(12):
        data = encode(draw_people(0, 1 + number % 3, size=(640, 480), seed=100 + number).pixels)
        (more / f"{number}.jpg").write_bytes(data)
    with watched() as noted:
        program = start(tmp_path / "library", PretendEngine())
        # The tables are made, and brought up to date, before there is a window.
        noted.sql.clear()
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
    assert noted.called("app.ui.widgets.grid_view"), "the calls of this thread were noted"
    assert noted.writes(MAIN) == []
    others = {sql for sql in noted.of_thread(MAIN) if not any(small in sql for small in OF_ONE_ROW)}
    assert others == set(), "what is asked here has to be answered at once"
    assert noted.called(*DECODING) == []
    assert [call for call in noted.called(*MODELS) if call not in KNOWN_AT_ONCE] == []


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
    with watched() as noted:
        library = Library.open(tmp_path / "library", writable=True)
        library.add_root(tmp_path)
        decode.decode(encode(draw_people(0).pixels))
        library.people()
        library.close()
    assert noted.writes(MAIN), "making the tables is a write of this thread"
    assert "app.decode.decode" in noted.calls
    assert noted.called("cv2") or noted.called("PIL")
    assert any(name == MAIN and sql.startswith("SELECT") for name, sql in noted.sql)
