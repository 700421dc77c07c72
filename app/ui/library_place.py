"""The part of the settings about where the library lies, and which one the next start opens."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app import paths
from app.errors import AppError
from app.library.library import Library
from app.ui.dialogs.paths import PathDialogs
from app.ui.file_manager import open_elsewhere
from app.ui.session import Session
from app.ui.widgets.form import Form, Note
from app.ui.widgets.text import printable


class LibraryPlace(QWidget):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._paths = PathDialogs(self)
        self.folder = QLineEdit(printable(session.library.folder), readOnly=True)
        self.folder.setToolTip(self.folder.text())
        self.note = Note()
        show = QPushButton(self.tr("Show in the file manager"))
        self.other = QPushButton(self.tr("Choose another…"))
        self.usual = QPushButton(self.tr("Back to the usual place"))
        # The library that was made here, for it was not there.
        self._made: Path | None = None
        form = Form()
        form.add(self.tr("&Folder:"), self.folder, self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Note(self.tr("Names, faces and small pictures are kept here. Photos stay where they are.")))
        column.addLayout(form)
        for button in (show, self.other, self.usual):
            row = QHBoxLayout()
            row.addWidget(button)
            row.addStretch()
            column.addLayout(row)
        show.clicked.connect(lambda: open_elsewhere(session.library.folder, session.background))
        self.other.clicked.connect(
            lambda: self._paths.ask_for_folder(self.tr("Choose a library, or an empty folder"), self._choose)
        )
        self.usual.clicked.connect(lambda: self._keep(""))
        self._show()

    def _show(self) -> None:
        chosen, shown = self._session.settings.current.library, self._session.library.folder
        self.usual.setVisible(bool(chosen))
        following = Path(chosen) if chosen else paths.default_library()
        text = self.tr("From the next start on: %1")
        if following == self._made:
            text = self.tr("From the next start on: %1, a new library without anybody. Those you named stay in %2.")
        text = text.replace("%2", printable(shown)).replace("%1", printable(following))
        self.note.say("" if following == shown else text)

    def _choose(self, folder: Path) -> None:
        """Makes a library in an empty folder. One that is there is only opened at the next start."""

        refusal = self.tr("There is no library in %1, and it is not empty. Choose an empty folder for a library.")
        unread = self.tr("%1 cannot be read (%2). Connect its drive, or give yourself the right to look into it.")

        def make() -> Path | None:
            try:
                is_library = (folder / "library.db").is_file()
            except OSError as error:
                why = error.strerror or type(error).__name__
                raise AppError(unread.replace("%2", why).replace("%1", printable(folder))) from error
            if not is_library:
                if any(
                    QDir(folder).entryList(QDir.Filter.AllEntries | QDir.Filter.Hidden | QDir.Filter.NoDotAndDotDot)
                ):
                    raise AppError(refusal.replace("%1", printable(folder)))
                Library.open(folder).close()
            return None if is_library else folder

        def keep(made: Path | None) -> None:
            self._made = made
            self._keep(str(folder))

        self._session.files.run(make, keep)

    def _keep(self, folder: str) -> None:
        self._session.settings.change(library=folder)
        self._show()
