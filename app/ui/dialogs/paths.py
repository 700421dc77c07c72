"""Asks for a folder or a file: at first among the user's pictures, later beside what was chosen last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.ui.dialogs.opening import open_dialog


class PathDialogs(QObject):
    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)

    def ask_for_folder(self, title: str, call: Callable[[Path], object]) -> None:
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog, call)

    def ask_for_page(self, title: str, call: Callable[[Path], object]) -> None:
        """Where a web page is to be written."""
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Web pages (*.html)"))
        dialog.setDefaultSuffix("html")
        dialog.selectFile("people.html")
        self._open(dialog, call)

    def ask_for_file(self, title: str, call: Callable[[Path], object]) -> None:
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open(dialog, call)

    def _open(self, dialog: QFileDialog, call: Callable[[Path], object]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def chosen(path: str) -> None:
            self._folder = str(Path(path).parent)
            call(Path(path))

        dialog.fileSelected.connect(chosen)
        open_dialog(dialog)
