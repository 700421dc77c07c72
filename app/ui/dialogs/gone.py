"""The photos whose files are gone, and how to take them out of the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.events import Problem
from app.library.records import GonePhoto
from app.ui.dialogs.opening import open_dialog
from app.ui.dialogs.problems import ProblemsDialog
from app.ui.models.photos import long_date
from app.ui.session import Session
from app.work.gone import gone


class GoneDialog(ProblemsDialog):
    """Photos of folders that are away are none of them."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__((), parent)
        self.setWindowTitle(self.tr("Photos that are gone"))
        self.table.setAccessibleName(self.windowTitle())
        self._session = session
        self._photos: Sequence[GonePhoto] = ()
        self._closed = False
        self.remove_button = self._button(self.tr("Take out of the library…"))
        self.remove_button.clicked.connect(self._ask)
        self.explanation.setText(self.tr("Looking for their files…"))
        self._enable()
        session.files.run(lambda: gone(session.library), self._show)

    def done(self, result: int) -> None:
        # What is read may arrive later than that.
        self._closed = True
        super().done(result)

    def _show(self, photos: Sequence[GonePhoto]) -> None:
        if self._closed:
            return
        self._photos = photos
        since = self.tr("Not there since %1.", "%1 is a day")
        self.model.show_problems([Problem(photo.display, since.replace("%1", _day(photo))) for photo in photos])
        if photos:
            text = self.tr(
                "%Ln photo(s) are out of sight since their files are gone. They are shown again when these come back.",
                None,
                len(photos),
            )
        else:
            text = self.tr("No photo is gone. Folders that are out of reach are left as they are.")
        self.explanation.setText(text)
        self._enable()

    def _enable(self) -> None:
        self.copy_button.setEnabled(bool(self._photos))
        self.remove_button.setEnabled(bool(self._photos))

    def _ask(self) -> None:
        """About those that are selected, or all."""
        selected = [self._photos[index.row()] for index in self.table.selectionModel().selectedRows()]
        photos = selected or self._photos

        def remove() -> None:
            self._session.background.deliver(
                self._session.library.remove_gone([photo.id for photo in photos]), lambda _: self._look_again()
            )

        open_dialog(RemoveDialog(len(photos), remove, self))

    def _look_again(self) -> None:
        if not self._closed:
            self._session.files.run(lambda: gone(self._session.library), self._show)


class RemoveDialog(QMessageBox):
    def __init__(self, photos: int, remove: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(self.tr("Take out of the library"))
        self.setText(self.tr("Take %Ln photo(s) out of the library?", None, photos))
        self.setInformativeText(
            self.tr(
                "This cannot be undone, but people and their names stay, and should the files come back, what you said "
                "of these photos holds again."
            )
        )
        self.addButton(self.tr("Take out"), QMessageBox.ButtonRole.AcceptRole)
        self.setDefaultButton(self.addButton(QMessageBox.StandardButton.Cancel))
        self.accepted.connect(remove)


def _day(photo: GonePhoto) -> str:
    return long_date(photo.since.astimezone())
