"""Which photos are shown: a line of choices that all hold together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from app.errors import AppError
from app.library.records import Person, PersonId, PhotoFilter
from app.ui.session import Session
from app.ui.widgets.flow_layout import FlowLayout
from app.ui.widgets.icons import set_symbol
from app.ui.widgets.month_choice import MonthChoice
from app.ui.widgets.name_edit import NameEdit, Typed
from app.ui.widgets.ringed_button import RingedButton
from app.ui.widgets.text import plain

KINDS = {
    "all": PhotoFilter(),
    "unnamed": PhotoFilter(with_unnamed=True),
    "none": PhotoFilter(without_faces=True),
    "unreadable": PhotoFilter(unreadable=True),
}
# Names are cut to this many letters; the tool tip has them whole.
LETTERS = 24


class PhotoFilters(QWidget):
    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._people: tuple[Person, ...] = ()
        self._years: set[int] = set()
        self._edit: NameEdit | None = None
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
        self.begin = MonthChoice(self.tr("From"))
        self.end = MonthChoice(self.tr("To"))
        self.add_person = RingedButton(self.tr("Add a person…"))
        self.add_person.setToolTip(self.tr("Show only photos of this person; of several, photos of any of them"))
        self.add_person.clicked.connect(self._open_edit)
        self.show_all = RingedButton(self.tr("Show all"))
        set_symbol(self.show_all, "cancel")
        self.show_all.clicked.connect(self.clear)
        self.show_all.hide()
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(14, 8, 14, 8)
        self._flow.setSpacing(8)
        for widget in (
            self.count,
            self.kind,
            _beside(self.tr("From"), self.begin),
            _beside(self.tr("to", "a span of time"), self.end),
            self.add_person,
            self.show_all,
        ):
            self._flow.addWidget(widget)
        self._chips: list[QWidget] = []
        self.kind.currentIndexChanged.connect(self._changed)
        self.begin.changed.connect(self._changed)
        self.end.changed.connect(self._changed)

    def which(self) -> PhotoFilter:
        """Ends given the wrong way round mean the same span."""
        spans = [span for span in (self.begin.span(), self.end.span()) if span is not None]
        both = len(spans) == 2
        return replace(
            KINDS[self.kind.currentData()],
            any_of=tuple(person.id for person in self._people),
            taken_from=min(first for first, _ in spans) if both or self.begin.span() else None,
            taken_to=max(last for _, last in spans) if both or self.end.span() else None,
        )

    def is_on(self) -> bool:
        return self.which() != PhotoFilter()

    def about_faces(self) -> bool:
        """Whether what is shown depends on who is on the photos."""
        return bool(self._people) or self.kind.currentData() in ("unnamed", "none")

    def people(self) -> Sequence[PersonId]:
        return [person.id for person in self._people]

    def words(self) -> str:
        """What is asked for, for people to read."""
        parts = [self.kind.currentText()] if self.kind.currentIndex() else []
        if self.begin.span() is not None:
            parts.append(self.tr("from %1").replace("%1", self.begin.text()))
        if self.end.span() is not None:
            parts.append(self.tr("to %1").replace("%1", self.end.text()))
        if self._people:
            parts.append(self.tr(" or ", "between names").join(person.name for person in self._people))
        return "  ·  ".join(parts)

    def clear(self) -> None:
        if not self.is_on():
            return
        with QSignalBlocker(self):
            self.kind.setCurrentIndex(0)
            self.begin.clear()
            self.end.clear()
            self.show_people(())
        self._changed()

    def offer_years(self, years: Iterable[int]) -> None:
        """Photos of these years are known; years that were known before stay on offer."""
        self._years |= set(years)
        self.begin.offer(self._years)
        self.end.offer(self._years)

    def show_people(self, people: Sequence[Person]) -> None:
        """As they are called at present."""
        if tuple(people) == self._people:
            return
        self._people = tuple(people)
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for person in people:
            if self._chips:
                self._chips.append(QLabel(self.tr("or", "between names")))
            self._chips.append(self._chip(person))
        place = self._flow.indexOf(self.add_person)
        for offset, chip in enumerate(self._chips):
            self._flow.insert_widget(place + offset, chip)
            chip.show()
        self.show_all.setVisible(self.is_on())

    def _chip(self, person: Person) -> QPushButton:
        metrics = QFontMetrics(self.font())
        width = metrics.averageCharWidth() * LETTERS
        chip = RingedButton(plain(metrics.elidedText(person.name, Qt.TextElideMode.ElideRight, width)))
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        set_symbol(chip, "cancel")
        chip.setAccessibleName(self.tr("Do not ask for %1").replace("%1", person.name))
        chip.setToolTip(chip.accessibleName())
        chip.clicked.connect(lambda: self._remove(person.id))
        return chip

    def _remove(self, person: PersonId) -> None:
        self.add_person.setFocus()
        self.show_people([one for one in self._people if one.id != person])
        self._changed()

    def _open_edit(self) -> None:
        edit = self._edit = NameEdit(self._session, self)
        edit.setPlaceholderText(self.tr("Who is on the photos?"))
        edit.setAccessibleName(edit.placeholderText())
        edit.setMinimumWidth(self.fontMetrics().averageCharWidth() * LETTERS)
        edit.typed.connect(self._typed)
        edit.left.connect(self._close_edit)
        self._flow.insert_widget(self._flow.indexOf(self.add_person), edit)
        self.add_person.hide()
        edit.show()
        edit.setFocus()

    def _close_edit(self) -> None:
        if self._edit is None:
            return
        edit, self._edit = self._edit, None
        had_keyboard = edit.hasFocus()
        edit.hide()
        edit.deleteLater()
        self.add_person.show()
        if had_keyboard:
            self.add_person.setFocus()

    def _typed(self, typed: Typed, _: int) -> None:
        # Half a name that somebody turned away from is no answer.
        meant = self._edit is not None and self._edit.hasFocus()
        self._close_edit()
        if typed.person is not None:
            self._add(typed.person)
        elif typed.text and meant:
            library = self._session.library
            self._session.background.run(
                lambda: library.suggest_names(typed.text, 1), lambda found: self._found(typed.text, found)
            )

    def _found(self, text: str, found: Sequence[Person]) -> None:
        if found:
            self._add(found[0])
        else:
            self._session.background.failed.emit(AppError(self.tr("Nobody is called %1.").replace("%1", text)))

    def _add(self, person: Person) -> None:
        if person.id not in self.people():
            self.show_people([*self._people, person])
            self._changed()

    def _changed(self) -> None:
        self.show_all.setVisible(self.is_on())
        self.changed.emit()


def _beside(text: str, choice: MonthChoice) -> QWidget:
    """They stay together where the line wraps."""
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(QLabel(text))
    row.addWidget(choice)
    return both
