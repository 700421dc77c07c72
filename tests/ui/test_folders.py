"""The photo folders in the window, and drives that do not answer."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from app.decode import Picture
from app.errors import AppError
from app.library.library import Library
from app.library.records import FaceFilter, Photo, Root, RootId
from app.ui import folders, photo_reader
from app.ui.background import FILE_THREADS
from app.ui.conditions import Conditions
from app.ui.engines import Engines, ModelCard
from app.ui.places import PeoplePlace, PhotoPlace, PhotosPlace, SettingsPlace
from app.ui.widgets.face_button import FaceButton
from tests.pictures import draw_people, encode
from tests.ui.program import Program


@pytest.fixture
def answers() -> Iterator[threading.Event]:
    """Whether the drive answers by now."""
    event = threading.Event()
    yield event
    event.set()


def test_the_window_comes_up_and_its_pages_are_read_while_a_drive_does_not_answer(
    start: Callable[..., Program],
    scanned: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answers: threading.Event,
) -> None:
    away = folders._away
    looked: list[int] = []

    def look(roots: list[Root]) -> frozenset[RootId]:
        looked.append(len(roots))
        answers.wait(60)
        return away(roots)

    def read_picture(*_: object) -> None:
        answers.wait(60)
        raise AppError("The drive does not answer.")

    monkeypatch.setattr(folders, "_away", look)
    monkeypatch.setattr(photo_reader, "read_picture", read_picture)
    shutil.copytree(scanned, tmp_path / "library")
    program = start(tmp_path / "library")
    window = program.window
    program.wait(lambda: window.sidebar.isVisible() and len(program.groups()) == 4)
    window.go(PhotosPlace())
    program.wait(lambda: window.photos.model.rowCount() == 12)
    QTest.keyClick(window.photos.grid, Qt.Key.Key_Home)
    QTest.keyClick(window.photos.grid, Qt.Key.Key_Return)
    for _ in range(6):
        QTest.keyClick(window.viewer.canvas, Qt.Key.Key_Space)
    program.library.name("Anna", clusters=[program.library.clusters()[0].id]).result()
    window.go(PeoplePlace())
    program.wait(lambda: "Anna" in program.people())
    face = program.library.faces(FaceFilter(person=program.library.find_person("Anna").id))[0]
    window.search_face(face.id)
    program.wait(lambda: window.search.by_face.model.rowCount() > 0)
    window.search_photos(Conditions(any_of=(program.library.find_person("Anna"),)))
    program.wait(lambda: window.search.by_people.model.rowCount() == 6)
    for _ in range(5):
        window.session.folders.read()
        program.read(window.people)
    assert looked == [1], "a drive that does not answer is not asked again"
    answers.set()


def test_a_photo_opens_while_another_drive_does_not_answer(
    program: Program, tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch, answers: threading.Event
) -> None:
    healthy = tmp_path / "healthy"
    healthy.mkdir()
    (healthy / "new.jpg").write_bytes(encode(draw_people(7, seed=3).pixels))
    window, library = program.window, program.library
    window.scan([healthy])
    program.idle()
    (new,) = (photo for photo in library.photos(library.photo_ids().tolist()) if photo.path.parent == healthy)
    begun: list[Photo] = []
    read_now = photo_reader.read_picture

    def read_picture(photo: Photo, at_most: int) -> Picture:
        if photo.path.parent == photos:
            begun.append(photo)
            answers.wait(60)
        return read_now(photo, at_most)

    monkeypatch.setattr(photo_reader, "read_picture", read_picture)
    others = [number for number in library.photo_ids().tolist() if number != new.id][: FILE_THREADS + 2]
    window.go(PhotoPlace(np.array([*others, new.id]), 0))
    viewer = window.viewer
    for number in range(len(others)):
        program.wait(lambda number=number: len(begun) > min(number, FILE_THREADS - 1))  # type: ignore[misc]
        QTest.keyClick(viewer.canvas, Qt.Key.Key_Space)
    program.wait(lambda: viewer._photo == new)
    assert viewer.canvas._image is not None
    assert len(viewer.canvas.faces()) == 1
    assert [button.text() for button in viewer.details.findChildren(FaceButton)] == ["Who is this?"]
    assert not answers.is_set()
    QTest.keyClick(viewer.canvas, Qt.Key.Key_PageUp)
    answers.set()
    program.wait(lambda: viewer._photo is not None and viewer._photo.id == others[-1])
    assert viewer.canvas._image is not None


def test_a_drive_that_does_not_answer_keeps_nobody_from_closing_the_program(
    program: Program, answers: threading.Event
) -> None:
    files, ended = program.window.session.files, threading.Event()
    files._closing_seconds = 0.05
    for _ in range(FILE_THREADS):
        files.run(lambda: answers.wait(60), lambda _: None)
    files.run(ended.set, lambda _: None)
    program.stack.close()
    assert not answers.is_set()
    # Nobody has the library any more.
    Library.open(program.library.folder).close()
    answers.set()
    for thread in files._threads:
        thread.join()
    assert not ended.is_set(), "what was not begun is dropped"


def test_a_folder_that_cannot_even_be_asked_about_is_out_of_reach(program: Program) -> None:
    """As on a network drive whose server is gone."""
    program.library.add_root(Path("/") / ("far away " * 40))
    sidebar, session = program.window.sidebar, program.window.session
    program.wait(lambda: len(session.folders.away) == 1)
    assert sidebar.item(sidebar.count() - 2).font().italic()
    assert program.crashes.pending() is None


def test_a_folder_that_is_added_while_others_are_looked_for_is_looked_for_after_them(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: threading.Event
) -> None:
    away, session = folders._away, program.window.session
    program.wait(lambda: session.folders._looking is not None and session.folders._looking.done())
    program.hear()

    def look(roots: list[Root]) -> frozenset[RootId]:
        answers.wait(60)
        return away(roots)

    monkeypatch.setattr(folders, "_away", look)
    session.folders.read()
    program.wait(lambda: session.folders._looking is not None and not session.folders._looking.done())
    program.library.add_root(tmp_path / "gone")
    program.wait(lambda: len(session.folders.roots or ()) == 2)
    answers.set()
    program.wait(lambda: len(session.folders.away) == 1)


def test_a_model_is_read_from_its_file_while_pages_are_read_on(program: Program, tmp_path: Path) -> None:
    threads: list[str] = []

    def add(file: Path) -> ModelCard:
        threads.append(threading.current_thread().name)
        raise AppError("This file is no model.")

    session = program.window.session
    object.__setattr__(session, "engines", Engines(session.engines.models, add, session.engines.why_no_gpu))
    program.window.go(SettingsPlace())
    QTest.mouseClick(program.window.settings.models.add_button, Qt.MouseButton.LeftButton)
    dialog = program.dialog(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "model.tflite"))
    dialog.reject()
    program.wait(lambda: program.window.messages.text == "This file is no model.")
    assert [name.rpartition("_")[0] for name in threads] == ["kinfolio-files"]


def test_the_menu_of_a_folder_compares_every_file(start: Callable[..., Program], tmp_path: Path) -> None:
    photos, size = tmp_path / "photos", 100_000
    photos.mkdir()
    file = photos / "a.jpg"
    file.write_bytes(encode(draw_people(1, seed=1).pixels).ljust(size, b"\0"))
    before = file.stat()
    program = start(tmp_path / "library", scan=[photos])
    program.idle()
    file.write_bytes(encode(draw_people(1, 2, seed=2).pixels).ljust(size, b"\0"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    (root,) = program.library.roots()
    program.window.sidebar.folder_menu.emit(root, QPoint())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(action for action in menu.actions() if action.text() == "Scan again and compare every file")
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    program.wait(lambda: program.library.counts().faces == 2)
