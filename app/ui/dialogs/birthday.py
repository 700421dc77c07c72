"""Asks when somebody was born: typed, or picked from a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtWidgets import QDateEdit, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

# Nobody who was photographed was born before.
EARLIEST = QDate(1750, 1, 1)


class BirthdayDialog(QDialog):
    """Calls `answer` with the day, or with None where it is not known any more; not at all when cancelled."""

    def __init__(
        self,
        name: str,
        born_on: date | None,
        guess: date | None,
        answer: Callable[[date | None], None],
        parent: QWidget,
    ) -> None:
        """`guess` is where the calendar opens while the day is not known."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Date of birth"))
        self._answer = answer
        question = QLabel(self.tr("When was %1 born?").replace("%1", name), textFormat=Qt.TextFormat.PlainText)
        question.setWordWrap(True)
        self.day = QDateEdit()
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat(_with_whole_years(QLocale().dateFormat(QLocale.FormatType.ShortFormat)))
        self.day.setDateRange(EARLIEST, QDate.currentDate())
        start = born_on or guess
        self.day.setDate(QDate.currentDate() if start is None else QDate(start.year, start.month, start.day))
        self.day.setAccessibleName(self.tr("Date of birth"))
        hint = QLabel(self.tr("Faces on earlier photos are then known to be somebody else, and ages can be told."))
        hint.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(lambda: self._end(self._chosen()))
        buttons.rejected.connect(self.reject)
        if born_on is not None:
            forget = buttons.addButton(self.tr("Not known"), QDialogButtonBox.ButtonRole.ResetRole)
            forget.clicked.connect(lambda: self._end(None))
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.setContentsMargins(20, 20, 20, 16)
        for widget in (question, self.day, hint, buttons):
            layout.addWidget(widget)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 46)
        self.day.setFocus()

    def _chosen(self) -> date:
        day = self.day.date()
        return date(day.year(), day.month(), day.day())

    def _end(self, day: date | None) -> None:
        self.accept()
        self._answer(day)


def _with_whole_years(pattern: str) -> str:
    """Two digits of a year do not tell a child from its great-grandmother."""
    return pattern if "yyyy" in pattern else pattern.replace("yy", "yyyy")
