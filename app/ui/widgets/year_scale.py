"""The years beside a grid of photos: one click, or one key, leads to any of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPalette
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.library.timeline import Month


class YearScale(QListWidget):
    """`chosen` carries the first row of a year, `entered` says that the keyboard is to go on there."""

    chosen = Signal(int)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._starts: list[int] = []
        self._shown: list[tuple[int | None, int]] = []
        self.setAccessibleName(self.tr("Years"))
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.currentRowChanged.connect(self._moved)
        # Clicking the year that is shown leads back to where it begins.
        self.itemClicked.connect(lambda item: self._moved(self.row(item)))
        self.hide()

    def show_months(self, months: Sequence[Month]) -> None:
        """The years of these sections; nothing where there are fewer than two."""
        years: list[tuple[int | None, int]] = []
        row = 0
        for month in months:
            year = None if month.begins is None else month.begins.year
            if not years or years[-1][0] != year:
                years.append((year, row))
            row += month.photos
        self.setVisible(len(years) > 1)
        if years == self._shown:
            return
        self._shown, self._starts = years, [start for _, start in years]
        with QSignalBlocker(self):
            self.clear()
            for year, _ in years:
                item = QListWidgetItem(self.tr("No date") if year is None else str(year), self)
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                item.setSizeHint(self._size_of(item.text()))
        self.updateGeometry()

    def mark(self, row: int) -> None:
        """Shows which year this row belongs to."""
        number = bisect_right(self._starts, row) - 1
        if 0 <= number < self.count():
            with QSignalBlocker(self):
                self.setCurrentRow(number)
            self._embolden(number)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(max(0, self.sizeHintForColumn(0)), 100)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.sizeHint().width(), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def _moved(self, number: int) -> None:
        if 0 <= number < len(self._starts):
            self.chosen.emit(self._starts[number])

    def _size_of(self, text: str) -> QSize:
        """Wide enough for bold letters, high enough to be hit."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(text) + metrics.averageCharWidth() * 4, round(metrics.height() * 1.35))

    def _embolden(self, number: int) -> None:
        faint = self.palette().color(QPalette.ColorRole.PlaceholderText)
        with QSignalBlocker(self):
            for place in range(self.count()):
                item, font = self.item(place), QFont(self.font())
                font.setBold(place == number)
                item.setFont(font)
                # The colour of the palette, for the one that is shown.
                item.setData(Qt.ItemDataRole.ForegroundRole, None if place == number else faint)
        self.viewport().update()
