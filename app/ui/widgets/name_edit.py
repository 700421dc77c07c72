"""The field a name is typed into, wherever that is: under a tile, beside a face, on a person's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.library.people import folded
from app.library.records import Cluster, Face, Named, Person, PersonId, Side
from app.ui.models.names import NamesModel
from app.ui.session import Session
from app.ui.widgets.announcing import announce
from app.ui.widgets.drop_down import DropDown
from app.ui.widgets.line_edit import LineEdit

MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Typed:
    """`person` is set when one was taken from the list rather than typed.

    `new` tells that it is nobody known, though somebody may have that name: the user chose the line that says so.
    """

    text: str
    person: Named | None = None
    new: bool = False


class NameEdit(LineEdit):
    """Ends once, by `typed` or by `left`. `then` of `typed` says where to go on: 1 to the next, -1 to the previous
    (Tab), 0 nowhere.

    While somebody types, the people whom that may mean are offered, and last, where there are any, a new person of the
    name as it was typed. Return and Tab take the line that is highlighted. Unless the user goes to another line that is

    - whoever has exactly this name, but for case and accents: they are asked about, since two may be called the same;
    - else the first one with a word that begins so: the beginning of a name does not invent a person, and the new
      person is one step up from the first line, and one down from the last. Where a group gets the name they are asked
      about too, unless its faces are like theirs: half a word is soon typed, and mixes two people;
    - nothing where nobody fits, and nothing is offered then: what was typed is a new person.

    So which line it is depends on what was typed and who is offered, never on how quickly. Where a person is given
    another name, nothing is highlighted but by the user: that they are somebody known is the exception there. With
    nothing typed nothing is highlighted either. A field that loses the keyboard otherwise takes what was typed.
    """

    typed = Signal(object, int)
    left = Signal()

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        name: str = "",
        about: Person | Cluster | Face | Side | None = None,
    ) -> None:
        """`about` is who gets the name: a person who has one already, or an unnamed group or a face."""
        if isinstance(about, Cluster):
            about = Side(cluster=about.id)
        elif isinstance(about, Face):
            about = Side(faces=(about.id,))
        super().__init__(name, parent)
        self._names, self._library, self._background = session.names, session.library, session.background
        self._renamed = about.id if isinstance(about, Person) else None
        self._is_of_group = isinstance(about, Side) and about.cluster is not None
        self._likely: Sequence[PersonId] = ()
        self._ended = self._picked = False
        self._model = NamesModel(self)
        self._drop_down = DropDown(self, self._model, session.images, MOST_OFFERED + 1)
        self.suggestions = self._drop_down.list
        self.suggestions.setAccessibleName(self.tr("People who may be meant"))
        # After the completer's own, to come before it: from the last line Down leads to the first.
        self.suggestions.installEventFilter(self)
        self.suggestions.clicked.connect(self._take)
        self.setPlaceholderText(self.tr("Name"))
        self.setAccessibleName(self.tr("Name of this person"))
        self.textEdited.connect(self._suggest)
        self.selectAll()
        if isinstance(about, Side):
            self._names.find_likely(about, self._show_likely)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._finish(0)
            case Qt.Key.Key_Tab:
                self._finish(1)
            case Qt.Key.Key_Backtab:
                self._finish(-1)
            case Qt.Key.Key_Escape:
                self._leave()
            case Qt.Key.Key_Down | Qt.Key.Key_Up if self.suggestions.isVisible():
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_Down:
                self._suggest(self.text() if self.isModified() else "")
            case _:
                super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Tab would leave the field before keyPressEvent sees it.
        tabs = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in tabs:
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._step(step)
                return True
        return super().eventFilter(watched, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        # Looking at another window or at the suggestions is not an answer.
        if event.reason() not in (
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.MenuBarFocusReason,
        ):
            self.leave()

    def leave(self) -> None:
        """Ends as when the user goes on elsewhere: what was typed counts, what was only looked at does not."""
        self._end(Typed(self._tidy()), 0) if self.isModified() else self._leave()

    def make_way(self, action: QAction) -> None:
        # An open field would keep the page from showing what was undone.
        self.leave()
        super().make_way(action)

    def _tidy(self) -> str:
        return " ".join(self.text().split())

    def _show_likely(self, people: list[PersonId]) -> None:
        """Offers them where nothing is typed yet; a list that is being looked at stays as it is."""
        if not self._ended and isValid(self):
            self._likely = people
            if people and self.hasFocus() and not self.text() and not self.suggestions.isVisible():
                self._suggest("")

    def _suggest(self, text: str) -> None:
        """Offers who may be meant by a text; for none who is likely, and who was named last."""
        text = " ".join(text.split())
        people = self._names.fitting(text, self._likely, MOST_OFFERED, self._renamed)
        self._picked = False
        self._model.fill(people, text if people and self._renamed is None else "")
        if not people:
            self.suggestions.hide()
            return
        self._drop_down.drop()
        self._highlight(0 if text and self._renamed is None else -1)
        if unknown := self._model.undescribed():
            self._background.run(lambda: self._library.people_by_id(unknown), self._describe)

    def _describe(self, people: list[Person]) -> None:
        if isValid(self):
            row = self.suggestions.currentIndex().row()
            self._model.describe(people)
            if self.suggestions.isVisible():
                self._drop_down.drop()
            # The completer starts anew with every change of its model.
            self._drop_down.highlight(row)

    def _step(self, by: int) -> None:
        """To the next line, from the last one to the first."""
        row, rows = self.suggestions.currentIndex().row(), self._model.rowCount()
        self._picked = True
        self._highlight((row + by) % rows if row >= 0 else 0 if by > 0 else rows - 1)

    def _highlight(self, row: int) -> None:
        index = self._drop_down.highlight(row)
        if index.isValid():
            # The keyboard stays in the field, so that screen readers are not told by Qt.
            announce(self, str(index.data(Qt.ItemDataRole.AccessibleTextRole)))

    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            self._picked = True
            self._finish(0, index)

    def _finish(self, then: int, taken: QModelIndex | None = None) -> None:
        text = self._tidy()
        index = taken or self.suggestions.currentIndex()
        if taken is None and not (self.suggestions.isVisible() and index.isValid()):
            self._end(Typed(text), then)
            return
        person = self._model.person(index.row())
        if person is None:
            self._end(Typed(text, new=True), then)
        elif not self._picked and person.folded == folded(text):
            self._end(Typed(text), then)
        elif not self._picked and self._is_of_group and person.id not in self._likely:
            self._end(Typed(person.name), then)
        else:
            self._end(Typed(person.name, person), then)

    def _leave(self) -> None:
        if not self._ended:
            self._ended = True
            self.suggestions.hide()
            self.left.emit()

    def _end(self, typed: Typed, then: int) -> None:
        if not self._ended:
            self._ended = True
            self.suggestions.hide()
            self.typed.emit(typed, then)
