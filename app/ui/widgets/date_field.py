"""A line for a date as people remember it: a year, a month or a day."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLineEdit, QWidget


class DateField(QLineEdit):
    """`changed` says that the days meant are others, `refused` carries a text that is no date once it is left."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, name: str, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: tuple[date, date] | None = None
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setToolTip(self.tr("A year, a month such as 5/2014, or a day"))
        self.setMaximumWidth(QFontMetrics(self.font()).averageCharWidth() * 16)
        self.textChanged.connect(self._read)
        self.editingFinished.connect(self._check)

    def days(self) -> tuple[date, date] | None:
        """The first and the last day that are meant, None where nothing is."""
        return self._days

    def _read(self, text: str) -> None:
        days = days_of(text)
        if days != self._days:
            self._days = days
            self.changed.emit()

    def _check(self) -> None:
        if self.text().strip() and self._days is None:
            self.refused.emit(self.text().strip())


def days_of(text: str) -> tuple[date, date] | None:
    """The first and the last day of "2014", "5/2014", "2014-05" or a day as it is written here or in ISO 8601."""
    text = text.strip()
    year = month = None
    if found := re.fullmatch(r"(\d{4})", text):
        year = int(found[1])
    elif found := re.fullmatch(r"(\d{4})[-./](\d{1,2})", text):
        year, month = int(found[1]), int(found[2])
    elif found := re.fullmatch(r"(\d{1,2})[-./](\d{4})", text):
        year, month = int(found[2]), int(found[1])
    if year is not None:
        if year == 0 or not 1 <= (month or 1) <= 12:
            return None
        last = month or 12
        return date(year, month or 1, 1), date(year, last, monthrange(year, last)[1])
    here = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
    # Two digits of a year would be read as of the century before this one.
    here = here if "yyyy" in here else here.replace("yy", "yyyy")
    for form in (here, "yyyy-MM-dd"):
        day = QLocale().toDate(text, form)
        if day.isValid() and day.year() > 0:
            there = date(day.year(), day.month(), day.day())
            return there, there
    return None
