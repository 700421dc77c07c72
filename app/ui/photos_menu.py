"""What can be done with photos in a grid, the same wherever one shows them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from app.library.records import Photo
from app.ui.file_manager import show_file
from app.ui.models.grid_model import Rows
from app.ui.models.photos import PhotosModel
from app.ui.pages.page import Page
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.text import plain, printable

# Its literal first argument is what pyside6-lupdate reads.
translate = QCoreApplication.translate

# More than any program takes that they could be pasted into.
MOST_PATHS = 10_000


def photos_menu(page: Page, grid: GridView, model: PhotosModel, rows: Rows) -> QMenu:
    """The menu for these rows of the grid, of which there is at least one."""
    menu = QMenu(grid)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    session = page.session
    ids = model.keys()[rows]

    def add(text: str, call: Callable[[], object]) -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(lambda: call())
        return action

    def with_photos(use: Callable[[list[Photo]], None]) -> None:
        session.background.run(lambda: session.library.photos(ids.tolist()), use)

    def show_files(photos: list[Photo]) -> None:
        for photo in photos:
            show_file(photo.path, grid, session.background)

    add(translate("PhotosMenu", "Open"), grid.later(rows[:1], lambda now: grid.opened.emit(now[0])))
    if len(rows) == 1:
        add(
            translate("PhotosMenu", "Show in the file manager"),
            lambda: with_photos(show_files),
        )
        add(translate("PhotosMenu", "Copy the path of the file"), lambda: with_photos(_copy_paths))
    else:
        copy = add(translate("PhotosMenu", "Copy the paths of the files"), lambda: with_photos(_copy_paths))
        copy.setEnabled(len(rows) <= MOST_PATHS)
    photo = model.photo(int(rows[0]))
    if len(rows) == 1 and photo is not None:
        menu.addSeparator()
        repeats = menu.addAction(translate("PhotosMenu", "One person may appear twice here (collage or mirror)"))
        repeats.setCheckable(True)
        repeats.setChecked(photo.repeats_allowed)
        repeats.triggered.connect(
            lambda allowed: session.edits.run(lambda: session.library.allow_repeats(photo.id, allowed))
        )
    menu.addSeparator()
    section, _ = grid.section_of(int(rows[0]))
    text = translate("PhotosMenu", "Select all of “%1”").replace("%1", section.title)
    add(plain(text), grid.later(rows[:1], lambda now: grid.select_section(grid.section_of(now[0])[1])))
    return menu


def _copy_paths(photos: list[Photo]) -> None:
    QGuiApplication.clipboard().setText("\n".join(printable(photo.path) for photo in photos))
