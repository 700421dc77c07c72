"""The window in another language than English: nothing of it stays English, and dates and numbers go along."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QLocale, QModelIndex, QPoint, Qt, QTranslator
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QMenu,
    QPushButton,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.library.records import PhotoFilter
from app.ui import application, dates, places
from app.ui.conditions import Conditions
from app.ui.dialogs.birthday import BirthdayDialog
from app.ui.dialogs.change_model import ChangeModelDialog
from app.ui.dialogs.crash_report import CrashReportDialog
from app.ui.dialogs.same_person import SamePersonDialog
from app.ui.models.grid_model import GridModel, Role
from app.ui.pages.page import Page
from app.ui.places import Place
from app.ui.widgets.grid_view import GridView
from tests.ui.program import Program

PROPERTIES = (
    "text",
    "iconText",
    "title",
    "placeholderText",
    "windowTitle",
    "toolTip",
    "statusTip",
    "whatsThis",
    "accessibleName",
    "accessibleDescription",
    "informativeText",
)
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
WORD = re.compile("[A-Za-z]{2,}")
PATH = re.compile(r"\S*[/\\]\S*")
# As they are in every language.
NAMES = {"Kinfolio", "mobilefacenet", "yunet", "NVIDIA", "JPEG", "English", "kB", "MB"}
KEYS = {"Ctrl", "Shift", "Alt", "Del", "Esc", "Tab", "Home", "End"}


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[Callable[[str], None]]:
    before = qapp.findChildren(QTranslator)
    yield lambda language: application.translate(qapp, language)
    for translator in qapp.findChildren(QTranslator):
        if translator not in before:
            qapp.removeTranslator(translator)
            translator.deleteLater()
    QLocale.setDefault(QLocale("en_US"))


@pytest.fixture
def chinese(speak: Callable[[str], None]) -> None:
    speak("zh_CN")


@pytest.fixture
def window(chinese: None, program: Program) -> Program:
    """In Chinese, on a library of one person and three groups."""
    program.library.name("美玲", clusters=[program.library.clusters()[0].id]).result()
    program.wait(lambda: bool(program.people()))
    return program


def texts(parent: QWidget) -> Iterator[tuple[str, str]]:
    """All texts of a window, shown or not, with whose they are."""
    for thing in (parent, *parent.findChildren(QAction), *parent.findChildren(QWidget)):
        whose = type(thing).__name__
        for name in PROPERTIES:
            if isinstance(text := thing.property(name), str):
                yield f"{whose}.{name}", text
        if isinstance(thing, QTabBar):
            yield from ((whose, thing.tabText(tab)) for tab in range(thing.count()))
        if isinstance(thing, QComboBox | QAbstractItemView) and thing.model() is not None:
            yield from items(thing.model(), QModelIndex())


def items(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[tuple[str, str]]:
    whose = type(model).__name__
    roles = (*ROLES, Role.DETAIL, Role.BADGE) if isinstance(model, GridModel) else ROLES
    # Lists keep the number of their columns to themselves.
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for column in range(columns):
        yield whose, str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(min(20, model.rowCount(parent))):
            index = model.index(row, column, parent)
            yield from ((whose, text) for role in roles if isinstance(text := index.data(role), str))
            yield from items(model, index)


def foreign(program: Program, parent: QWidget) -> set[tuple[str, str]]:
    """The texts with words in Latin letters that are no names."""
    library = program.library
    files = [photo.display for photo in library.photos(library.photo_ids(PhotoFilter()).tolist())]
    known = NAMES.union(KEYS, *(WORD.findall(path) for path in (str(library.folder), *files)))
    return {(whose, text) for whose, text in texts(parent) if set(WORD.findall(PATH.sub("", text))) - known}


def settle(program: Program, page: Page) -> None:
    program.wait(lambda: not page._stale and (page._under_way is None or page._under_way.done()))
    program.idle()
    program.settle()


def everywhere(program: Program) -> Iterator[Place]:
    library = program.library
    (person,), (group, other, *_) = library.people(), library.clusters()
    yield from (
        places.PhotosPlace(),
        places.PeoplePlace(),
        places.ReviewPlace(),
        places.SearchPlace(),
        places.StatisticsPlace(),
        places.SettingsPlace(),
    )
    yield from (
        places.HistoryPlace(),
        places.PersonPlace(person.id),
        places.ClusterPlace(group.id),
        places.MergePlace((), (group.id, other.id)),
    )
    yield places.PhotoPlace(library.photo_ids(PhotoFilter(any_of=(person.id,))), 0)
    yield places.PhotoPlace(library.photo_ids(PhotoFilter(unreadable=True)), 0)


def menus(page: Page) -> Iterator[QMenu]:
    """Those of the right button, one after the other."""
    for grid in page.findChildren(GridView):
        if grid.isVisible() and grid.grid_model().rowCount() > 0:
            grid.select_rows([0])
            QApplication.sendEvent(grid, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()))
            menu = QApplication.activePopupWidget()
            assert isinstance(menu, QMenu)
            yield menu
            menu.close()


def test_nothing_of_any_page_stays_english(window: Program) -> None:
    seen = 0
    for place in everywhere(window):
        window.window.go(place)
        page = window.window._page_of[type(place)]
        settle(window, page)
        assert foreign(window, window.window) == set(), place
        for menu in menus(page):
            seen += 1
            assert foreign(window, menu) == set(), place
    assert seen > 3


def test_nothing_of_a_search_stays_english(window: Program) -> None:
    (person,) = window.library.people()
    assert person.cover is not None
    window.window.search_face(person.cover)
    window.wait(lambda: window.window.search.by_face.model.rowCount() > 0)
    assert foreign(window, window.window) == set()
    conditions = Conditions(any_of=(person,), taken_from=date(2014, 5, 1), taken_to=date(2014, 5, 31))
    window.window.search_photos(conditions)
    settle(window, window.window.search.by_people)
    assert foreign(window, window.window) == set()
    assert conditions.in_words() == "照片：包含美玲，拍摄于2014年5月"


def test_nothing_of_any_dialog_stays_english(window: Program) -> None:
    main, (person,) = window.window, window.library.people()
    opening: list[Callable[[], object]] = [
        main.actions_.keys.trigger,
        main.actions_.problems.trigger,
        main.actions_.about.trigger,
        lambda: BirthdayDialog("美玲", date(2000, 1, 2), None, lambda day: None, main).open(),
        lambda: ChangeModelDialog("yunet", 3, 2.0, lambda: None, main).open(),
        lambda: CrashReportDialog("", lambda: None, main).open(),
        lambda: SamePersonDialog(main.session.images, None, [person], lambda chosen: None, main).open(),
    ]
    for open_dialog in opening:
        open_dialog()
        dialog = window.dialog(QDialog)
        settle(window, main.people)
        assert foreign(window, dialog) == set()
        dialog.reject()
        window.wait(lambda: not any(child.isVisible() for child in main.findChildren(QDialog)))


def test_buttons_of_qt_itself_are_in_the_same_language(window: Program) -> None:
    BirthdayDialog("美玲", None, None, lambda day: None, window.window).open()
    dialog = window.dialog(BirthdayDialog)
    assert {button.text() for button in dialog.findChildren(QPushButton)} == {"保存", "取消"}
    dialog.reject()


def test_buttons_of_qt_itself_stay_english_where_the_program_does(speak: Callable[[str], None], qtbot: QtBot) -> None:
    speak("de_DE")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(buttons)
    assert {button.text() for button in buttons.buttons()} == {"Save", "Cancel"}


def test_settings_offer_each_language_by_its_own_name(window: Program) -> None:
    language = window.window.settings.language
    offered = {language.itemData(row): language.itemText(row) for row in range(language.count())}
    assert offered == {"": "跟随系统", "en": "English", "zh_CN": "简体中文"}


def test_names_of_fields_have_no_key_in_them(window: Program) -> None:
    settings = window.window.settings
    assert settings.language.accessibleName() == "语言"


def test_dates_and_numbers_are_written_as_in_the_country(window: Program) -> None:
    assert dates.month_of(date(2014, 5, 3)) == "2014年5月"
    assert dates.year_of(date(2014, 5, 3)) == "2014年"
    assert dates.short(date(2014, 5, 3)) == "2014/5/3"
    assert window.window.photos.tr("%Ln photo(s)", None, 12345) == "12,345张照片"
