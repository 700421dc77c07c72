"""The Photos page: months, years, filters that hold together, and what can be done with photos."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMenu

from app.events import LibraryChanged
from app.library.library import Library
from app.library.records import PhotoFilter
from app.library.timeline import Month, Timeline
from app.ui.pages.photos import PhotosPage
from app.ui.places import PhotoPlace, PhotosPlace
from app.vision.pretend import PretendEngine
from app.vision.threads import Vision
from app.work.jobs.scan_folder import ScanFolders
from app.work.runner import Runner
from tests.pictures import blank, camera_exif, draw_people, encode
from tests.ui.program import Program

# Who is on the photos of which month; nobody at all on the last one.
MONTHS = {
    "2024:08": [(0,), (0, 1)],
    "2024:03": [(1,), (0,), (2,)],
    "2009:12": [(1,), (2,), (1, 2), (0,)] * 8,
    "1999:01": [(2,), ()],
}
COUNT = sum(len(photos) for photos in MONTHS.values()) + 2


@pytest.fixture(scope="session")
def dated_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos of four months and three people, one without a date and one that is broken."""
    folder = tmp_path_factory.mktemp("dated") / "album"
    folder.mkdir()
    for month, photos in MONTHS.items():
        for number, people in enumerate(photos):
            seed = number + int(month[:4])
            pixels = draw_people(*people, seed=seed).pixels if people else blank(seed=seed)
            exif = camera_exif(f"{month}:{28 - number % 28:02} 10:00:{59 - number:02}", place=None)
            (folder / f"{month.replace(':', '-')}-{number:02}.jpg").write_bytes(encode(pixels, exif=exif))
    (folder / "undated.jpg").write_bytes(encode(draw_people(0, seed=99).pixels))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    return folder


@pytest.fixture(scope="session")
def dated(tmp_path_factory: pytest.TempPathFactory, dated_photos: Path) -> Path:
    folder = tmp_path_factory.mktemp("dated-library") / "library"
    library = Library.open(folder)
    vision = Vision(PretendEngine())
    runner = Runner(lambda event: None)
    runner.start(ScanFolders(library, vision, [dated_photos], decoders=1)).future.result(60)
    groups = sorted(library.clusters(), key=lambda group: -group.faces)
    for name, group in zip(("Anna", "Bert", "Cleo"), groups, strict=True):
        library.name(name, clusters=[group.id]).result()
    runner.close()
    vision.close()
    library.close()
    return folder


@pytest.fixture
def album(start: Callable[..., Program], dated: Path, tmp_path: Path) -> Program:
    shutil.copytree(dated, tmp_path / "library")
    program = start(tmp_path / "library")
    program.window.go(PhotosPlace())
    program.wait(lambda: program.window.photos.model.rowCount() == COUNT)
    return program


def choose(box: QComboBox, text: str) -> None:
    """Types until the entry is reached, as a user would who does not look."""
    box.setFocus()
    QTest.keyClicks(box, text)
    assert box.currentText() == text


def add_person(program: Program, name: str) -> None:
    edit = program.window.photos.filters.people.edit
    edit.setFocus()
    QTest.keyClicks(edit, name)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def headings(page: PhotosPage) -> list[tuple[str, int]]:
    return [(section.title, section.count) for section in page.model.sections()]


def menu(program: Program, row: int) -> QMenu:
    """Opens the menu of a photo with the key for it."""
    grid = program.window.photos.grid
    grid.setFocus()
    grid.select_rows([row])
    program.wait(lambda: program.window.photos.model.photo(row) is not None)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), grid.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(grid.viewport(), event)
    return program.dialog(QMenu)


def entry(menu: QMenu, text: str) -> None:
    action = next(action for action in menu.actions() if text in action.text())
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_photos_stand_under_their_months_newest_first(album: Program) -> None:
    assert headings(album.window.photos) == [
        ("August 2024", 2),
        ("March 2024", 3),
        ("December 2009", 32),
        ("January 1999", 2),
        ("Without a date", 2),
    ]


def test_a_year_is_one_click_away(album: Program) -> None:
    page = album.window.photos
    years = [page.years.item(place).text() for place in range(page.years.count())]
    assert years == ["2024", "2009", "1999", "No date"]
    item = page.years.visualItemRect(page.years.item(1))
    QTest.mouseClick(page.years.viewport(), Qt.MouseButton.LeftButton, pos=item.center())
    assert page.grid.top_row() == page.grid.currentIndex().row() == 5
    assert page.years.currentItem().text() == "2009"


def test_years_are_walked_with_the_keyboard_which_goes_on_in_the_grid(album: Program) -> None:
    page = album.window.photos
    page.years.setFocus()
    rows = []
    for _ in range(3):
        QTest.keyClick(page.years, Qt.Key.Key_Down)
        rows.append(page.grid.currentIndex().row())
    assert rows == [5, 37, 39], "also the years that are too short to fill the window"
    QTest.keyClick(page.years, Qt.Key.Key_Up)
    QTest.keyClick(page.years, Qt.Key.Key_Return)
    assert page.grid.hasFocus()
    QTest.keyClick(page.grid, Qt.Key.Key_Right)
    assert page.grid.selected_rows() == [38]


def test_the_year_that_is_looked_at_is_marked(album: Program) -> None:
    page = album.window.photos
    page.grid.setFocus()
    page.grid.go_to(0)
    assert page.years.currentItem().text() == "2024"
    QTest.keyClick(page.grid, Qt.Key.Key_PageDown)
    QTest.keyClick(page.grid, Qt.Key.Key_PageDown)
    assert page.years.currentItem().text() == "2009"


def test_filters_hold_together_and_one_button_takes_them_all_back(album: Program) -> None:
    page = album.window.photos
    filters, model = page.filters, page.model
    assert not filters.show_all.isVisible()
    add_person(album, "anna")
    album.wait(filters.show_all.isVisible)
    of_anna = filters.people.people()[0].photos
    album.wait(lambda: model.rowCount() == of_anna)
    add_person(album, "be")
    album.wait(lambda: model.rowCount() > of_anna)
    QTest.keyClicks(filters.taken_from, "2009")
    QTest.keyClicks(filters.taken_to, "3/2024")
    album.wait(lambda: [title for title, _ in headings(page)] == ["March 2024", "December 2009"])
    choose(filters.kind, "Without faces")
    album.wait(lambda: model.rowCount() == 0)
    QTest.keyClick(filters.kind, Qt.Key.Key_Home)
    album.wait(lambda: model.rowCount() > 0)
    QTest.mouseClick(filters.show_all, Qt.MouseButton.LeftButton)
    album.wait(lambda: model.rowCount() == COUNT)
    assert not filters.show_all.isVisible()
    assert (filters.taken_from.text(), filters.people.people()) == ("", ())


def test_a_span_given_the_wrong_way_round_is_the_same_span(album: Program) -> None:
    page = album.window.photos
    QTest.keyClicks(page.filters.taken_from, "2024")
    QTest.keyClicks(page.filters.taken_to, "2009")
    album.wait(lambda: page.model.rowCount() == 37)


def test_what_is_no_date_filters_nothing_and_is_said(album: Program) -> None:
    page = album.window.photos
    QTest.keyClicks(page.filters.taken_from, "in spring")
    QTest.keyClick(page.filters.taken_from, Qt.Key.Key_Return)
    album.wait(lambda: album.window.messages.text.startswith("“in spring” is no date."))
    assert not page.filters.is_on()


def test_an_empty_page_says_which_filters_are_on_and_takes_them_back(album: Program) -> None:
    page = album.window.photos
    add_person(album, "Anna")
    album.wait(page.filters.show_all.isVisible)
    choose(page.filters.kind, "Could not be read")
    album.wait(page.show_all.isVisible)
    assert page._empty._text.text() == "Could not be read  ·  Photos with Anna"
    QTest.mouseClick(page.show_all, Qt.MouseButton.LeftButton)
    album.wait(lambda: page.grid.isVisible() and page.model.rowCount() == COUNT)


def test_a_person_who_is_asked_for_is_followed_through_a_merge(album: Program) -> None:
    page = album.window.photos
    add_person(album, "Bert")
    album.wait(lambda: len(page.filters.people.people()) == 1)
    bert = page.filters.people.people()[0].id
    anna = album.library.find_person("Anna")
    album.library.merge([anna.id, bert]).result()
    album.wait(lambda: [person.id for person in page.filters.people.people()] == [anna.id])
    both = album.library.person(anna.id).photos
    album.wait(lambda: page.model.rowCount() == both)


def test_the_file_path_is_copied(album: Program, dated_photos: Path) -> None:
    entry(menu(album, 0), "Copy the path of the file")
    album.wait(lambda: QGuiApplication.clipboard().text() == str(dated_photos / "2024-08-00.jpg"))


def test_a_collage_is_told_to_be_one_and_undo_takes_it_back(album: Program) -> None:
    page = album.window.photos
    photo = page.model.photo_id(3)
    entry(menu(album, 3), "One person may appear twice")
    album.wait(lambda: album.library.photo(photo).repeats_allowed)
    album.wait(lambda: bool(page.model.photo(3)) and page.model.photo(3).repeats_allowed)  # type: ignore[union-attr]
    shown = menu(album, 3)
    action = next(action for action in shown.actions() if "twice" in action.text())
    assert action.isChecked()
    shown.close()
    album.window.actions_.undo.trigger()
    album.wait(lambda: not album.library.photo(photo).repeats_allowed)


def test_a_whole_month_is_selected_from_the_keyboard(album: Program) -> None:
    entry(menu(album, 3), "Select all of “March 2024”")
    assert album.window.photos.grid.selected_rows() == [2, 3, 4]


def test_the_menu_of_a_million_photos_offers_no_million_of_paths(album: Program) -> None:
    page, count = album.window.photos, 1_000_000
    page.model.fill(Timeline(np.arange(1, count + 1), (Month(None, count),)))
    page.grid.setFocus()
    QTest.keyClick(page.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), page.grid.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(page.grid.viewport(), event)
    shown = album.dialog(QMenu)
    enabled = {action.text(): action.isEnabled() for action in shown.actions()}
    assert enabled["Open"]
    assert not enabled["Copy the paths of the files"]
    shown.close()


def test_the_paths_of_several_files_are_copied(album: Program, dated_photos: Path) -> None:
    page = album.window.photos
    page.grid.setFocus()
    page.grid.select_rows([0, 1])
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), page.grid.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(page.grid.viewport(), event)
    entry(album.dialog(QMenu), "Copy the paths of the files")
    paths = [album.library.photo(page.model.photo_id(row)).path for row in (0, 1)]
    album.wait(lambda: QGuiApplication.clipboard().text() == "\n".join(map(str, paths)))
    assert {path.parent for path in paths} == {dated_photos}


def test_photos_of_a_drive_that_is_away_are_greyed_and_stay(
    start: Callable[..., Program], dated: Path, dated_photos: Path, tmp_path: Path
) -> None:
    shutil.copytree(dated, tmp_path / "library")
    away = dated_photos.rename(dated_photos.with_name("elsewhere"))
    try:
        program = start(tmp_path / "library")
        program.window.go(PhotosPlace())
        model = program.window.photos.model
        program.wait(lambda: model.rowCount() == COUNT)
        told = Qt.ItemDataRole.AccessibleTextRole
        program.wait(lambda: "out of reach" in str(model.index(0).data(told)))
    finally:
        away.rename(dated_photos)


def test_a_page_that_takes_long_to_read_is_shown_while_a_scan_changes_it_all_the_time(
    album: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, library, bridge = album.window.photos, album.library, album.window.session.bridge
    timeline, reading, may_end, readings = library.timeline, threading.Event(), threading.Event(), []

    def slow(which: PhotoFilter) -> Timeline:
        readings.append(which)
        reading.set()
        may_end.wait(30)
        found = timeline(which)
        return Timeline(found.ids[1:], (Month(None, len(found.ids) - 1),))

    def change() -> None:
        bridge.publish(LibraryChanged(photos=frozenset([1])))
        album.hear()

    monkeypatch.setattr(library, "timeline", slow)
    page._interval = 0.0
    change()
    album.wait(reading.is_set)
    # Each time it would be time to read again, and a thread is free for it.
    for _ in range(10):
        change()
        album.wait(lambda: not page._timer.isActive())
        album.window.session.background.run(lambda: None, lambda _: None).result(10)
    assert len(readings) == 1
    may_end.set()
    album.wait(lambda: page.model.rowCount() == COUNT - 1)
    album.wait(lambda: len(readings) > 1)


def test_filters_wrap_where_the_window_is_narrow(album: Program) -> None:
    filters = album.window.photos.filters
    for name in ("Anna", "Bert", "Cleo"):
        add_person(album, name)
        album.wait(lambda name=name: [one.name for one in filters.people.people()][-1:] == [name])  # type: ignore[misc]
    album.window.resize(1400, 700)
    album.wait(lambda: album.window.width() == 1400)
    wide = filters.height()
    album.window.resize(560, 700)
    album.wait(lambda: filters.height() > wide)
    shown = [filters.kind, filters.taken_from, filters.taken_to, *filters.people.chips(), filters.show_all]
    assert all(filters.rect().contains(w.rect().translated(w.mapTo(filters, QPoint()))) for w in shown)


def test_a_menu_is_about_the_photo_it_was_opened_for_though_others_go_meanwhile(album: Program) -> None:
    page = album.window.photos
    second, third = page.model.photo_id(2), page.model.photo_id(3)
    shown = menu(album, 3)
    # As if the first two photos had left the library; the page is read anew only when it changes.
    rest = album.library.timeline(PhotoFilter(taken_to=date(2024, 7, 31)))
    page.model.fill(rest)
    assert page.model.photo_id(0) == second
    entry(shown, "Select all of “March 2024”")
    assert page.grid.selected_rows() == [0, 1, 2]
    shown = menu(album, 1)
    page.model.fill(Timeline(rest.ids[1:], (Month(None, len(rest.ids) - 1),)))
    entry(shown, "Open")
    place = album.window.place()
    assert isinstance(place, PhotoPlace)
    assert place.photos[place.row] == third


def test_a_menu_for_a_photo_that_is_gone_does_nothing(album: Program) -> None:
    page = album.window.photos
    shown = menu(album, COUNT - 1)
    ids = page.model.keys()[:-1]
    page.model.fill(Timeline(ids, (Month(None, len(ids)),)))
    entry(shown, "Open")
    assert album.window.place() == PhotosPlace()
