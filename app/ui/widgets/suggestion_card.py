"""One question: whether somebody else is the person that is shown, with yes, no, and a way to look closer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPaintEvent, QPalette
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.library.records import FaceId, PhotoId, Side, Suggestion
from app.ui.models.images import Images
from app.ui.widgets.portrait import Portrait
from app.ui.widgets.ringed_button import RING, RingedButton, paint_ring

# Its literal first argument is what pyside6-lupdate reads.
translate = QCoreApplication.translate
# Room for the ring around a card.
MARGIN = round(3 * RING)


@dataclass(frozen=True, slots=True)
class AskedSuggestion:
    """A suggestion as it is asked about, with what is shown of `other`, the side that is not the page's own.

    `name` is that of a person. `photo` is set for a face without a group. `count` is how many faces the other has.
    """

    suggestion: Suggestion
    other: Side
    faces: Sequence[FaceId]
    count: int
    name: str | None = None
    photo: PhotoId | None = None


def in_words(probability: float) -> str:
    """Digits would promise more than anybody knows."""
    for least, text in (
        (0.9, translate("Likelihood", "Very likely")),
        (0.6, translate("Likelihood", "Likely")),
        (0.25, translate("Likelihood", "Perhaps")),
    ):
        if probability >= least:
            return text
    return translate("Likelihood", "Less likely")


class SuggestionCard(QFrame):
    """`answered` carries the question and whether it is the same person, `look` the question.

    The card itself takes the keyboard where nobody chose one of its buttons: there no key answers anything.
    """

    answered = Signal(object, bool)
    look = Signal(object)

    def __init__(self, images: Images, question: AskedSuggestion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images = images
        self.question = question
        self._pictures = QHBoxLayout()
        self._pictures.setSpacing(6)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._about = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._about.setSpacing(6)
        self._about.addLayout(self._pictures)
        self._about.setAlignment(self._pictures, Qt.AlignmentFlag.AlignLeft)
        self._about.addWidget(self._text, 1)
        self.yes, self.no = self._button(self.tr("Yes")), self._button(self.tr("No"))
        self.closer = self._button(self.tr("Look"))
        self.yes.clicked.connect(lambda: self.answered.emit(self.question, True))
        self.no.clicked.connect(lambda: self.answered.emit(self.question, False))
        self.closer.clicked.connect(lambda: self.look.emit(self.question))
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.yes, self.no, self.closer):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, 10)
        column.setSpacing(6)
        column.addLayout(self._about)
        column.addLayout(buttons)
        self.show_question(question)

    def show_question(self, question: AskedSuggestion) -> None:
        """As it is asked at present; the buttons stay what they are."""
        if not self._pictures.count() or tuple(question.faces) != tuple(self.question.faces):
            self._show_faces(question.faces)
        self.question = question
        faces = self.tr("%Ln face(s)", None, question.count)
        parts = [in_words(question.suggestion.probability), *([faces] if question.count > 1 else [])]
        said = ", ".join([*([question.name] if question.name else []), *parts])
        self._text.setText(" · ".join(parts) if not question.name else f"{question.name}\n{' · '.join(parts)}")
        self.setAccessibleName(said)
        self.yes.setAccessibleName(self.tr("Yes, the same person: %1").replace("%1", said))
        self.no.setAccessibleName(self.tr("No, somebody else: %1").replace("%1", said))
        self.closer.setAccessibleName(self.tr("Look closer: %1").replace("%1", said))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self.hasFocus():
            paint_ring(self, QPalette.ColorRole.Highlight)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.update()

    def _show_faces(self, faces: Sequence[FaceId]) -> None:
        while (item := self._pictures.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for face in faces:
            portrait = Portrait(self._images, 3.6)
            portrait.show_face(face)
            self._pictures.addWidget(portrait)
        # Beside one face there is room.
        directions = QBoxLayout.Direction
        self._about.setDirection(directions.LeftToRight if len(faces) == 1 else directions.TopToBottom)

    def _button(self, text: str) -> RingedButton:
        button = RingedButton(text)
        # The three share the width, however little that is.
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setMinimumWidth(
            button.fontMetrics().horizontalAdvance(text) + 2 * button.fontMetrics().averageCharWidth()
        )
        return button
