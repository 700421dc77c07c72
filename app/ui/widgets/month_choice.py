"""A month, a whole year, or nothing: one end of a span of time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from PySide6.QtCore import QLocale, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget


class MonthChoice(QWidget):
    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.year, self.month = QComboBox(), QComboBox()
        self.year.setAccessibleName(name)
        self.month.setAccessibleName(self.tr("%1, month").replace("%1", name))
        self.year.addItem(self.tr("any year"), None)
        self.month.addItem(self.tr("whole year"), None)
        for number in range(1, 13):
            self.month.addItem(QLocale().standaloneMonthName(number), number)
        self.month.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.year)
        row.addWidget(self.month)
        self.year.currentIndexChanged.connect(self._changed)
        self.month.currentIndexChanged.connect(self._changed)

    def offer(self, years: Iterable[int]) -> None:
        """Latest first. What is chosen stays."""
        chosen = self.year.currentData()
        offered = sorted({*years, *(() if chosen is None else (chosen,))}, reverse=True)
        if offered == [self.year.itemData(place) for place in range(1, self.year.count())]:
            return
        with QSignalBlocker(self.year):
            while self.year.count() > 1:
                self.year.removeItem(1)
            for year in offered:
                self.year.addItem(str(year), year)
            self.year.setCurrentIndex(0 if chosen is None else 1 + offered.index(chosen))

    def span(self) -> tuple[date, date] | None:
        """The first and the last day of what is chosen."""
        year, month = self.year.currentData(), self.month.currentData()
        if year is None:
            return None
        last = month or 12
        after = date(year + last // 12, last % 12 + 1, 1)
        return date(year, month or 1, 1), after - timedelta(days=1)

    def text(self) -> str:
        return self.year.currentText() if self.month.currentData() is None else self._month_of_year()

    def clear(self) -> None:
        with QSignalBlocker(self):
            self.month.setCurrentIndex(0)
            self.year.setCurrentIndex(0)

    def _month_of_year(self) -> str:
        return (
            self.tr("%1 %2", "%1 is the name of a month, %2 the year, %3 the number of the month")
            .replace("%1", self.month.currentText())
            .replace("%2", self.year.currentText())
            .replace("%3", str(self.month.currentData()))
        )

    def _changed(self) -> None:
        self.month.setVisible(self.year.currentData() is not None)
        self.updateGeometry()
        self.changed.emit()
