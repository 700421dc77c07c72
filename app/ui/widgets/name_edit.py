"""The field a name is typed into, wherever that is: under a tile, beside a face, on a person's page."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget
from shiboken6 import isValid

from app.library.records import Person
from app.ui.delegates.suggestion import SuggestionDelegate
from app.ui.models.names import NamesModel
from app.ui.session import Session


@dataclass(frozen=True, slots=True)
class Typed:
    """`person` is set when one was taken from the list rather than typed."""

    text: str
    person: Person | None = None


class NameEdit(QLineEdit):
    """Ends once, by `typed` or by `left`. Return takes the suggestion that is highlighted, else what was typed.

    `then` of `typed` says where to go on: 1 to the next, -1 to the previous (Tab), 0 nowhere.
    """

    typed = Signal(object, int)
    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None, name: str = "") -> None:
        super().__init__(name, parent)
        self._library = session.library
        self._background = session.background
        self._asked: Future[list[Person]] | None = None
        self._ended = False
        self._model = NamesModel(self)
        self._delegate = SuggestionDelegate(session.images)
        popup = QListView()
        popup.setMouseTracking(True)
        popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Under a tile the field is narrower than what is offered.
        popup.setMinimumWidth(self.fontMetrics().averageCharWidth() * 34)
        completer = QCompleter(self._model, self)
        completer.setPopup(popup)
        popup.setItemDelegate(self._delegate)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(8)
        self._completer, self.suggestions = completer, popup
        # Not `setCompleter`: the library finds the names, and nothing is highlighted but by the user.
        completer.setWidget(self)
        self.setPlaceholderText(self.tr("Name"))
        self.setAccessibleName(self.tr("Name of this person"))
        self.textEdited.connect(self._suggest)
        popup.clicked.connect(self._take)
        session.images.arrived.connect(popup.viewport().update)
        self.selectAll()

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
            case Qt.Key.Key_Down if not self.suggestions.isVisible():
                # The most recent people, before anything is typed.
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
        self._finish(0) if self.isModified() else self._leave()

    def _suggest(self, text: str) -> None:
        """Looks for who is meant by what is typed; for nothing for those who were named last."""
        if self._asked is not None:
            self._asked.cancel()
        self.suggestions.setCurrentIndex(QModelIndex())
        asked: Future[list[Person]] = self._background.run(
            lambda: self._library.suggest_names(text),
            lambda people: self._offer(people) if asked is self._asked else None,
        )
        self._asked = asked

    def _offer(self, people: list[Person]) -> None:
        if self._ended or not isValid(self):
            return
        self._model.fill(people)
        if people:
            self._completer.complete()
            self.suggestions.setCurrentIndex(QModelIndex())
        else:
            self.suggestions.hide()

    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            person = self._model.person(index.row())
            self._end(Typed(person.name, person), 0)

    def _finish(self, then: int) -> None:
        highlighted = self.suggestions.currentIndex()
        if self.suggestions.isVisible() and highlighted.isValid():
            person = self._model.person(highlighted.row())
            self._end(Typed(person.name, person), then)
        else:
            self._end(Typed(" ".join(self.text().split())), then)

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
