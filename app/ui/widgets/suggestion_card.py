"""One question: whether somebody else is the person that is shown, with yes, no, and a way to look closer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.library.records import FaceId, PhotoId, Side, Suggestion
from app.ui.models.images import Images
from app.ui.widgets.portrait import Portrait
from app.ui.widgets.ringed_button import RingedButton

# Its literal first argument is what pyside6-lupdate reads.
translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Question:
    """A suggestion, and what is shown of `other`, the side that is not the page's own.

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
    """`answered` carries the question and whether it is the same person, `look` the question."""

    answered = Signal(object, bool)
    look = Signal(object)

    def __init__(self, images: Images, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = question
        pictures = QHBoxLayout()
        pictures.setSpacing(6)
        for face in question.faces:
            portrait = Portrait(images, 3.6)
            portrait.show_face(face)
            pictures.addWidget(portrait)
        faces = self.tr("%Ln face(s)", None, question.count)
        parts = [in_words(question.suggestion.probability), *([faces] if question.count > 1 else [])]
        said = ", ".join([*([question.name] if question.name else []), *parts])
        text = QLabel(" · ".join(parts) if not question.name else f"{question.name}\n{' · '.join(parts)}")
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.yes = self._button(self.tr("Yes"), self.tr("Yes, the same person: %1").replace("%1", said))
        self.no = self._button(self.tr("No"), self.tr("No, somebody else: %1").replace("%1", said))
        self.closer = self._button(self.tr("Look"), self.tr("Look closer: %1").replace("%1", said))
        self.yes.clicked.connect(lambda: self.answered.emit(self.question, True))
        self.no.clicked.connect(lambda: self.answered.emit(self.question, False))
        self.closer.clicked.connect(lambda: self.look.emit(self.question))
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.yes, self.no, self.closer):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 10)
        column.setSpacing(6)
        column.addLayout(pictures)
        # Beside one face there is room.
        if len(question.faces) == 1:
            pictures.addWidget(text, 1)
        else:
            pictures.addStretch()
            column.addWidget(text)
        column.addLayout(buttons)

    def _button(self, text: str, said: str) -> RingedButton:
        button = RingedButton(text)
        button.setAccessibleName(said)
        # The three share the width, however little that is.
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setMinimumWidth(
            button.fontMetrics().horizontalAdvance(text) + 2 * button.fontMetrics().averageCharWidth()
        )
        return button
