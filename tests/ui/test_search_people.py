"""Search by people, dates and folder."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QPushButton

from app.library.library import Library
from app.library.records import Person, Photo, PhotoFilter, Root, RootId
from app.library.timeline import Month, Timeline
from app.ui.conditions import Conditions, whole
from app.ui.dates import days_of, span
from app.ui.pages.search_people import PeopleSearch
from app.ui.places import PeoplePlace, PhotoPlace, SearchPlace
from app.ui.widgets.people_field import PeopleField
from tests.ui.program import Program

NAMES = ("Anna", "Ben", "Carl", "Dora")


@pytest.fixture
def named(start: Callable[..., Program], photos: Path, tmp_path: Path) -> Program:
    """Four named people in two folders; each photo is of another year from 2010 on. The page is open."""
    folders = tmp_path / "beach", tmp_path / "home & garden"
    for folder in folders:
        folder.mkdir()
    for number, photo in enumerate(sorted(photos.glob("photo*.jpg"))):
        copy = shutil.copy(photo, folders[number % 2])
        noon = datetime(2010 + number, 6, 15, 12, tzinfo=UTC).timestamp()
        os.utime(copy, (noon, noon))
    program = start(tmp_path / "library", scan=folders)
    program.idle()
    library = program.library
    for name, group in zip(NAMES, library.clusters(), strict=True):
        library.name(name, clusters=[group.id]).result(10)
    program.window.go(SearchPlace())
    QTest.mouseClick(program.window.search.switch.button(1), Qt.MouseButton.LeftButton)
    program.wait(lambda: page_of(program).folder.count() == 3)
    return program


def page_of(program: Program) -> PeopleSearch:
    return program.window.search.by_people


def person(program: Program, name: str) -> Person:
    return program.library.people_called(name)[0]


def shown(program: Program) -> set[int]:
    return set(page_of(program).model.keys().tolist())


def add(program: Program, field: PeopleField, text: str) -> None:
    """Types the beginning of a name and takes the first that is offered."""
    before = len(field.people())
    field.edit.setFocus()
    QTest.keyClicks(field.edit, text)
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    program.wait(lambda: len(field.people()) == before + 1)


def fitting(library: Library, wanted: Conditions) -> set[int]:
    """What a plain look at every face says, without the library's own filter."""

    def fits(photo: Photo) -> bool:
        faces = [face for face in library.faces() if face.photo == photo.id]
        who = {face.person or face.automatic for face in faces}
        ids = {kind: {one.id for one in getattr(wanted, kind)} for kind in ("any_of", "all_of", "only", "none_of")}
        day = datetime.fromtimestamp(photo.path.stat().st_mtime, UTC).date()
        return (
            (not ids["any_of"] or bool(who & ids["any_of"]))
            and ids["all_of"] <= who
            and (not ids["only"] or (bool(who) and who <= ids["only"]))
            and not who & ids["none_of"]
            and (wanted.folder is None or photo.path.parent == wanted.folder.path)
            and (wanted.taken_from is None or day >= wanted.taken_from)
            and (wanted.taken_to is None or day <= wanted.taken_to)
        )

    return {int(photo.id) for photo in library.photos(library.photo_ids().tolist()) if fits(photo)}


def drawn_conditions(draw: random.Random, people: Sequence[Person], roots: Sequence[Root]) -> Conditions:
    def some(most: int) -> tuple[Person, ...]:
        return tuple(draw.sample(list(people), draw.choice([0, *range(most + 1)])))

    years = sorted(draw.sample(range(2009, 2023), 2))
    return Conditions(
        any_of=some(2),
        all_of=some(2),
        only=some(3) if draw.random() < 0.4 else (),
        none_of=some(2),
        folder=draw.choice([None, None, *map(whole, roots)]),
        taken_from=date(years[0], 1, 1) if draw.random() < 0.4 else None,
        taken_to=date(years[1], 12, 31) if draw.random() < 0.4 else None,
    )


def test_who_is_hidden_is_offered_only_while_hidden_people_are_shown(named: Program) -> None:
    anna, edit = person(named, "Anna"), page_of(named).all_of.edit
    named.library.set_hidden(anna.id, True).result()
    edit.setFocus()
    QTest.keyClicks(edit, "Anna")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    named.wait(lambda: "Anna is hidden." in named.window.messages.text)
    edit.clear()
    named.window.actions_.hidden.trigger()
    add(named, page_of(named).all_of, "Anna")
    assert [one.id for one in page_of(named).all_of.people()] == [anna.id]


def test_in_the_smallest_window_the_fields_stay_whole_and_the_way_out_is_scrolled_to(named: Program) -> None:
    page = page_of(named)
    page.show_conditions(Conditions(all_of=(person(named, "Anna"),), taken_to=date(1950, 12, 31)))
    named.wait(lambda: page._empty.isVisible() and bool(page._instead.findChildren(QPushButton)))
    named.window.resize(named.window.minimumSize())
    named.wait(lambda: named.window.size() == named.window.minimumSize())
    for edit in (page.all_of.edit, page.only.edit, page.taken_to):
        named.wait(lambda edit=edit: edit.visibleRegion().boundingRect().height() == edit.sizeHint().height())  # type: ignore[misc]

    def led_to() -> bool:
        # A look at the library that is still under way makes the buttons anew.
        button = page._instead.findChildren(QPushButton)[0]
        button.setFocus(Qt.FocusReason.TabFocusReason)
        page._empty.ensureWidgetVisible(button)
        return bool(button.visibleRegion().boundingRect() == button.rect())

    named.wait(led_to)


def test_every_mixture_of_conditions_finds_what_a_plain_look_finds(named: Program) -> None:
    page, library, draw = page_of(named), named.library, random.Random(6)
    everyone, roots = library.people(), library.roots()
    sizes = set()
    for _ in range(40):
        wanted = drawn_conditions(draw, everyone, roots)
        page.show_conditions(wanted)
        expected = fitting(library, wanted) if wanted != Conditions() else set()
        named.wait(lambda expected=expected: shown(named) == expected and page._count.text() != "Searching…")  # type: ignore[misc]
        assert page.conditions() == wanted, "the fields say what is shown"
        if expected:
            assert page._sentence.text() == wanted.in_words()
        sizes.add(len(expected))
    assert len(sizes) > 4, "the conditions differ in what they find"


def test_names_are_added_and_removed_with_the_keyboard_alone(named: Program) -> None:
    page = page_of(named)
    assert page.all_of.edit.hasFocus()
    QTest.keyClicks(page.all_of.edit, "an")
    QTest.keyClick(page.all_of.edit, Qt.Key.Key_Return)
    named.wait(lambda: len(shown(named)) == 6)
    assert page._sentence.text() == "Photos with Anna"
    QTest.keyClicks(page.all_of.edit, "BÉN")
    QTest.keyClick(page.all_of.edit, Qt.Key.Key_Return)
    named.wait(lambda: len(shown(named)) == 2)
    assert page._sentence.text() == "Photos with Anna and Ben"
    QTest.keyClick(page.all_of.edit, Qt.Key.Key_Left)
    chip = QApplication.focusWidget()
    assert chip is page.all_of.chips()[1]
    assert chip.accessibleName() == "Remove Ben"
    QTest.keyClick(chip, Qt.Key.Key_Left)
    assert page.all_of.chips()[0].hasFocus()
    QTest.keyClick(page.all_of.chips()[0], Qt.Key.Key_Backspace)
    named.wait(lambda: page._sentence.text() == "Photos with Ben" and len(shown(named)) == 4)
    assert page.all_of.edit.hasFocus()
    QTest.keyClick(page.all_of.edit, Qt.Key.Key_Backspace)
    named.wait(lambda: not shown(named) and "Search by people" in page._empty._title.text())


def test_a_click_removes_a_person_again(named: Program) -> None:
    page = page_of(named)
    add(named, page.any_of, "ca")
    add(named, page.any_of, "do")
    named.wait(lambda: len(shown(named)) == 4)
    assert page._sentence.text() == "Photos with Carl or Dora"
    QTest.mouseClick(page.any_of.chips()[0], Qt.MouseButton.LeftButton)
    named.wait(lambda: len(shown(named)) == 2)


def test_nobody_is_offered_twice_and_nobody_of_no_such_name_is_added(named: Program) -> None:
    page = page_of(named)
    add(named, page.none_of, "anna")
    QTest.keyClicks(page.none_of.edit, "Anna")
    QTest.keyClick(page.none_of.edit, Qt.Key.Key_Return)
    named.wait(lambda: "Nobody is called “Anna”" in named.window.messages.text)
    assert [one.name for one in page.none_of.people()] == ["Anna"]


def test_dates_are_typed_as_years_and_the_sentence_says_all_of_it(named: Program) -> None:
    page = page_of(named)
    add(named, page.all_of, "anna")
    add(named, page.none_of, "carl")
    page.taken_from.setFocus()
    QTest.keyClicks(page.taken_from, "2011")
    QTest.keyClick(page.taken_from, Qt.Key.Key_Tab)
    assert page.taken_to.hasFocus()
    QTest.keyClicks(page.taken_to, "2014")
    expected = Conditions(
        all_of=(person(named, "Anna"),),
        none_of=(person(named, "Carl"),),
        taken_from=date(2011, 1, 1),
        taken_to=date(2014, 12, 31),
    )
    named.wait(lambda: shown(named) == fitting(named.library, expected) != set())
    assert page._sentence.text() == "Photos with Anna, without Carl, 2011 to 2014"
    QTest.keyClicks(page.taken_to, "x")
    QTest.keyClick(page.taken_to, Qt.Key.Key_Return)
    assert "“2014x” is no date" in named.window.messages.text


def test_a_span_given_the_wrong_way_round_is_the_same_span(named: Program) -> None:
    page = page_of(named)
    QTest.keyClicks(page.taken_from, "2014")
    QTest.keyClicks(page.taken_to, "2011")
    expected = Conditions(taken_from=date(2011, 1, 1), taken_to=date(2014, 12, 31))
    named.wait(lambda: shown(named) == fitting(named.library, expected) != set())
    assert page._sentence.text() == "Photos 2011 to 2014"


def test_where_nothing_fits_the_page_says_which_condition_to_leave_out(named: Program) -> None:
    page = page_of(named)
    add(named, page.all_of, "anna")
    add(named, page.all_of, "dora")
    add(named, page.none_of, "ben")
    page.taken_to.setFocus()
    QTest.keyClicks(page.taken_to, "2012")
    named.wait(lambda: page._empty.isVisible() and "Leave one condition out" in page._empty._text.text())
    offered = {button.text(): button for button in page._instead.findChildren(QPushButton) if button.isVisible()}
    # Anna and Dora are together in 2015 only, and nobody was with Dora before.
    assert [text.split(":")[0] for text in offered] == [
        "Leave out “with Dora”",
        "Leave out “until 2012”",
    ]
    QTest.mouseClick(offered[next(text for text in offered if "until" in text)], Qt.MouseButton.LeftButton)
    named.wait(lambda: len(shown(named)) == 1)
    assert page.taken_to.text() == ""
    assert page._sentence.text() == "Photos with Anna and Dora, without Ben"
    QTest.mouseClick(page.clear_button, Qt.MouseButton.LeftButton)
    named.wait(lambda: page.conditions() == Conditions() and page._empty.isVisible())


def test_people_who_were_renamed_merged_or_taken_back_stay_right_in_the_search(named: Program) -> None:
    page, library = page_of(named), named.library
    add(named, page.any_of, "anna")
    add(named, page.any_of, "dora")
    anna, dora, ben = person(named, "Anna"), person(named, "Dora"), person(named, "Ben")
    library.rename(anna.id, "Anne").result(10)
    named.wait(lambda: page._sentence.text() == "Photos with Anne or Dora")
    library.merge([ben.id, dora.id]).result(10)
    named.wait(lambda: page._sentence.text() == "Photos with Anne or Ben")
    assert shown(named) == set(library.photo_ids(PhotoFilter(any_of=(anna.id, ben.id))).tolist())


def test_a_photo_that_was_found_opens_and_the_way_back_leads_here(named: Program) -> None:
    page = page_of(named)
    add(named, page.all_of, "anna")
    named.wait(lambda: len(shown(named)) == 6)
    named.click_tile(page.grid, 2)
    QTest.keyClick(page.grid, Qt.Key.Key_Return)
    place = named.window.place()
    assert isinstance(place, PhotoPlace)
    assert place.photos[place.row] == page.model.photo_id(2)
    named.window.actions_.back.trigger()
    assert page.isVisible()
    assert len(shown(named)) == 6


def test_a_scan_that_goes_on_adds_to_what_is_shown(named: Program, tmp_path: Path) -> None:
    page = page_of(named)
    add(named, page.all_of, "anna")
    named.wait(lambda: len(shown(named)) == 6)
    chip = page.all_of.chips()[0]
    chip.setFocus()
    other = next(face for face in named.library.faces() if face.photo not in shown(named))
    named.library.name("Anna", faces=[other.id], person=person(named, "Anna").id).result(10)
    named.wait(lambda: other.photo in shown(named))
    assert chip.hasFocus(), "the keyboard stays where it is"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2014", (date(2014, 1, 1), date(2014, 12, 31))),
        (" 2/2016 ", (date(2016, 2, 1), date(2016, 2, 29))),
        ("2016-02", (date(2016, 2, 1), date(2016, 2, 29))),
        ("12.1999", (date(1999, 12, 1), date(1999, 12, 31))),
        ("5/3/2014", (date(2014, 5, 3), date(2014, 5, 3))),
        ("2014-05-03", (date(2014, 5, 3), date(2014, 5, 3))),
        ("2014年", (date(2014, 1, 1), date(2014, 12, 31))),
        ("2014 年 5 月", (date(2014, 5, 1), date(2014, 5, 31))),
        ("2014年5月3日", (date(2014, 5, 3), date(2014, 5, 3))),
        ("9999", (date(9999, 1, 1), date(9999, 12, 31))),
        ("0000", None),
        ("13/2014", None),
        ("201", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, days: tuple[date, date] | None) -> None:
    assert days_of(text) == days


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2004", "1998", (date(1998, 1, 1), date(2004, 12, 31))),
        ("1998", "2004", (date(1998, 1, 1), date(2004, 12, 31))),
        ("5/2014", "2014", (date(2014, 5, 1), date(2014, 12, 31))),
        ("2014", "5/2014", (date(2014, 1, 1), date(2014, 5, 31))),
        ("2014", "2014", (date(2014, 1, 1), date(2014, 12, 31))),
        ("2014", "", (date(2014, 1, 1), None)),
        ("", "2014", (None, date(2014, 12, 31))),
        ("", "", (None, None)),
    ],
)
def test_two_dates_mean_the_days_from_one_to_the_other(
    one: str, other: str, expected: tuple[date | None, date | None]
) -> None:
    assert span(days_of(one), days_of(other)) == expected


def test_days_come_first_where_people_write_them_first() -> None:
    QLocale.setDefault(QLocale("de_DE"))
    try:
        assert days_of("3.5.2014") == (date(2014, 5, 3), date(2014, 5, 3))
    finally:
        QLocale.setDefault(QLocale("en_US"))


def somebody(number: int, name: str) -> Person:
    return Person(number, name, 1, 1, None, hidden=False, favourite=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        (Conditions(all_of=(somebody(1, "Anna"),)), "Photos with Anna"),
        (
            Conditions(
                all_of=(somebody(1, "Anna"), somebody(2, "Ben")),
                none_of=(somebody(3, "Carl"),),
                taken_from=date(2010, 1, 1),
                taken_to=date(2014, 12, 31),
            ),
            "Photos with Anna and Ben, without Carl, 2010 to 2014",
        ),
        (Conditions(any_of=tuple(somebody(n, "ABC"[n]) for n in range(3))), "Photos with A, B or C"),
        (Conditions(only=(somebody(1, "100%2 %1"), somebody(2, "B"))), "Photos with nobody but 100%2 %1 or B"),
        (Conditions(taken_from=date(2014, 1, 1), taken_to=date(2014, 12, 31)), "Photos taken in 2014"),
        (Conditions(taken_from=date(2014, 5, 1), taken_to=date(2014, 5, 31)), "Photos taken in May 2014"),
        (Conditions(taken_from=date(2014, 5, 3), taken_to=date(2014, 5, 3)), "Photos taken on 5/3/2014"),
        (Conditions(taken_from=date(2014, 5, 3)), "Photos since 5/3/2014"),
        (Conditions(taken_to=date(9999, 12, 31)), "Photos until 9999"),
        (Conditions(), "All photos"),
    ],
)
def test_conditions_are_said_in_words(conditions: Conditions, words: str) -> None:
    assert conditions.in_words() == words


def test_a_scan_neither_searches_anew_behind_another_page_nor_closes_the_list_of_folders(
    named: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, window = page_of(named), named.window
    page.folder.setFocus()
    QTest.keyClick(page.folder, Qt.Key.Key_Down)
    named.wait(lambda: len(shown(named)) == 6)
    page.folder.showPopup()
    chosen = page.folder.view()
    QTest.keyClick(chosen, Qt.Key.Key_Down)
    assert chosen.currentIndex().row() == 2
    # As a scan tells of folders while it finds photos in them.
    page.show_roots([replace(root, photos=root.photos + 1) for root in named.library.roots()])
    assert chosen.isVisible()
    assert chosen.currentIndex().row() == 2
    page.folder.hidePopup()
    window.go(PeoplePlace())
    named.settle()
    searched: list[PhotoFilter] = []
    timeline = named.library.timeline
    monkeypatch.setattr(named.library, "timeline", lambda which: searched.append(which) or timeline(which))
    page.show_roots([*named.library.roots(), Root(RootId(9), Path("attic"), 0)])
    assert page.folder.count() == 4
    named.settle()
    assert not searched


def test_a_chosen_folder_that_is_forgotten_is_no_condition_any_more(named: Program) -> None:
    page = page_of(named)
    page.folder.setFocus()
    QTest.keyClick(page.folder, Qt.Key.Key_Down)
    named.wait(lambda: len(shown(named)) == 6)
    page.show_roots(named.library.roots()[1:])
    named.wait(lambda: page.conditions() == Conditions() and page._empty.isVisible())


def test_photos_that_were_found_have_the_menu_of_photos_and_are_copied_from_it(named: Program) -> None:
    page = page_of(named)
    add(named, page.all_of, "anna")
    named.wait(lambda: len(shown(named)) == 6)
    page.grid.select_rows([1, 2])
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), page.grid.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(page.grid.viewport(), event)
    menu = named.dialog(QMenu)
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts[:2] == ["Open", "Copy the paths of the files"]
    chosen = page.model.keys()[1:3].tolist()
    copied: list[list[int]] = []
    page.export.connect(lambda photos: copied.append(photos.tolist()))
    # What was selected goes before the entry is chosen: the others are not copied in its place.
    rest = page.model.keys()[3:]
    page.model.fill(Timeline(rest, (Month(None, len(rest)),)))
    action = next(action for action in menu.actions() if action.text() == "Copy to a folder…")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    assert copied == [chosen]
    named.dialog(QFileDialog).reject()
