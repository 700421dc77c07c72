"""Which photos are shown: a line of choices that all hold together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from app.library.records import PhotoFilter
from app.ui.conditions import Conditions
from app.ui.dates import span
from app.ui.session import Session
from app.ui.widgets.date_field import DateField
from app.ui.widgets.flow import Flow
from app.ui.widgets.icons import set_symbol
from app.ui.widgets.people_field import PeopleField
from app.ui.widgets.ringed_button import RingedButton


class PhotoFilters(Flow):
    """`changed` says that other photos are asked for."""

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = QLabel()
        self.count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Which photos"))
        for text, key in (
            (self.tr("All photos"), "all"),
            (self.tr("With unnamed faces"), "unnamed"),
            (self.tr("Without faces"), "none"),
            (self.tr("Could not be read"), "unreadable"),
        ):
            self.kind.addItem(text, key)
        self.taken_from = DateField(self.tr("Taken from"), self.tr("from"))
        self.taken_to = DateField(self.tr("Taken until"), self.tr("until"))
        self.people = PeopleField(session, self.tr("With any of"))
        self.show_all = RingedButton(self.tr("Show all"))
        set_symbol(self.show_all, "cancel")
        self.show_all.clicked.connect(self.clear)
        dates = QWidget()
        row = QHBoxLayout(dates)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.taken_from)
        row.addWidget(QLabel("–"))
        row.addWidget(self.taken_to)
        for place, widget in enumerate((self.count, self.kind, dates, self.people, self.show_all)):
            self.insert(place, widget)
        self.show_all.hide()
        self.kind.currentIndexChanged.connect(self._changed)
        self.people.changed.connect(self._changed)
        for field in (self.taken_from, self.taken_to):
            field.changed.connect(self._changed)
            field.refused.connect(session.background.failed)

    def conditions(self) -> Conditions:
        """Who is on the photos and when they were taken."""
        first, last = span(self.taken_from.days(), self.taken_to.days())
        return Conditions(any_of=self.people.people(), taken_from=first, taken_to=last)

    def narrowing(self) -> Callable[[PhotoFilter], PhotoFilter]:
        """What makes a filter one of the chosen kind of photos."""
        kind = self.kind.currentData()
        return lambda which: replace(
            which, with_unnamed=kind == "unnamed", without_faces=kind == "none", unreadable=kind == "unreadable"
        )

    def is_on(self) -> bool:
        return self.kind.currentIndex() > 0 or self.conditions() != Conditions()

    def about_faces(self) -> bool:
        """Whether what is shown depends on who is on the photos."""
        return bool(self.people.people()) or self.kind.currentData() in ("unnamed", "none")

    def words(self) -> str:
        """What is asked for, for people to read."""
        kind = [self.kind.currentText()] if self.kind.currentIndex() > 0 else []
        conditions = self.conditions()
        return "  ·  ".join(kind + ([conditions.in_words()] if conditions != Conditions() else []))

    def clear(self) -> None:
        with QSignalBlocker(self):
            self.kind.setCurrentIndex(0)
            self.taken_from.clear()
            self.taken_to.clear()
            self.people.show_people(())
        self._changed()

    def _changed(self) -> None:
        self.show_all.setVisible(self.is_on())
        self.changed.emit()
