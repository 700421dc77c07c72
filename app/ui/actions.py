"""What menus and the tool bar offer, each with text, symbol and keys. What it does is connected by the window."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from app.library.records import Strictness
from app.ui.phrases import said
from app.ui.widgets.icons import set_symbol
from app.ui.widgets.text import plain, shortened

Keys = QKeySequence.StandardKey

# In letters.
LONGEST_STEP = 44


class Actions(QObject):
    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.add_folder = self._action(self.tr("Add a photo folder…"), Keys.Open, "folder-add")
        self.scan_again = self._action(self.tr("Scan all folders again"), "F5")
        self.export = self._action(self.tr("Export the photos of this person…"))
        self.report = self._action(self.tr("Write a page of everybody…"))
        self.settings = self._action(self.tr("Settings"), "Ctrl+,")
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.quit = self._action(self.tr("Quit"), "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)
        self.undo = self._action(self.tr("Undo"), Keys.Undo, "undo")
        self.redo = self._action(self.tr("Redo"), "Ctrl+Shift+Z", "redo")
        self.history = self._action(self.tr("History…"), "Ctrl+H", "history")
        self.paste = self._action(self.tr("Search for a copied picture"), Keys.Paste)
        self.find = self._action("", Keys.Find)
        self.find.setIconText(self.tr("Find a name, folder or year, or filter People"))
        self.show_find(people=False)
        self.select_all = self._action(self.tr("Select all"), Keys.SelectAll)
        self.rename = self._action(self.tr("Name…"), "F2")
        self.merge = self._action(self.tr("Merge into one person…"), "Ctrl+M", "merge")
        self.group = {
            strictness: self._action(text)
            for strictness, text in (
                (Strictness.LOOSE, self.tr("Loosely: fewer, larger groups")),
                (Strictness.NORMAL, self.tr("Normally")),
                (Strictness.STRICT, self.tr("Strictly: more, purer groups")),
            )
        }
        self.photos = self._action(self.tr("Photos"), "Ctrl+1", "photos")
        self.people = self._action(self.tr("People"), "Ctrl+2", "people")
        self.review = self._action(self.tr("Review"), "Ctrl+3", "review")
        self.search = self._action(self.tr("Search"), "Ctrl+4", "search")
        self.statistics = self._action(self.tr("Statistics"), "Ctrl+5", "statistics")
        self.back = self._action(self.tr("Back"), Keys.Back, "back")
        self.forward = self._action(self.tr("Forward"), Keys.Forward, "forward")
        self.hidden = self._action(self.tr("Hidden people"), checkable=True)
        self.ignored = self._action(self.tr("Ignored faces in photos"), checkable=True)
        self.full_screen = self._action(self.tr("Full screen"), "F11", checkable=True)
        self.keys = self._action(self.tr("Keyboard…"), Keys.HelpContents)
        self.problems = self._action(self.tr("Photos that could not be read…"))
        self.logs = self._action(self.tr("Show the log folder"))
        self.about = self._action(self.tr("About Kinfolio"))
        self.about.setMenuRole(QAction.MenuRole.AboutRole)
        self._fill_menus()

    def _fill_menus(self) -> None:
        bar = self._window.menuBar()
        file, edit = bar.addMenu(self.tr("&File")), bar.addMenu(self.tr("&Edit"))
        view, help_ = bar.addMenu(self.tr("&View")), bar.addMenu(self.tr("&Help"))
        group = QMenu(self.tr("Group unnamed faces again"), self._window)
        group.addActions(list(self.group.values()))
        _add(
            file,
            self.add_folder,
            self.scan_again,
            None,
            self.export,
            self.report,
            None,
            self.settings,
            None,
            self.quit,
        )
        _add(edit, self.undo, self.redo, self.history, None, self.select_all, self.find, self.paste, None)
        _add(edit, self.rename, self.merge)
        edit.addMenu(group)
        _add(view, self.photos, self.people, self.review, self.search, self.statistics, None)
        _add(view, self.back, self.forward, None)
        _add(view, self.hidden, self.ignored, None, self.full_screen)
        _add(help_, self.keys, None, self.problems, self.logs, None, self.about)

    def show_find(self, *, people: bool) -> None:
        """Says what finding means at this moment."""
        self.find.setText(self.tr("Filter by name") if people else self.tr("Find a name, folder or year"))

    def show_history(self, undo: str | None, redo: str | None) -> None:
        """Says what would be undone and done again."""
        _show_step(self.undo, self.tr("Undo: %1") if undo else self.tr("Undo"), said(undo or ""))
        self.undo.setEnabled(undo is not None)
        _show_step(self.redo, self.tr("Redo: %1") if redo else self.tr("Redo"), said(redo or ""))
        self.redo.setEnabled(redo is not None)

    def _action(
        self,
        text: str,
        keys: QKeySequence.StandardKey | str | None = None,
        symbol: str = "",
        *,
        checkable: bool = False,
    ) -> QAction:
        action = QAction(text, self._window)
        # Stays as it is where the text comes to say what would be undone.
        action.setIconText(text.removesuffix("…"))
        if isinstance(keys, str):
            action.setShortcut(QKeySequence(keys))
        elif keys is not None:
            action.setShortcuts(keys)
        action.setCheckable(checkable)
        if symbol:
            set_symbol(action, symbol)
        # Also where a platform hides its menu bar, the keys work.
        self._window.addAction(action)
        return action


def _show_step(action: QAction, text: str, step: str) -> None:
    """A long name does not widen the menu; the tool tip has all of it."""
    action.setText(text.replace("%1", plain(shortened(step, LONGEST_STEP))))
    action.setToolTip(text.replace("%1", step))


def _add(menu: QMenu, *actions: QAction | None) -> None:
    for action in actions:
        if action is None:
            menu.addSeparator()
        else:
            menu.addAction(action)
