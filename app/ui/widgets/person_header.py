"""The head of a person's page: who it is, since when there are photos, and what can be done with the whole person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QLocale, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStyleOptionButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.library.life import Life
from app.library.records import Cluster, Person
from app.ui import dates
from app.ui.dialogs.birthday import BirthdayDialog
from app.ui.dialogs.opening import open_dialog
from app.ui.session import Session
from app.ui.widgets.icons import set_symbol
from app.ui.widgets.name_edit import NameEdit, Typed
from app.ui.widgets.portrait import Portrait
from app.ui.widgets.ringed_button import RingedButton
from app.ui.widgets.switch import Switch
from app.ui.widgets.text import plain

# How far the lines stand in, so that there is room for the ring around one.
INSET = 8
# The field for the name, in letters.
LONGEST_FIELD = 50
# Narrower than so many letters, the switch stands below the name.
ONE_LINE = 84


class LineButton(RingedButton):
    """A line of text to click, which begins where the lines above and below do: styles would centre it in a button.

    Where it is too long for the window it is cut.
    """

    def sizeHint(self) -> QSize:  # noqa: N802
        text = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(text.width() + 2 * INSET, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.fontMetrics().averageCharWidth() * 8, super().minimumSizeHint().height())

    def initStyleOption(self, option: QStyleOptionButton) -> None:  # noqa: N802
        super().initStyleOption(option)
        # Painted here, beside what the style makes of a button.
        option.text = ""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        inside, flags = self.rect().adjusted(INSET, 0, -INSET, 0), Qt.TextFlag.TextShowMnemonic
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, inside.width(), flags)
        role = QPalette.ColorRole.ButtonText
        where = flags | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.style().drawItemText(QPainter(self), inside, where, self.palette(), self.isEnabled(), text, role)


class PersonHeader(QWidget):
    """`named` carries what was typed for a name, `left` says that the field was left without."""

    named = Signal(object)
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._who: Person | Cluster | None = None
        self._life: Life | None = None
        self._edit: NameEdit | None = None
        self._portrait = Portrait(session.images, 5)
        self.name = self._flat_button(self.tr("Click to change the name"), self.edit_name)
        font = QFont(self.name.font())
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self.name.setFont(font)
        self.name.setCursor(Qt.CursorShape.IBeamCursor)
        self.facts = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.facts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.facts.setContentsMargins(INSET, 0, 0, 0)
        self.facts.setWordWrap(True)
        self.born = self._flat_button(self.tr("Click to change the date of birth"), self._ask_for_birthday)
        self.switch = Switch((self.tr("Photos"), self.tr("Faces"), self.tr("Years")))
        self.menu_button = QToolButton(autoRaise=True)
        set_symbol(self.menu_button, "more")
        self.menu_button.setToolTip(self.tr("More"))
        self.menu_button.setAccessibleName(self.tr("More"))
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.menu_button.clicked.connect(self._open_menu)
        self._texts = QVBoxLayout()
        self._texts.setSpacing(2)
        self._texts.addStretch()
        self._line = QHBoxLayout()
        self._line.addWidget(self.name)
        self._line.addStretch()
        self._texts.addLayout(self._line)
        self._texts.addWidget(self.facts)
        self._texts.addWidget(self.born, 0, Qt.AlignmentFlag.AlignLeft)
        self._texts.addStretch()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 12, 16, 12)
        self._grid.setSpacing(12)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._portrait, 0, 0)
        self._grid.addLayout(self._texts, 0, 1)
        self._grid.addWidget(self.switch, 0, 2, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(self.menu_button, 0, 3, Qt.AlignmentFlag.AlignVCenter)

    def _flat_button(self, tip: str, call: Callable[[], None]) -> LineButton:
        button = LineButton(flat=True)
        button.setToolTip(tip)
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: call())
        return button

    def show_who(self, who: Person | Cluster | None, life: Life | None) -> None:
        """None while it is not known who, or when."""
        self._who, self._life = who, life
        person = who if isinstance(who, Person) else None
        self._portrait.show_face(who.cover if who is not None else None)
        self.name.setText(plain(person.name) if person else self.tr("Who is this?"))
        self.name.setAccessibleName(self.tr("Name: %1").replace("%1", person.name) if person else "")
        self.name.setEnabled(who is not None)
        self.menu_button.setEnabled(who is not None)
        self.facts.setText(" · ".join(self._facts(who, life)))
        self.born.setVisible(person is not None)
        if person is not None and person.born_on is not None:
            self.born.setText(self.tr("Born on %1").replace("%1", without_weekday(person.born_on)))
        else:
            self.born.setText(self.tr("Add the date of birth…"))

    def is_editing(self) -> bool:
        return self._edit is not None

    def edit_name(self) -> None:
        """Opens a field in the place of the name."""
        if self._who is None or self._edit is not None:
            return
        name = self._who.name if isinstance(self._who, Person) else ""
        edit = self._edit = NameEdit(self._session, self, name, self._who)
        edit.setFont(self.name.font())
        edit.setMaximumWidth(self.fontMetrics().averageCharWidth() * LONGEST_FIELD)
        edit.typed.connect(self._typed)
        edit.left.connect(self.end_edit)
        # Up to its greatest width it takes all the room, beside a stretch that takes what is left.
        self._line.insertWidget(0, edit, LONGEST_FIELD)
        self.name.hide()
        edit.show()
        edit.setFocus()

    def end_edit(self) -> None:
        if self._edit is not None:
            edit, self._edit = self._edit, None
            edit.leave()
            edit.hide()
            edit.deleteLater()
            self.name.show()
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        narrow = self.width() < self.fontMetrics().averageCharWidth() * ONE_LINE
        if narrow == (self._grid.itemAtPosition(1, 0) is None):
            self._grid.removeWidget(self.switch)
            if narrow:
                self._grid.addWidget(self.switch, 1, 0, 1, 4, Qt.AlignmentFlag.AlignLeft)
            else:
                self._grid.addWidget(self.switch, 0, 2, Qt.AlignmentFlag.AlignVCenter)

    def _typed(self, typed: Typed, _: int) -> None:
        self.end_edit()
        self.named.emit(typed)

    def _facts(self, who: Person | Cluster | None, life: Life | None) -> list[str]:
        if who is None:
            return []
        facts = [
            self.tr("%1 in %2")
            .replace("%1", self.tr("%Ln face(s)", None, who.faces))
            .replace("%2", self.tr("%Ln photo(s)", None, who.photos))
        ]
        if life is not None and life.first is not None and life.last is not None:
            first, last = dates.month_of(life.first), dates.month_of(life.last)
            facts.append(first if first == last else self.tr("%1 – %2").replace("%1", first).replace("%2", last))
        if isinstance(who, Person) and who.favourite:
            facts.insert(0, self.tr("★ Favourite"))
        if isinstance(who, Person) and who.hidden:
            facts.insert(0, self.tr("Hidden"))
        return facts

    def _open_menu(self) -> None:
        library, edits, who = self._session.library, self._session.edits, self._who
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def add(text: str, call: Callable[[], object]) -> QAction:
            action = menu.addAction(text)
            action.triggered.connect(lambda: call())
            return action

        if isinstance(who, Person):
            add(self.tr("Rename"), self.edit_name)
            add(self.tr("Date of birth…"), self._ask_for_birthday)
            menu.addSeparator()
            favourite = add(
                self.tr("Favourite"), lambda: edits.run(lambda: library.set_favourite(who.id, not who.favourite))
            )
            favourite.setCheckable(True)
            favourite.setChecked(who.favourite)
            hide = self.tr("Show again") if who.hidden else self.tr("Hide")
            add(hide, lambda: edits.run(lambda: library.set_hidden(who.id, not who.hidden)))
        elif who is not None:
            add(self.tr("Name…"), self.edit_name)
            add(self.tr("Ignore these faces"), lambda: edits.run(lambda: library.ignore(clusters=[who.id])))
        # Inside the window, whose right edge is near.
        corner = self.menu_button.mapToGlobal(self.menu_button.rect().bottomRight())
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))

    def _ask_for_birthday(self) -> None:
        person = self._who
        if not isinstance(person, Person):
            return
        library, edits = self._session.library, self._session.edits

        def answer(day: date | None) -> None:
            if day != person.born_on:
                edits.run(lambda: library.set_born(person.id, day))

        guess = self._life.first if self._life is not None else None
        open_dialog(BirthdayDialog(person.name, person.born_on, guess, answer, self))


def without_weekday(day: date) -> str:
    """A long date; nobody asks on which day of the week somebody was born."""
    form = re.sub(r"[\s,،]*dddd[\s,،]*", "", QLocale().dateFormat(QLocale.FormatType.LongFormat))
    return QLocale().toString(QDate(day.year, day.month, day.day), form)
