"""Some people, each to be removed again, and a line to add one by type-ahead."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.errors import AppError
from app.library.records import Person
from app.ui.delegates.cell import faint
from app.ui.models.images import Images, Shape, outline
from app.ui.session import Session
from app.ui.widgets.flow import Flow
from app.ui.widgets.type_ahead import TypeAhead

# A longer name is cut.
LONGEST_NAME = 28
REMOVING = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PersonChip(QAbstractButton):
    """A person as a small round picture with the name; a click removes it, as do Return, Backspace and Delete."""

    def __init__(self, images: Images, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images = images
        self.show_person(person)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        images.arrived.connect(self.update)

    def show_person(self, person: Person) -> None:
        self.person = person
        remove = self.tr("Remove %1").replace("%1", person.name)
        self.setAccessibleName(remove)
        self.setToolTip(remove)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = self.fontMetrics()
        height = round(metrics.height() * 1.6)
        longest = metrics.averageCharWidth() * LONGEST_NAME
        return QSize(min(metrics.horizontalAdvance(self.person.name), longest) + height * 2 + 8, height)

    def event(self, event: QEvent) -> bool:
        # On some platforms Backspace goes back to the page before.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in REMOVING:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in REMOVING:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        role, height = QPalette.ColorRole, self.height()
        painter.setPen(QPen(self.palette().color(role.Highlight), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(faint(self.palette(), 44 if self.underMouse() else 26))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), height / 2 - 1, height / 2 - 1)
        side = height - 6
        rect = QRectF(3, 3, side, side)
        cover = self.person.cover
        image = None
        if cover is not None:
            image = self._images.portrait(cover, round(side * self.devicePixelRatioF()), Shape.CIRCLE)
        if image is not None:
            painter.drawImage(rect, image)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPath(outline(rect, Shape.CIRCLE))
        painter.setPen(self.palette().color(role.WindowText))
        text = self.rect().adjusted(side + 8, 0, -height, 0)
        name = self.fontMetrics().elidedText(self.person.name, Qt.TextElideMode.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        self._paint_cross(painter)

    def _paint_cross(self, painter: QPainter) -> None:
        arm = self.fontMetrics().height() * 0.2
        x, y = self.width() - self.height() * 0.55, self.height() / 2
        painter.setPen(QPen(faint(self.palette(), 190), 1.5))
        painter.drawLine(round(x - arm), round(y - arm), round(x + arm), round(y + arm))
        painter.drawLine(round(x - arm), round(y + arm), round(x + arm), round(y - arm))


class PeopleField(Flow):
    changed = Signal()

    def __init__(self, session: Session, name: str, parent: QWidget | None = None) -> None:
        """`name` says what these people are, for screen readers."""
        super().__init__(parent, fill=True)
        self._session = session
        self._chips: list[PersonChip] = []
        # Replaced whole: names are looked for on another thread.
        self._chosen: frozenset[int] = frozenset()
        self.edit = TypeAhead(session, self._look)
        self.edit.setPlaceholderText(self.tr("Add a name"))
        self.edit.setAccessibleName(name)
        self.edit.setMinimumWidth(self.fontMetrics().averageCharWidth() * 14)
        self.edit.taken.connect(self._add)
        self.edit.unknown.connect(self._tell_unknown)
        self.edit.installEventFilter(self)
        self.insert(0, self.edit)

    def people(self) -> tuple[Person, ...]:
        return tuple(chip.person for chip in self._chips)

    def chips(self) -> Sequence[PersonChip]:
        return self._chips

    def show_people(self, people: Sequence[Person]) -> None:
        """Shows these, without a word to anybody."""
        if [person.id for person in people] == [chip.person.id for chip in self._chips]:
            # Whoever has the keyboard keeps it.
            for chip, person in zip(self._chips, people, strict=True):
                chip.show_person(person)
            return
        for chip in self._chips:
            self.remove(chip)
        self._chips = []
        self._chosen = frozenset()
        for person in people:
            self._insert(person)
        self._order_tabs()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        # In an empty line the keys go on to the people before it.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._chips:
            if event.key() == Qt.Key.Key_Backspace and not self.edit.text():
                self._remove(self._chips[-1])
                return True
            if event.key() == Qt.Key.Key_Left and self.edit.cursorPosition() == 0:
                self._chips[-1].setFocus(Qt.FocusReason.BacktabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _look(self, text: str) -> list[Person]:
        chosen, hidden = self._chosen, self._session.hidden.shown
        found = self._session.library.suggest_names(text, hidden=hidden)
        return [person for person in found if person.id not in chosen]

    def _insert(self, person: Person) -> None:
        chip = PersonChip(self._session.images, person, self)
        chip.clicked.connect(lambda: self._remove(chip))
        self.insert(len(self._chips), chip)
        self._chips.append(chip)
        self._chosen |= {person.id}

    def _order_tabs(self) -> None:
        for one, other in zip(self._chips, [*self._chips[1:], self.edit], strict=False):
            QWidget.setTabOrder(one, other)

    def _add(self, person: Person) -> None:
        if person.id not in [chip.person.id for chip in self._chips]:
            self._insert(person)
            self._order_tabs()
            self.changed.emit()

    def _remove(self, chip: PersonChip) -> None:
        self._chips.remove(chip)
        self._chosen -= {chip.person.id}
        # Before the chip goes, which would hand the keyboard on to whoever is next.
        self.edit.setFocus()
        self.remove(chip)
        self.changed.emit()

    def _tell_unknown(self, text: str) -> None:
        library, hidden, background = self._session.library, self._session.hidden, self._session.background
        nobody = self.tr("Nobody is called “%1”.").replace("%1", text)
        background.run(lambda: AppError(hidden.explain(library, text) or nobody), background.failed.emit)
