"""What can be done with the photo in the viewer: copied, shown elsewhere, marked as a collage; with the keys for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.errors import AppError
from app.library.records import Photo
from app.ui.background import Background
from app.ui.edits import Edits
from app.ui.file_manager import open_elsewhere, show_file
from app.ui.photo_reader import image_of, read_picture
from app.ui.session import Session
from app.ui.widgets.text import printable


class PhotoMenu(QObject):
    """`photo` gives the photo in sight, None while there is none; `note` says a word about what was done."""

    def __init__(
        self, session: Session, page: QWidget, photo: Callable[[], Photo | None], note: Callable[[str], None]
    ) -> None:
        super().__init__(page)
        self._page, self._photo, self._note = page, photo, note
        self._library = session.library
        self._files: Background = session.files
        self._edits: Edits = session.edits
        self.copy = self._action(self.tr("Copy the picture"), self._copy, QKeySequence.StandardKey.Copy)
        self.copy_path = self._action(self.tr("Copy the path of the file"), self._copy_path, "Ctrl+Shift+C")
        self.show = self._action(self.tr("Show in the file manager"), self._show, "Ctrl+Shift+O")
        self.open = self._action(self.tr("Open with the default program"), self._open, "Ctrl+E")
        self.repeats = self._action(
            self.tr("One person may appear twice here (collage or mirror)"), self._allow_repeats, checkable=True
        )

    def show_photo(self, photo: Photo | None) -> None:
        for action in (self.copy, self.copy_path, self.show, self.open, self.repeats):
            action.setEnabled(photo is not None)
        self.repeats.setChecked(photo is not None and photo.repeats_allowed)

    def menu(self, *first: QAction) -> QMenu:
        """With these actions before its own. It goes when it closes."""
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(first)
        menu.addSeparator()
        menu.addActions([self.copy, self.copy_path, self.show, self.open])
        menu.addSeparator()
        menu.addAction(self.repeats)
        return menu

    def _action(
        self,
        text: str,
        call: Callable[[Photo], None],
        keys: QKeySequence.StandardKey | str | None = None,
        *,
        checkable: bool = False,
    ) -> QAction:
        action = QAction(text, self._page, checkable=checkable)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

        def chosen() -> None:
            if (photo := self._photo()) is not None:
                call(photo)

        action.triggered.connect(chosen)
        self._page.addAction(action)
        return action

    def _copy(self, photo: Photo) -> None:
        """The pixels, for programs that take pictures, and the file, for those that take files."""

        def keep(image: object) -> None:
            data = QMimeData()
            data.setImageData(image)
            data.setUrls([QUrl.fromLocalFile(str(photo.path))])
            QGuiApplication.clipboard().setMimeData(data)
            self._note(self.tr("The picture is copied."))

        self._files.run(lambda: image_of(read_picture(photo)), keep, queue=photo.root)

    def _copy_path(self, photo: Photo) -> None:
        QGuiApplication.clipboard().setText(printable(photo.path))
        self._note(self.tr("The path is copied."))

    def _show(self, photo: Photo) -> None:
        self._if_there(photo, lambda: show_file(photo.path, self._page, self._files))

    def _open(self, photo: Photo) -> None:
        self._if_there(photo, lambda: open_elsewhere(photo.path, self._files))

    def _if_there(self, photo: Photo, call: Callable[[], None]) -> None:
        """A drive may take its time to say whether it has the file."""

        def check() -> Path:
            # A drive that fails to answer counts as one that is not there.
            if not os.path.exists(photo.path):  # noqa: PTH110
                text = self.tr("%1 is not there. If it lies on a removed drive, connect the drive.")
                raise AppError(text.replace("%1", printable(photo.path)))
            return photo.path

        self._files.run(check, lambda _: call(), queue=photo.root)

    def _allow_repeats(self, photo: Photo) -> None:
        allowed = not photo.repeats_allowed
        self._edits.run(lambda: self._library.allow_repeats(photo.id, allowed), tell=False)
