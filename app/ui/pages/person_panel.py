"""What stands beside the photos of a person: who may be the same person, and with whom they are most often."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.library.life import Companion
from app.ui.models.images import Images
from app.ui.widgets.face_button import FaceButton
from app.ui.widgets.suggestion_card import AskedSuggestion, SuggestionCard

# In letters of the font.
WIDTH = 36
PLACED = (QEvent.Type.FocusIn, QEvent.Type.Move, QEvent.Type.Resize)


class PersonPanel(QScrollArea):
    """`answered` carries a question and whether it is the same person, `look` a question, `chosen` a person's id.

    Hidden while there is nothing to show.
    """

    answered = Signal(object, bool)
    look = Signal(object)
    chosen = Signal(object)
    all_answered = Signal()

    def __init__(self, images: Images, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images = images
        self._companions: tuple[Companion, ...] = ()
        self.cards: list[SuggestionCard] = []
        # Whether the keyboard is to come here as soon as there is a question.
        self.wanted = False
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._question_title = _title(self.tr("Is this the same person?"))
        self._questions = QVBoxLayout()
        self._questions.setSpacing(4)
        self._company_title = _title(self.tr("Often together"))
        self._company = QVBoxLayout()
        self._company.setSpacing(2)
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(8)
        column.addWidget(self._question_title)
        column.addLayout(self._questions)
        column.addWidget(self._company_title)
        column.addLayout(self._company)
        column.addStretch(1)
        self.setWidget(self._inside)
        self._show_parts()

    def clear(self) -> None:
        self.ask([])
        self.show_companions([])

    def ask(self, questions: Sequence[AskedSuggestion]) -> None:
        """Those that are asked already stay where they are, with the keyboard and what it is about to press."""
        wanted = {question.other: question for question in questions}
        for card in [card for card in self.cards if card.question.other not in wanted]:
            self._take_away(card)
        for card in self.cards:
            card.show_question(wanted.pop(card.question.other))
        for question in wanted.values():
            card = SuggestionCard(self._images, question)
            card.answered.connect(self._answered)
            card.look.connect(self.look)
            for widget in (card, card.yes, card.no, card.closer):
                widget.installEventFilter(self)
            self._questions.addWidget(card)
            self.cards.append(card)
        self._show_parts()
        page, focused = self.parentWidget(), self.window().focusWidget()
        # Who went on elsewhere meanwhile stays there.
        if page is not None and focused is not None and page.isAncestorOf(focused):
            self.focus_if_wanted()
        self.wanted = False

    def focus_if_wanted(self) -> None:
        if self.wanted and self.cards:
            self.wanted = False
            self.cards[0].setFocus()

    def show_companions(self, companions: Sequence[Companion]) -> None:
        if tuple(companions) == self._companions:
            return
        self._companions = tuple(companions)
        while (item := self._company.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for companion in companions:
            photos = self.tr("%Ln photo(s)", None, companion.photos)
            button = FaceButton(self._images, companion.cover, companion.name, detail=photos)
            button.clicked.connect(lambda _=False, person=companion.id: self.chosen.emit(person))
            button.installEventFilter(self)
            self._company.addWidget(button)
        self._show_parts()

    def companions(self) -> list[FaceButton]:
        return self.findChildren(FaceButton)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.fontMetrics().averageCharWidth() * WIDTH, self._inside.sizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        # The keyboard reaches what is out of sight, also before it has its place.
        if event.type() in PLACED and isinstance(watched, QWidget) and watched.hasFocus():
            self.ensureWidgetVisible(watched)
        return super().eventFilter(watched, event)

    def _answered(self, question: AskedSuggestion, same: bool) -> None:
        """The card goes at once."""
        self._take_away(next(card for card in self.cards if card.question is question))
        self._show_parts()
        self.answered.emit(question, same)

    def _take_away(self, card: SuggestionCard) -> None:
        """The keyboard goes to the next card, but to none of its buttons: they answer another question."""
        place = self.cards.index(card)
        self.cards.remove(card)
        focused = QApplication.focusWidget()
        if focused is card or (focused is not None and card.isAncestorOf(focused)):
            if self.cards:
                self.cards[min(place, len(self.cards) - 1)].setFocus()
            else:
                self.all_answered.emit()
        self._questions.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _show_parts(self) -> None:
        self._question_title.setVisible(bool(self.cards))
        self._company_title.setVisible(bool(self._companions))
        self.setVisible(bool(self.cards or self._companions))


def _title(text: str) -> QLabel:
    label = QLabel(text)
    font = QFont(label.font())
    font.setBold(True)
    label.setFont(font)
    label.setWordWrap(True)
    return label
