"""The Statistics page: every mark can be reached, read and opened without a mouse."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip

from app.library.library import Library
from app.library.records import FaceFilter
from app.ui.pages.statistics import StatisticsPage
from app.ui.places import PersonPlace, StatisticsPlace
from app.ui.widgets.plots import Plot
from app.vision.pretend import PretendEngine
from app.vision.threads import Vision
from app.work.jobs.scan_folder import ScanFolders
from app.work.runner import Runner
from tests.pictures import camera_exif, draw_people, encode
from tests.ui.program import Program

# Ada in 2001, 2001 and 2003, Ben in 2002 and 2003, Cleo on two photos without a date.
ALBUM = [((0,), 2001), ((0,), 2001), ((0, 1), 2003), ((1,), 2002), ((2,), None), ((2,), None)]
NAMES = {(3, True): "Ada", (2, True): "Ben", (2, False): "Cleo"}


@pytest.fixture(scope="session")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of these photos, nobody named; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("dated")
    (folder / "album").mkdir()
    for number, (who, year) in enumerate(ALBUM):
        exif = camera_exif(f"{year}:07:01 12:00:00") if year else None
        drawn = draw_people(*who, size=(640, 480), seed=number)
        (folder / "album" / f"{number}.jpg").write_bytes(encode(drawn.pixels, exif=exif))
    library, vision, runner = (
        Library.open(folder / "library"),
        Vision(PretendEngine()),
        Runner(lambda event: None),
    )
    runner.start(ScanFolders(library, vision, [folder / "album"])).future.result(60)
    runner.close()
    vision.close()
    library.close()
    return folder / "library"


@pytest.fixture
def unnamed(start: Callable[..., Program], dated: Path, tmp_path: Path) -> Program:
    shutil.copytree(dated, tmp_path / "library")
    return start(tmp_path / "library")


def shown(program: Program) -> StatisticsPage:
    program.window.go(StatisticsPlace())
    page = program.window.findChild(StatisticsPage)
    assert isinstance(page, StatisticsPage)
    return page


@pytest.fixture
def named(unnamed: Program) -> Program:
    library = unnamed.library
    for group in library.clusters():
        faces = library.faces(FaceFilter(cluster=group.id))
        dated = library.photo(faces[0].photo).taken_at is not None
        library.name(NAMES[len(faces), dated], clusters=[group.id]).result()
    return unnamed


@pytest.fixture
def page(named: Program) -> StatisticsPage:
    page = shown(named)
    named.wait(lambda: len(page.people.marks) == 3 and len(page.years.marks) == 4)
    return page


def tab_to(program: Program, plot: Plot) -> None:
    for _ in range(12):
        if plot.hasFocus():
            return
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    pytest.fail("Tab does not lead there")


def texts(plot: Plot) -> list[str]:
    return [mark.text for mark in plot.marks]


def test_marks_say_what_was_counted(page: StatisticsPage) -> None:
    assert texts(page.people)[0].startswith("Ada: 3 face")
    assert texts(page.people)[0].endswith(", 3 of them named by you")
    assert [text.split(" photo")[0] for text in texts(page.years)] == [
        "Ada in 2001: 2",
        "Ada in 2003: 1",
        "Ben in 2002: 1",
        "Ben in 2003: 1",
    ]
    assert [text.split(": ")[1] for text in texts(page.named)] == ["100 % of the faces had a name"]
    assert sum(page.quality._values) == 7


def test_tab_leads_from_plot_to_plot_and_return_opens_the_person(named: Program, page: StatisticsPage) -> None:
    page.setFocus()
    for plot in (page.people, page.years, page.named, page.quality):
        tab_to(named, plot)
    page.setFocus()
    tab_to(named, page.people)
    QTest.keyClick(page.people, Qt.Key.Key_Down)
    QTest.keyClick(page.people, Qt.Key.Key_Return)
    ada = named.library.find_person("Ada").id
    named.wait(lambda: named.window.place() == PersonPlace(ada))


def test_return_opens_nobody_before_an_arrow_pointed_somebody_out(named: Program, page: StatisticsPage) -> None:
    page.people.setFocus()
    QTest.keyClick(page.people, Qt.Key.Key_Return)
    assert named.window.place() == StatisticsPlace()


def test_the_arrow_keys_tell_each_mark_to_eyes_and_ears(page: StatisticsPage) -> None:
    page.years.setFocus()
    told = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(page.years, key)
        assert QToolTip.text() == page.years.accessibleDescription()
        told.append(QToolTip.text().split(":")[0])
    assert told == ["Ada in 2001", "Ada in 2003", "Ben in 2003", "Ada in 2003", "Ben in 2003", "Ada in 2001"]


def test_a_mark_out_of_sight_is_scrolled_to(named: Program, page: StatisticsPage) -> None:
    named.window.resize(700, 400)
    bar = page.area.verticalScrollBar()
    named.wait(lambda: bar.maximum() > 0)
    page.quality.setFocus()
    bar.setValue(0)
    QTest.keyClick(page.quality, Qt.Key.Key_Right)
    mark = page.quality.marks[0].rect.center().toPoint()
    where = page.quality.mapTo(page.area.viewport(), mark)
    assert page.area.viewport().rect().contains(where)


def test_a_tool_tip_says_what_is_under_the_pointer(page: StatisticsPage) -> None:
    mark = page.years.marks[2]
    where = mark.rect.center().toPoint()
    QApplication.sendEvent(page.years, QHelpEvent(QHelpEvent.Type.ToolTip, where, page.years.mapToGlobal(where)))
    assert QToolTip.text() == mark.text


def test_a_click_opens_the_person(named: Program, page: StatisticsPage) -> None:
    mark = next(mark for mark in page.years.marks if mark.text.startswith("Ben"))
    page.area.ensureWidgetVisible(page.years)
    QTest.mouseClick(page.years, Qt.MouseButton.LeftButton, pos=mark.rect.center().toPoint())
    assert named.window.place() == PersonPlace(named.library.find_person("Ben").id)


def test_screen_readers_are_told_what_each_plot_is_and_shows(page: StatisticsPage) -> None:
    for plot in (page.people, page.years, page.named, page.quality):
        accessible = QAccessible.queryAccessibleInterface(plot)
        assert accessible.text(QAccessible.Text.Name)
        assert accessible.text(QAccessible.Text.Description)
    description = QAccessible.queryAccessibleInterface(page.years).text(QAccessible.Text.Description)
    assert description.startswith("Ada: 3 ")
    assert "Ben: 2 " in description


def test_where_nobody_has_a_name_the_page_says_so(unnamed: Program) -> None:
    page = shown(unnamed)
    unnamed.wait(lambda: bool(page.quality.marks))
    said = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert said.count("Nobody has a name yet.") == 2
    assert not page.people.isVisible()
    assert not page.years.isVisible()


def test_an_empty_library_says_what_to_do(program: Program) -> None:
    library = program.library
    library.forget(library.roots()[0].path).result()
    page = shown(program)
    program.wait(lambda: page._content.currentWidget() is page._empty and "Nothing" in page._empty._title.text())
    assert "Add a photo folder" in page._empty._text.text()


def test_naming_one_more_is_shown_at_once_and_where_the_keys_are_stays(named: Program, page: StatisticsPage) -> None:
    page.quality.setFocus()
    QTest.keyClick(page.quality, Qt.Key.Key_Right)
    current = page.quality._current
    named.library.rename(named.library.find_person("Cleo").id, "Clementine").result()
    named.wait(lambda: any(text.startswith("Clementine") for text in texts(page.people)))
    assert (page.quality._current, page.quality.hasFocus()) == (current, True)
