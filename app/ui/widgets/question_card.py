"""A question with both its sides and the answers to it; where the keys of the answers go, a ring says so."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QFont, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.library.questions import Question
from app.ui.models.images import Shape
from app.ui.session import Session
from app.ui.widgets.answers import Answers
from app.ui.widgets.crops import picture_side
from app.ui.widgets.question_side import QuestionSide
from app.ui.widgets.suggestion_card import in_words


class QuestionCard(QWidget):
    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images = session.images
        self.question: Question | None = None
        self.title = QLabel()
        font = QFont(self.title.font())
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self.title.setFont(font)
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title.setWordWrap(True)
        # How likely a yes is.
        self.chance = QLabel()
        self.chance.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.chance.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.about, self.who = QuestionSide(session.images), QuestionSide(session.images)
        self.answers = Answers(session)
        self.answers.left.connect(self.setFocus)
        sides = QHBoxLayout()
        sides.setSpacing(24)
        sides.addWidget(self.about, 1)
        sides.addWidget(self.who, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(12)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.title)
        head.addWidget(self.chance)
        column.addLayout(head)
        column.addLayout(sides, 1)
        column.addWidget(self.answers)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def ask(self, question: Question) -> bool:
        """Shows a question; whether it is another one than before."""
        another = self.question is None or question.key != self.question.key
        self.question = question
        self.about.show_side(question.about)
        self.who.setVisible(question.who is not None)
        self.chance.setVisible(question.who is not None)
        parts = [self.about.accessibleName()]
        if question.who is not None:
            self.who.show_side(question.who)
            self.title.setText(self.tr("Is this the same person?"))
            self.chance.setText(in_words(question.probability))
            parts = [self.chance.text(), *parts, self.who.accessibleName()]
        else:
            self.title.setText(self.tr("Who is this?"))
        self.setAccessibleName(self.title.text())
        self.setAccessibleDescription("; ".join(parts))
        if another:
            self.answers.ask(question)
        return another

    def forget(self) -> None:
        """There is nothing to ask any more."""
        self.question = None
        self.answers.close_field()

    def prepare(self, question: Question) -> None:
        """Has the pictures of the next question made while this one is looked at."""
        side = picture_side(self.about.crops.width() / 3 * self.devicePixelRatioF())
        for portrayal in (question.about, question.who):
            for face in portrayal.telling if portrayal is not None else ():
                self._images.portrait(face.id, side, Shape.ROUNDED)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), 6, 6)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.update()
