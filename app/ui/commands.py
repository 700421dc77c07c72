"""Does what the menus, the tool bar and the keys offer (`app.ui.actions`), wherever the user is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QFocusEvent
from PySide6.QtWidgets import QApplication, QMenu

from app import paths
from app.library.records import Root, Strictness
from app.library.regrouping import Regrouping
from app.ui import places
from app.ui.dialogs.about import AboutDialog
from app.ui.dialogs.group_again import GroupAgainDialog
from app.ui.dialogs.opening import open_dialog
from app.ui.dialogs.paths import PathDialogs
from app.ui.dialogs.problems import PhotoProblemsDialog
from app.ui.file_manager import open_elsewhere
from app.ui.widgets.grid_view import GridView
from app.ui.widgets.text import printable

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

# Of the filter of people.
TELLS_WHAT_TO_FIND = {QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.FocusIn, QEvent.Type.FocusOut}


class Commands(QObject):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self._paths = PathDialogs(window)
        window.outcomes.planned.connect(self._ask_to_group)
        window.sidebar.folder_menu.connect(self._folder_menu)
        self._connect()
        window.people.filter.installEventFilter(self)

    def _connect(self) -> None:
        window, session, actions = self._window, self._session, self._window.actions_
        connections: list[tuple[QAction, Callable[[], object]]] = [
            (actions.add_folder, self.choose_folder),
            (actions.scan_again, window.scan_again),
            (actions.export, self.export),
            (actions.report, self.report),
            (actions.settings, lambda: window.go(places.SettingsPlace())),
            (actions.quit, window.close),
            (actions.undo, lambda: session.edits.run(session.library.undo, window.tell_undone, tell=False)),
            (actions.redo, lambda: session.edits.run(session.library.redo)),
            (actions.paste, self.paste),
            (actions.find, self._find),
            (actions.select_all, self._select_all),
            (actions.rename, self._rename),
            (actions.merge, window.people.merge_selected),
            (actions.photos, lambda: window.go(places.PhotosPlace())),
            (actions.people, lambda: window.go(places.PeoplePlace())),
            (actions.review, lambda: window.go(places.ReviewPlace())),
            (actions.history, lambda: window.go(places.HistoryPlace())),
            (actions.search, lambda: window.go(places.SearchPlace())),
            (actions.statistics, lambda: window.go(places.StatisticsPlace())),
            (actions.hidden, lambda: session.hidden.show(actions.hidden.isChecked())),
            (actions.ignored, lambda: window.viewer.show_ignored(actions.ignored.isChecked())),
            (actions.problems, lambda: open_dialog(PhotoProblemsDialog(session, window))),
            (actions.logs, lambda: open_elsewhere(paths.logs_folder(), session.background)),
            (actions.about, lambda: open_dialog(AboutDialog(window))),
        ]
        for action, call in connections:
            action.triggered.connect(lambda _=False, call=call: call())
        for strictness, action in actions.group.items():
            action.triggered.connect(lambda _=False, s=strictness: self.group(s))

    def choose_folder(self) -> None:
        self._paths.ask_for_folder(self.tr("Add a photo folder"), lambda folder: self._window.scan([folder]))

    def group(self, strictness: Strictness) -> None:
        jobs = self._session.jobs
        jobs.start(lambda: jobs.make.plan_groups(strictness))

    def _ask_to_group(self, found: Regrouping) -> None:
        jobs = self._session.jobs
        open_dialog(GroupAgainDialog(found, lambda: jobs.start(lambda: jobs.make.group_again(found)), self._window))

    def export(self) -> None:
        place, jobs = self._window.place(), self._session.jobs
        if isinstance(place, places.PersonPlace):
            self._paths.ask_for_folder(
                self.tr("Copy the photos into this folder"),
                lambda folder: jobs.start(lambda: jobs.make.export(place.person, folder)),
            )

    def report(self) -> None:
        jobs = self._session.jobs
        self._paths.ask_for_page(
            self.tr("Write a page of everybody"), lambda file: jobs.start(lambda: jobs.make.report(file))
        )

    def paste(self) -> None:
        self._window.go(places.SearchPlace())
        self._window.search.paste()

    def _find(self) -> None:
        if self._filters_people():
            self._window.people.filter_names()
        else:
            self._window.search_field.start()

    def _filters_people(self) -> bool:
        """Whether that is what finding means at this moment: from the filter the same key leads on."""
        field = self._window.people.filter
        return field.isVisible() and not field.hasFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        # A menu that is open has the keyboard, and gives it back before it does anything.
        in_menu = isinstance(event, QFocusEvent) and event.reason() == Qt.FocusReason.MenuBarFocusReason
        if event.type() in TELLS_WHAT_TO_FIND and not in_menu:
            self._window.actions_.show_find(people=self._filters_people())
        return super().eventFilter(watched, event)

    def _select_all(self) -> None:
        focused = QApplication.focusWidget()
        if isinstance(focused, GridView):
            focused.selectAll()

    def _rename(self) -> None:
        place, grid = self._window.place(), self._window.people.grid
        if isinstance(place, places.PeoplePlace):
            rows, current = grid.selected_rows(), grid.currentIndex()
            if rows or current.isValid():
                grid.edit_row(current.row() if current.isValid() else rows[0])
        elif isinstance(place, (places.PersonPlace, places.ClusterPlace)):
            self._window.person.edit_name()

    def _folder_menu(self, root: Root, where: QPoint) -> None:
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Scan again")).triggered.connect(lambda: self._window.scan([root.path]))
        menu.addAction(self.tr("Scan again and compare every file")).triggered.connect(
            lambda: self._window.scan([root.path], every_file=True)
        )
        menu.addAction(self.tr("Show in the file manager")).triggered.connect(
            lambda: open_elsewhere(root.path, self._session.background)
        )
        menu.addSeparator()
        menu.addAction(self.tr("Take out of the library (no file is deleted)")).triggered.connect(
            lambda: self.take_out([root])
        )
        menu.popup(where)

    def take_out(self, roots: Sequence[Root]) -> None:
        """Takes photo folders out of the library, as one step."""
        library = self._session.library
        what = printable(roots[0].path) if len(roots) == 1 else self.tr("%Ln folder(s)", None, len(roots))
        text = self.tr("Taken out of the library: %1 (%2). Names are kept, and come back when a folder is added again.")
        text = text.replace("%2", self.tr("%Ln photo(s)", None, sum(root.photos for root in roots)))
        self._session.edits.run(
            lambda: library.forget(*(root.path for root in roots)), instead=text.replace("%1", what)
        )
