"""Asks when somebody was born: typed, or picked from a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.ui import dates
from app.ui.widgets.button_box import ButtonBox

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
        self.day = QLineEdit()
        self.day.setAccessibleName(self.tr("Date of birth"))
        example = dates.short(date(1998, 5, 23))
        self.day.setPlaceholderText(self.tr("For example %1").replace("%1", example))
        self.calendar = QCalendarWidget()
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setDateRange(EARLIEST, QDate.currentDate())
        # Weekends are days like others here.
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(weekday, QTextCharFormat())
        self._name_the_calendar()
        self.calendar.setMinimumHeight(self.calendar.sizeHint().height())
        self._why = self.tr("Faces on earlier photos are then known to be somebody else, and ages can be told.")
        self._unclear = self.tr("Day, month and year are needed: for example %1").replace("%1", example)
        self._to_come = self.tr("This day is yet to come.")
        self.hint = QLabel(self._why, textFormat=Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        buttons = ButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.save = buttons.button(QDialogButtonBox.StandardButton.Save)
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        if born_on is not None:
            forget = buttons.addButton(self.tr("Not known"), QDialogButtonBox.ButtonRole.ResetRole)
            forget.clicked.connect(lambda: self._end(None))
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.setContentsMargins(20, 20, 20, 16)
        for widget in (question, self.day, self.calendar, self.hint, buttons):
            layout.addWidget(widget)
        if (start := born_on or guess) is not None:
            self.calendar.setSelectedDate(QDate(start.year, start.month, start.day))
        if born_on is not None:
            self._picked()
        self.calendar.selectionChanged.connect(self._picked)
        self.day.textEdited.connect(self._typed)
        self._typed(self.day.text())
        self.day.selectAll()
        self.day.setFocus()

    def _name_the_calendar(self) -> None:
        """Qt leaves its parts without a name."""
        self.calendar.setAccessibleName(self.tr("Calendar"))
        for part, name in (
            ("qt_calendar_calendarview", self.tr("Days of the month")),
            ("qt_calendar_prevmonth", self.tr("Previous month")),
            ("qt_calendar_nextmonth", self.tr("Next month")),
        ):
            if (widget := self.calendar.findChild(QWidget, part)) is not None:
                widget.setAccessibleName(name)

    def _picked(self) -> None:
        day = self.calendar.selectedDate()
        self.day.setText(dates.short(date(day.year(), day.month(), day.day())))
        self._typed(self.day.text())

    def _typed(self, text: str) -> None:
        """The calendar follows what is typed; what is no day of the past cannot be saved."""
        day = _day(text)
        if day is not None and day != self.calendar.selectedDate():
            blocked = self.calendar.blockSignals(True)
            self.calendar.setSelectedDate(day)
            self.calendar.blockSignals(blocked)
        self.save.setEnabled(day is not None)
        refusal = ""
        if text.strip() and day is None:
            days = dates.days_of(text)
            refusal = self._to_come if days is not None and days[0] > date.today() else self._unclear
        self.day.setAccessibleDescription(refusal)
        self.hint.setText(refusal or self._why)

    def _save(self) -> None:
        if (day := _day(self.day.text())) is not None:
            self._end(date(day.year(), day.month(), day.day()))

    def _end(self, day: date | None) -> None:
        self.accept()
        self._answer(day)


def _day(text: str) -> QDate | None:
    """The day of the past that is written here."""
    days = dates.days_of(text)
    if days is None or days[0] != days[1]:
        return None
    day = QDate(days[0].year, days[0].month, days[0].day)
    return day if EARLIEST <= day <= QDate.currentDate() else None
