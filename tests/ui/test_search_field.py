"""The search field of the window: names, folders, years, and pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.library.library import Library
from app.library.records import Folder
from app.ui.models.grid_model import Role
from app.ui.places import PeoplePlace, PersonPlace, PhotosPlace, SearchPlace
from app.ui.widgets.search_field import SearchField
from tests.pictures import draw_people, encode
from tests.ui.program import Program, drop

NAMES = ("Anna Maria", "Ben", "Carl", "Dora")


@pytest.fixture
def named(program: Program) -> Program:
    for name, group in zip(NAMES, program.library.clusters(), strict=True):
        program.library.name(name, clusters=[group.id]).result(10)
    program.wait(lambda: len(program.people()) == 4)
    return program


def field_of(program: Program) -> SearchField:
    return program.window.search_field


def find(program: Program, text: str) -> SearchField:
    """Ctrl+F and typing, wherever the keyboard was; on People it leads to the filter first."""
    for _ in range(2 if program.window.people.isVisible() else 1):
        QTest.keyClick(program.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    field = field_of(program)
    assert field.hasFocus()
    QTest.keyClicks(field, text)
    return field


def offered(program: Program) -> list[str]:
    model = field_of(program)._model
    return [model.index(row).data() for row in range(model.rowCount())]


def number_of(library: Library, name: str) -> int:
    return library.people_called(name)[0].id


def test_a_name_opens_the_person_with_the_keyboard_alone(named: Program) -> None:
    field = find(named, "mar")
    named.wait(lambda: field.suggestions.isVisible() and offered(named) == ["Anna Maria"])
    assert field.highlighted() is not None, "what Return takes is seen"
    QTest.keyClick(field, Qt.Key.Key_Return)
    named.wait(lambda: named.window.place() == PersonPlace(number_of(named.library, "Anna Maria")))  # type: ignore[arg-type]
    assert field.text() == ""
    assert not field.hasFocus()
    assert not field.suggestions.isVisible()


def test_who_is_hidden_is_offered_only_while_hidden_people_are_shown(named: Program) -> None:
    anna = number_of(named.library, "Anna Maria")
    named.library.set_hidden(anna, True).result()  # type: ignore[arg-type]
    field = find(named, "mar")
    QTest.keyClick(field, Qt.Key.Key_Return)
    said = "Anna Maria is hidden. View > Hidden people shows them."
    named.wait(lambda: named.window.messages.text == said)
    assert offered(named) == []
    named.window.messages.hide()
    # As one of several.
    field.clear()
    QTest.keyClicks(field, "mar, Ben")
    QTest.keyClick(field, Qt.Key.Key_Return)
    named.wait(lambda: named.window.messages.isVisible() and named.window.messages.text == said)
    field.clear()
    QTest.keyClicks(field, "mar")
    named.window.actions_.hidden.trigger()
    QTest.keyClick(field, Qt.Key.Key_Return)
    named.wait(lambda: named.window.place() == PersonPlace(anna))  # type: ignore[arg-type]


def test_return_waits_for_the_person_that_is_meant_however_fast_one_types(named: Program) -> None:
    field = find(named, "b")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, "carl")
    QTest.keyClick(field, Qt.Key.Key_Return)
    named.wait(lambda: named.window.place() == PersonPlace(number_of(named.library, "Carl")))  # type: ignore[arg-type]


def test_the_arrow_keys_choose_among_what_is_offered(named: Program) -> None:
    field = find(named, "")
    QTest.keyClick(field, Qt.Key.Key_Down)
    named.wait(lambda: field.suggestions.isVisible() and len(offered(named)) == 4)
    assert offered(named) == list(reversed(NAMES)), "those named last come first"
    for _ in range(2):
        QTest.keyClick(field.suggestions, Qt.Key.Key_Down)
    QTest.keyClick(field.suggestions, Qt.Key.Key_Return)
    named.wait(lambda: named.window.place() == PersonPlace(number_of(named.library, "Carl")))  # type: ignore[arg-type]


def test_several_names_search_for_photos_with_all_of_them(named: Program) -> None:
    field = find(named, "anna, be")
    QTest.keyClick(field, Qt.Key.Key_Return)
    page = named.window.search.by_people
    named.wait(lambda: page.isVisible() and page.model.rowCount() == 2)
    assert named.window.place() == SearchPlace()
    assert page._sentence.text() == "Photos with Anna Maria and Ben"


def test_a_comma_takes_what_is_highlighted_and_waits_for_the_next_name(named: Program) -> None:
    # Two people of one name: the one that was chosen is meant.
    named.library.rename(number_of(named.library, "Carl"), "Ben").result(10)  # type: ignore[arg-type]
    field = find(named, "ben")
    named.wait(lambda: field.suggestions.isVisible() and offered(named) == ["Ben", "Ben"])
    QTest.keyClick(field.suggestions, Qt.Key.Key_Down)
    chosen = field.highlighted()
    QTest.keyClicks(field.suggestions, ",")
    assert field.text() == "Ben, "
    QTest.keyClicks(field, "dor")
    QTest.keyClick(field, Qt.Key.Key_Return)
    page = named.window.search.by_people
    named.wait(lambda: page.isVisible() and len(page.all_of.people()) == 2)
    assert [one.id for one in page.all_of.people()] == [chosen.id, number_of(named.library, "Dora")]  # type: ignore[union-attr]


def test_a_folder_opens_and_a_year_lists_its_photos(named: Program, photos: Path) -> None:
    root = named.library.roots()[0]
    field = find(named, "fam")
    named.wait(lambda: offered(named) == [photos.name])
    QTest.keyClick(field, Qt.Key.Key_Return)
    named.wait(lambda: named.window.place() == PhotosPlace(root.id))
    # Photos without a date are of the year of their file.
    year = str(datetime.fromtimestamp((photos / "photo00.jpg").stat().st_mtime, UTC).year)
    field = find(named, year)
    named.wait(lambda: offered(named) == [year])
    model = field._model
    assert model.index(0).data(Role.FACE) is None
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith(f"Year {year}, ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    page = named.window.search.by_people
    named.wait(lambda: page.model.rowCount() == 12)
    assert page._sentence.text() == f"Photos taken in {year}"


def test_people_are_offered_before_the_folders_are_found_and_keep_the_highlight(
    named: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    named.library.rename(number_of(named.library, "Ben"), "Anton").result(10)  # type: ignore[arg-type]
    may_find = threading.Event()
    asked: list[tuple[str, ...]] = []

    def slowly(*texts: str, limit: int) -> list[Folder]:
        asked.append(texts)
        may_find.wait(10)
        return [Folder(named.library.roots()[0].id, Path("/anchor"), b"", 1)]

    monkeypatch.setattr(named.library, "folders_called", slowly)
    # More than the threads that look for folders.
    field = field_of(named)
    for text in ("Ca", "Do", "An"):
        find(named, text)
        named.wait(lambda text=text: field.suggestions.isVisible() and offered(named)[0].startswith(text))  # type: ignore[misc]
    people = sorted(offered(named))
    assert people == ["Anna Maria", "Anton"]
    QTest.keyClick(field.suggestions, Qt.Key.Key_Down)
    may_find.set()
    named.wait(lambda: sorted(offered(named)) == [*people, "anchor"])
    assert field.suggestions.currentIndex().row() == 1
    field.forget()
    QTest.keyClicks(field, "Carl, x")
    named.wait(lambda: ("Carl, x", "x") in asked and offered(named) == ["anchor"])
    assert asked.count(("Carl, x", "x")) == 1


def test_a_list_that_was_closed_stays_closed_when_folders_are_found(
    named: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_find, found = threading.Event(), threading.Event()

    def slowly(*texts: str, limit: int) -> list[Folder]:
        may_find.wait(10)
        found.set()
        return [Folder(named.library.roots()[0].id, Path("/anchor"), b"", 1)]

    monkeypatch.setattr(named.library, "folders_called", slowly)
    field = find(named, "an")
    named.wait(field.suggestions.isVisible)
    QTest.keyClick(field.suggestions, Qt.Key.Key_Escape)
    may_find.set()
    named.wait(lambda: offered(named) == ["Anna Maria", "anchor"])
    assert not field.suggestions.isVisible()


def test_what_was_typed_goes_when_another_page_is_chosen(named: Program) -> None:
    field = find(named, "ann")
    named.wait(field.suggestions.isVisible)
    QTest.keyClick(field.suggestions, Qt.Key.Key_Escape)
    named.window.sidebar.setFocus()
    QTest.keyClick(named.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert named.window.place() == PhotosPlace()
    assert field.text() == ""
    QTest.keyClicks(find(named, "be"), "n")
    named.window.actions_.back.trigger()
    assert field.text() == ""


def test_a_folder_in_a_folder_leads_to_the_photos_in_it_and_below_it(named: Program, tmp_path: Path) -> None:
    album = tmp_path / "Album"
    for number, name in enumerate(("2014 Trips/Italy/Rome", "2014 Trips/Italy", "2014 Trips")):
        (album / name).mkdir(parents=True, exist_ok=True)
        (album / name / f"{number}.jpg").write_bytes(encode(draw_people(0, seed=90 + number).pixels))
    named.window.scan([album])
    named.idle()
    named.wait(lambda: len(named.window.session.folders.roots or ()) == 2)
    field, window = find(named, "tal"), named.window
    named.wait(lambda: offered(named) == ["Italy"])
    assert field._model.index(0).data(Role.DETAIL) == "2014 Trips · 2 photos"
    QTest.keyClick(field, Qt.Key.Key_Return)
    named.wait(lambda: window.photos.isVisible() and window.photos.model.rowCount() == 2)
    root = next(root for root in named.library.roots() if root.path == album)
    assert window.place() == PhotosPlace(root.id, b"2014 Trips/Italy/")
    assert window._tools.title.text() == "Italy"
    assert window.sidebar.currentItem().text() == "Album"
    window.go(PhotosPlace(root.id))
    named.wait(lambda: window.photos.model.rowCount() == 3)
    # With a person, and in the list of folders as long as it is the one that is wanted.
    field = find(named, "Anna, rome")
    QTest.keyClick(field, Qt.Key.Key_Return)
    page = window.search.by_people
    named.wait(lambda: page.isVisible() and page._sentence.text() == "Photos with Anna Maria, in the folder Rome")
    assert page.folder.currentText() == "Rome"
    page.folder.setCurrentIndex(0)
    named.wait(lambda: page._sentence.text() == "Photos with Anna Maria")


def test_a_name_that_nobody_has_is_said_and_stays_to_be_mended(named: Program) -> None:
    field = find(named, "Anna, Zoe")
    QTest.keyClick(field, Qt.Key.Key_Return)
    named.wait(lambda: "Nobody is called “Zoe”" in named.window.messages.text)
    assert field.text() == "Anna, Zoe"
    assert named.window.place() == PeoplePlace()
    field = find(named, "Zoe, Anna")
    QTest.keyClick(field, Qt.Key.Key_Return)
    named.wait(lambda: "Nobody is called “Zoe”" in named.window.messages.text)


def test_where_nothing_is_found_a_line_says_so_that_cannot_be_chosen(named: Program) -> None:
    field = find(named, "Zo")
    named.wait(lambda: field.suggestions.isVisible() and offered(named) == ["Nothing found"])
    assert field.highlighted() is None
    QTest.keyClick(field.suggestions, Qt.Key.Key_Down)
    assert field.highlighted() is None
    line = field.suggestions.visualRect(field.suggestions.model().index(0, 0))
    QTest.mouseClick(field.suggestions.viewport(), Qt.MouseButton.LeftButton, pos=line.center())
    assert (named.window.place(), field.text()) == (PeoplePlace(), "Zo")
    field.setFocus()
    QTest.keyClicks(field, "e")
    named.wait(lambda: field.suggestions.isVisible() and offered(named) == ["Nothing found"])
    QTest.keyClick(field.suggestions, Qt.Key.Key_Return)
    named.wait(lambda: "Nobody is called “Zoe”" in named.window.messages.text)
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert not field.suggestions.isVisible()
    QTest.keyClicks(field, "an")
    named.wait(lambda: field.suggestions.isVisible() and offered(named) == ["Anna Maria"])
    assert field.highlighted() is not None


def test_escape_first_closes_the_list_then_empties_the_field_then_leaves_it(named: Program) -> None:
    field = find(named, "an")
    named.wait(lambda: field.suggestions.isVisible())
    QTest.keyClick(field.suggestions, Qt.Key.Key_Escape)
    assert not field.suggestions.isVisible()
    assert field.text() == "an"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert field.hasFocus()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert named.window.people.grid.hasFocus()


def test_a_picture_pasted_into_the_field_is_searched_by_face(named: Program) -> None:
    pixels = draw_people(0, seed=77).pixels
    height, width = pixels.shape[:2]
    image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    QGuiApplication.clipboard().setImage(image)
    field = find(named, "an")
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    page = named.window.search.by_face
    named.wait(lambda: page.isVisible() and page.model.rowCount() == 6)
    assert field.text() == ""


def test_text_pasted_into_the_field_is_text(named: Program) -> None:
    QGuiApplication.clipboard().setText("Dor")
    field = find(named, "")
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "Dor"
    QTest.keyClick(field, Qt.Key.Key_Return)
    named.wait(lambda: named.window.place() == PersonPlace(number_of(named.library, "Dora")))  # type: ignore[arg-type]


def test_a_picture_dropped_on_the_field_is_searched_by_face(named: Program, tmp_path: Path) -> None:
    file = tmp_path / "probe.png"
    file.write_bytes(encode(draw_people(2, seed=79).pixels, "PNG"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    assert drop(field_of(named), data)
    named.wait(lambda: named.window.search.by_face.model.rowCount() == 3)
    assert field_of(named).text() == ""


def test_the_field_has_a_name_for_those_who_hear_it_and_waits_for_the_first_folder(
    named: Program, start: Callable[..., Program], tmp_path: Path
) -> None:
    described = QAccessible.queryAccessibleInterface(field_of(named))
    assert described.text(QAccessible.Text.Name) == "Search for names, folders or years"
    assert described.role() == QAccessible.Role.EditableText
    empty = start(tmp_path / "empty")
    empty.wait(empty.window.first_start.isVisible)
    QTest.keyClick(empty.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is not field_of(empty)


def test_a_long_title_leaves_the_field_in_its_place(named: Program) -> None:
    window = named.window
    window.resize(640, 600)
    anna = number_of(named.library, "Anna Maria")
    named.library.rename(anna, "Anna Maria " * 8).result(10)  # type: ignore[arg-type]
    window.go(PersonPlace(anna))  # type: ignore[arg-type]
    named.wait(lambda: "Anna Maria Anna" in window._tools.title.text())
    named.bot.wait(50)
    assert field_of(named).isVisible()
    assert window.rect().contains(field_of(named).mapTo(window, field_of(named).rect().bottomRight()))
