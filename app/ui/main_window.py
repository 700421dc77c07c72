"""The window: arranges the pages, leads from one to the other, and shows what is told of the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.events import LibraryChanged
from app.library.records import Done, FaceId, Root
from app.ui import phrases, places, window_state
from app.ui.actions import Actions
from app.ui.commands import Commands
from app.ui.conditions import Conditions
from app.ui.dialogs.keys import KeysDialog
from app.ui.dialogs.opening import open_dialog
from app.ui.dialogs.problems import ProblemsDialog
from app.ui.full_screen import FullScreen
from app.ui.naming import Naming
from app.ui.outcomes import Outcomes
from app.ui.pages.first_start import FirstStartPage
from app.ui.pages.history import HistoryPage
from app.ui.pages.merge import MergePage
from app.ui.pages.page import Page
from app.ui.pages.people import PeoplePage
from app.ui.pages.person import PersonPage
from app.ui.pages.photos import PhotosPage
from app.ui.pages.review import ReviewPage
from app.ui.pages.search import SearchPage
from app.ui.pages.settings import SettingsPage
from app.ui.pages.statistics import StatisticsPage
from app.ui.pages.viewer import ViewerPage
from app.ui.phrases import said
from app.ui.places import Place, Way
from app.ui.session import Session
from app.ui.watching import Watching
from app.ui.widgets.drop_hint import DropHint
from app.ui.widgets.dropping import Held, look_into, may_hold_files
from app.ui.widgets.icons import redraw
from app.ui.widgets.job_bar import JobBar
from app.ui.widgets.message_bar import MessageBar
from app.ui.widgets.name_edit import NameEdit
from app.ui.widgets.search_field import SearchField
from app.ui.widgets.sidebar import Sidebar
from app.ui.widgets.status_strip import StatusStrip
from app.ui.widgets.tool_bar import ToolBar


class MainWindow(QMainWindow):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._way = Way()
        self._begun: bool | None = None
        self._told = ""
        self._undoable: int | None = None
        self._interrupted = session.library.unfinished()
        self.naming = Naming(session, self)
        self.actions_ = Actions(self)
        self.messages = MessageBar()
        self.outcomes = Outcomes(session, self.messages, self)
        self.job_bar = JobBar(session.jobs, session.bridge)
        self.sidebar = Sidebar()
        self.search_field = SearchField(session)
        self.first_start = FirstStartPage()
        self.photos = PhotosPage(session)
        self.people = PeoplePage(session, self.naming)
        self.merge = MergePage(session)
        self.person = PersonPage(session, self.naming)
        self.review = ReviewPage(session, self.naming)
        self.search = SearchPage(session, self.naming)
        self.viewer = ViewerPage(session, self.naming)
        self.history = HistoryPage(session)
        self.watching = Watching(session, self)
        self.settings = SettingsPage(session, self.watching)
        self._page_of: dict[type[Place], Page] = {
            places.PhotosPlace: self.photos,
            places.PeoplePlace: self.people,
            places.MergePlace: self.merge,
            places.PersonPlace: self.person,
            places.ClusterPlace: self.person,
            places.ReviewPlace: self.review,
            places.SearchPlace: self.search,
            places.StatisticsPlace: StatisticsPage(session),
            places.SettingsPlace: self.settings,
            places.PhotoPlace: self.viewer,
            places.HistoryPlace: self.history,
        }
        self.commands = Commands(self)
        self._arrange()
        self._connect()
        self.setAcceptDrops(True)
        window_state.restore(self, self._splitter, self.sidebar, session.settings)
        library = session.library
        self._undo_label = library.undo_label()
        self.actions_.show_history(self._undo_label, library.redo_label())
        session.folders.read()
        self.go(places.PeoplePlace())

    # Arrangement

    def _arrange(self) -> None:
        self._pages = QStackedWidget()
        for page in dict.fromkeys(self._page_of.values()):
            self._pages.addWidget(page)
        self._splitter = QSplitter()
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.sidebar)
        self._splitter.addWidget(self._pages)
        self._splitter.setStretchFactor(1, 1)
        self.sidebar.setMinimumWidth(self.fontMetrics().averageCharWidth() * 14)
        self._content = QStackedWidget()
        # Until it is known which of the others is wanted.
        self._content.addWidget(QWidget())
        self._content.addWidget(self.first_start)
        self._content.addWidget(self._splitter)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._content, 1)
        strip = StatusStrip(self.messages, self.job_bar)
        column.addWidget(strip)
        self.setCentralWidget(middle)
        self.drop_hint = DropHint(middle)
        # Grows with the text. The pages' own wishes would keep a wide window, where they spread out, from narrowing.
        self.setMinimumSize(self.fontMetrics().averageCharWidth() * 80, self.fontMetrics().height() * 26)
        # Qt would have the bar slide in.
        self.setAnimated(False)
        self._tools = ToolBar(self.actions_, self.search_field)
        self.addToolBar(self._tools)
        self._tools.hide()
        beside = self.menuBar(), self._tools, self.sidebar
        self.full_screen = FullScreen(self, self.actions_.full_screen, self.viewer, beside, strip, self.messages)

    def _connect(self) -> None:
        session, actions = self.session, self.actions_
        actions.back.triggered.connect(lambda: self._step(-1))
        actions.forward.triggered.connect(lambda: self._step(1))
        actions.keys.triggered.connect(lambda: open_dialog(KeysDialog(self.actions(), self._page_of.values(), self)))
        for page in dict.fromkeys(self._page_of.values()):
            page.go.connect(self.go)
            page.instead.connect(self._go_instead)
            page.search_for.connect(self.search_face)
            page.titled.connect(self._show_title)
            page.back.connect(self._leave)
        session.hidden.changed.connect(actions.hidden.setChecked)
        self.merge.merged.connect(self.people.grid.select_key)
        self.sidebar.chosen.connect(self.go)
        self.sidebar.walked.connect(lambda place: self.go(place, focus=False))
        self.review.questions.changed.connect(lambda: self.people.model.show_waiting(self.review.questions.suggested))
        self.review.counted.connect(self._show_waiting)
        self.search_field.go.connect(self.go)
        self.search_field.photos.connect(self.search_photos)
        self.search_field.picture.connect(self.search_picture)
        self.search_field.left.connect(self._focus_page)
        self.messages.left.connect(self._focus_page)
        self.job_bar.left.connect(self._focus_page)
        self.messages.shown.connect(self.job_bar.make_room)
        self.outcomes.untold.connect(self.job_bar.announce_end)
        self.first_start.add.connect(self.commands.choose_folder)
        self.settings.add_folder.connect(self.commands.choose_folder)
        self.settings.take_out.connect(self.commands.take_out)
        self.job_bar.problems_wanted.connect(lambda problems: open_dialog(ProblemsDialog(problems, self)))
        session.bridge.library_changed.connect(self._library_changed)
        session.edits.told.connect(self._tell)
        session.folders.changed.connect(self._show_folders)

    # Places

    def go(self, place: Place, *, focus: bool = True) -> None:
        """Shows a place and remembers where the user was. Without `focus` the keyboard stays where it is."""
        self._go_on()
        self._way.go(replace(place, questions=False) if isinstance(place, places.PersonPlace) else place)
        self._show(place, focus=focus)

    def _go_instead(self, place: Place) -> None:
        """Shows a place that stands for the present one, which is no more: the way back must not lead there."""
        self._way.go_instead(place)
        self._show(place)

    def place(self) -> Place:
        return self._way.here()

    def _step(self, by: int) -> None:
        if self._way.step(by, self._is_forgotten):
            self._go_on()
            self._show(self._way.here())

    def _go_on(self) -> None:
        """What went wrong, and what was being searched for, is behind the user."""
        self.messages.drop_error()
        self.search_field.forget()

    def _leave(self) -> None:
        if not self.full_screen.leave_bare():
            self._step(-1)

    def _is_forgotten(self, place: Place) -> bool:
        """Whether it is a folder that was taken out of the library."""
        return isinstance(place, places.PhotosPlace) and place.root not in (None, *(root.id for root in self._roots()))

    def _roots(self) -> Sequence[Root]:
        return self.session.folders.roots or ()

    def _show(self, place: Place, *, focus: bool = True) -> None:
        page = self._page_of[type(place)]
        if not isinstance(place, places.PhotoPlace):
            self.full_screen.leave_bare()
            page.show_place(place)
        self._pages.setCurrentWidget(page)
        if isinstance(place, places.PhotoPlace):
            # After it has its size, for the photo is decoded to fit.
            self.viewer.show_place(place)
        if focus:
            page.focus()
        self.sidebar.mark(place)
        actions = self.actions_
        actions.back.setEnabled(self._way.leads_back())
        actions.forward.setEnabled(self._way.leads_on())
        if self._begun is not None:
            self._show_begun(self._begun)
        self._enable_actions()
        self._show_title()

    def _has_begun(self) -> bool:
        """Whether there is more to see than the first page."""
        return self._content.currentWidget() is self._splitter

    def _enable_actions(self) -> None:
        actions, begun, place = self.actions_, self._has_begun(), self.place()
        actions.export.setEnabled(begun and isinstance(place, places.PersonPlace))
        actions.merge.setEnabled(begun and isinstance(place, places.PeoplePlace))
        actions.rename.setEnabled(
            begun and isinstance(place, (places.PeoplePlace, places.PersonPlace, places.ClusterPlace))
        )
        for action in (actions.report, actions.select_all, actions.paste, actions.photos, actions.people):
            action.setEnabled(begun)
        for action in (
            actions.find,
            actions.statistics,
            actions.review,
            actions.history,
            actions.search,
            actions.hidden,
            actions.ignored,
            *actions.group.values(),
        ):
            action.setEnabled(begun)

    def _show_title(self) -> None:
        page = self._pages.currentWidget() if self._has_begun() else self.first_start
        if isinstance(page, Page | FirstStartPage):
            self._tools.title.setText(page.title())
            self.setWindowTitle(page.title())

    def _show_waiting(self, count: int, spoken: str) -> None:
        self.sidebar.show_count(places.ReviewPlace(), 0 if self._begun is False else count, spoken)

    # What the library and the jobs say

    def _library_changed(self, change: LibraryChanged) -> None:
        if change.undo_label != self._undo_label:
            self._undo_label = change.undo_label
            self.messages.drop_error()
        # Undoing takes back the latest step, which is another one from here on.
        if self.messages.text == self._told and self._undoable != change.undo_step:
            self.messages.hide()
        self.actions_.show_history(change.undo_label, change.redo_label)

    def _show_folders(self) -> None:
        roots, away = self._roots(), self.session.folders.away
        self.sidebar.show_folders(roots, away)
        self.watching.show_roots(roots)
        self.photos.show_roots(roots, away)
        self.person.photos.show_away(away)
        self.search.show_roots(roots)
        if self._is_forgotten(self.place()):
            self._go_instead(places.PhotosPlace())
        self._go_on_scanning()
        self._show_begun(bool(roots) or bool(self.session.jobs.running()))
        self.actions_.scan_again.setEnabled(bool(roots))
        self._show_title()

    def _go_on_scanning(self) -> None:
        """Takes a scan up again that the end of the program interrupted, except of folders forgotten since."""
        folders, self._interrupted = self._interrupted, []
        self.scan([f for f in folders if any(f.is_relative_to(root.path) for root in self._roots())])

    def _show_begun(self, begun: bool) -> None:
        self._begun = begun
        if not begun:
            # What was read ahead is about photos that are not in the library any more.
            self.sidebar.show_count(places.ReviewPlace(), 0, "")
        # Settings can be chosen before there is a photo.
        wanted = self._splitter if begun or isinstance(self.place(), places.SettingsPlace) else self.first_start
        if self._content.currentWidget() is not wanted:
            self._content.setCurrentWidget(wanted)
            self._tools.setVisible(wanted is self._splitter)
            self._enable_actions()
            self._show_title()
            self._focus_page()

    def _focus_page(self) -> None:
        if self._has_begun():
            self._page_of[type(self.place())].focus()
        else:
            self.first_start.setFocus()

    def _tell(self, done: Done, instead: str) -> None:
        self._told, self._undoable = instead or phrases.done(done.label), done.step
        self.messages.tell(self._told, self.tr("Undo"), self.actions_.undo.trigger)

    def tell_undone(self, done: Done) -> None:
        """What was undone may be nothing that is in sight."""
        text = self.tr("Undone: %1").replace("%1", said(done.label))
        self.messages.tell(text, self.tr("Redo"), self.actions_.redo.trigger)

    # What leads here

    def scan(self, folders: Sequence[Path], *, every_file: bool = False) -> None:
        """Reads these folders into the library; those that are not in it yet are added."""
        if not folders:
            return
        jobs = self.session.jobs
        make = jobs.make.scan_every_file if every_file else jobs.make.scan
        jobs.start(lambda: make(list(folders)))
        self._show_begun(True)
        self.people.refresh_soon()

    def scan_again(self) -> None:
        self.scan([root.path for root in self._roots()])

    def search_face(self, face: FaceId) -> None:
        self.go(places.SearchPlace())
        self.search.search_face(face)

    def search_picture(self, picture: Path | NDArray[np.uint8]) -> None:
        self.go(places.SearchPlace())
        self.search.search_picture(picture)

    def search_photos(self, conditions: Conditions) -> None:
        self.go(places.SearchPlace())
        self.search.search_photos(conditions)

    def raise_window(self, folders: Sequence[Path] = ()) -> None:
        """For a second start: comes to the front, and scans what that was given."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self.scan(folders)

    # Events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        data, begun = event.mimeData(), self._has_begun()
        if may_hold_files(data) or (begun and data.hasImage()):
            event.acceptProposedAction()
            self.drop_hint.offer(folders=may_hold_files(data), pictures=begun)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self.drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self.drop_hint.hide()
        event.acceptProposedAction()
        look_into(event.mimeData(), self.session.files, self._take_in)

    def _take_in(self, dropped: Held) -> None:
        if dropped.folders:
            self.scan(dropped.folders)
        elif dropped.picture is not None and self._has_begun():
            self.search_picture(dropped.picture)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_tools"):
            redraw(self)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """What was typed counts. A question that only now arises keeps the window open, to be answered."""
        asked = self.naming.questions()
        for edit in self.findChildren(NameEdit):
            edit.leave()
        self.session.edits.settle()
        if self.naming.questions() > asked:
            event.ignore()
            return
        # Who ends the program from a photo that has the screen starts it in a window.
        self.full_screen.leave_bare()
        window_state.save(self, self._splitter, self.session.settings)
        super().closeEvent(event)
