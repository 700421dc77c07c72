"""A line to search in: it offers what may be meant while one types, and stays when something was taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.ui.models.grid_model import Index
from app.ui.models.offers import Offer, OffersModel
from app.ui.session import Session
from app.ui.widgets.drop_down import DropDown
from app.ui.widgets.line_edit import LineEdit

Look = Callable[[str], Sequence[Offer]]

# Lines in sight at a time.
MOST_OFFERED = 10


class TypeAhead(LineEdit):
    """Return takes what is highlighted: the first of the list, unless the arrow keys chose another.

    `taken` carries the offer, `unknown` the text for which there is none. `left` is Escape in an empty field.
    """

    taken = Signal(object)
    unknown = Signal(str)
    left = Signal()

    def __init__(
        self, session: Session, look: Look, look_on: Look | None = None, parent: QWidget | None = None
    ) -> None:
        """Both are called on another thread; `look_on` takes longer and finds what comes after the rest."""
        super().__init__(parent)
        self._background, self._look, self._look_on = session.background, look, look_on
        self._asked: Future[Sequence[Offer]] | None = None
        # Whether the list belongs to the text, and whether Return was pressed before it did.
        self._fresh = self._hurried = False
        self._model = OffersModel(self)
        self._drop_down = DropDown(self, self._model, session.images, MOST_OFFERED)
        self.suggestions = self._drop_down.list
        self.suggestions.setAccessibleName(self.tr("What may be meant"))
        self.suggestions.clicked.connect(self._clicked)
        self.textEdited.connect(self._edited)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._return()
            case Qt.Key.Key_Escape:
                self._escape()
            case Qt.Key.Key_Down if not self.suggestions.isVisible():
                self._ask()
            case _:
                super().keyPressEvent(event)

    def forget(self) -> None:
        """Empties the field; what is still being looked for is dropped."""
        self._asked, self._hurried = None, False
        self.suggestions.hide()
        # Other than `clear` this leaves nothing for Ctrl+Z to bring back.
        self.setText("")

    def highlighted(self) -> Offer | None:
        index = self.suggestions.currentIndex()
        return self._model.offer(index.row()) if self.suggestions.isVisible() and index.isValid() else None

    def take(self, offer: Offer) -> None:
        """What becomes of an offer that was taken."""
        self.forget()
        self.taken.emit(offer)

    def _clicked(self, index: Index) -> None:
        if (offer := self._model.offer(index.row())) is not None:
            self._take(offer)

    def _take(self, offer: Offer) -> None:
        self.suggestions.hide()
        self.take(offer)

    def _return(self) -> None:
        offer = self.highlighted()
        if self._fresh and offer is not None:
            self._take(offer)
        elif self.text().strip():
            self._ask()
            self._hurried = True

    def _escape(self) -> None:
        if self.suggestions.isVisible():
            self.suggestions.hide()
        elif self.text():
            self.forget()
        else:
            self.left.emit()

    def _edited(self, text: str) -> None:
        self._fresh = self._hurried = False
        if text.strip():
            self._ask()
        else:
            self._asked = None
            self.suggestions.hide()

    def _ask(self) -> None:
        if self._asked is not None:
            self._asked.cancel()
        text = self.text()
        self._find(text, self._look, lambda offers: self._offer(text, offers))

    def _find(self, text: str, look: Look, then: Callable[[Sequence[Offer]], None]) -> None:
        """What was asked for before is dropped. What takes long to find holds up no other question."""
        asked: Future[Sequence[Offer]] = self._background.run(
            lambda: look(text),
            lambda offers: then(offers) if asked is self._asked and isValid(self) else None,
            queue=None if look is self._look else "type-ahead",
        )
        self._asked = asked

    def _offer(self, text: str, offers: Sequence[Offer]) -> None:
        # The line which says that nothing was found stays until it is known whether it is so of this text.
        nothing_yet = not offers and self._model.found_nothing and not self._hurried
        if not nothing_yet:
            self._model.fill(offers)
        self._fresh = True
        if self._hurried and (offers or self._look_on is None):
            self._hurry_on(text, offers)
            return
        if offers and self.hasFocus():
            self._drop_down.drop()
            self._drop_down.highlight(0 if text.strip() else -1)
        elif not nothing_yet:
            self.suggestions.hide()
        if self._look_on is not None:
            self._find(text, self._look_on, lambda more: self._offer_more(text, offers, more))

    def _offer_more(self, text: str, before: Sequence[Offer], more: Sequence[Offer]) -> None:
        """Adds them to the list, unless it was closed meanwhile."""
        closed = bool(before) and not self.suggestions.isVisible()
        row = self.suggestions.currentIndex().row() if before else 0
        found = [*before, *more]
        self._model.fill(found, found_nothing=not found and bool(text.strip()) and not self._hurried)
        if self._hurried:
            self._hurry_on(text, found)
        elif (more or self._model.found_nothing) and self.hasFocus() and not closed:
            self._drop_down.drop()
            self._drop_down.highlight(row if found else -1)

    def _hurry_on(self, text: str, offers: Sequence[Offer]) -> None:
        """Return was pressed before there was a list."""
        self._hurried = False
        self._take(offers[0]) if offers else self.unknown.emit(text.strip())
