"""A line for a date as people remember it: a year, a month or a day."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from app.errors import AppError
from app.ui.dates import Days, days_of
from app.ui.widgets.line_edit import LineEdit


class DateField(LineEdit):
    """`changed` says that the days meant are others, `refused` says in an AppError that what was left is no date."""

    changed = Signal()
    refused = Signal(object)

    def __init__(self, name: str, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: Days | None = None
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setToolTip(self.tr("A year, a month such as 5/2014, or a day"))
        self.setMaximumWidth(QFontMetrics(self.font()).averageCharWidth() * 16)
        self.textChanged.connect(self._read)
        self.editingFinished.connect(self._check)

    def days(self) -> Days | None:
        """The first and the last day that are meant, None where nothing is."""
        return self._days

    def _read(self, text: str) -> None:
        days = days_of(text)
        if days != self._days:
            self._days = days
            self.changed.emit()

    def _check(self) -> None:
        if (text := self.text().strip()) and self._days is None:
            sentence = self.tr("“%1” is no date. Write a year such as 2014, a month such as 5/2014, or a day.")
            self.refused.emit(AppError(sentence.replace("%1", text)))
