"""The part of the settings about photos that are out of sight: what scans leave out, and photos that are gone."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.errors import UsageError
from app.ui.dialogs.gone import GoneDialog
from app.ui.dialogs.opening import open_dialog
from app.ui.session import Session
from app.ui.widgets.form import Note
from app.ui.widgets.line_edit import LineEdit
from app.work.walk import check_patterns

BETWEEN = ";"
# As Chinese is typed.
WIDE = "\N{FULLWIDTH SEMICOLON}"


class LeftOut(QWidget):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._kept = ""
        self.patterns = LineEdit()
        self.patterns.setAccessibleName(self.tr("Leave out"))
        self.patterns.setPlaceholderText(self.tr("Screenshots; *_edited.*"))
        label = QLabel(self.tr("&Leave out:"))
        label.setBuddy(self.patterns)
        note = Note(
            self.tr(
                "Names of files and folders, or paths within a photo folder, with semicolons between them; * stands "
                "for anything. Hidden folders, and those marked as holding no media, are always left out. What you "
                "said of photos that are left out is kept."
            )
        )
        self.gone_button = QPushButton(self.tr("Photos that are gone…"))
        row, buttons = QHBoxLayout(), QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.patterns)
        buttons.addWidget(self.gone_button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(note)
        column.addLayout(buttons)
        self.patterns.editingFinished.connect(self._change)
        self.gone_button.clicked.connect(lambda: open_dialog(GoneDialog(session, self)))

    def show_patterns(self, patterns: list[str]) -> None:
        """What is being typed stays."""
        text = f"{BETWEEN} ".join(patterns)
        if self.patterns.text() == self._kept:
            self.patterns.setText(text)
        self._kept = text

    def _change(self) -> None:
        patterns = [
            part for typed in self.patterns.text().replace(WIDE, BETWEEN).split(BETWEEN) if (part := typed.strip())
        ]
        text = f"{BETWEEN} ".join(patterns)
        self.patterns.setText(text)
        if text != self._kept:
            try:
                check_patterns(patterns)
            except UsageError as error:
                self._session.background.failed.emit(error)
                return
            self._kept = text
            self._session.background.deliver(self._session.library.set_excluded(patterns), lambda _: self._scan())

    def _scan(self) -> None:
        """Nothing is read again; what is left out goes out of sight, and what no longer is comes back."""
        jobs = self._session.jobs
        if roots := self._session.folders.roots:
            jobs.start(lambda: jobs.make.scan_by_itself([root.path for root in roots]))
