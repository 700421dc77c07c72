"""The one question asked when a name is typed that somebody already has."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.library.records import FaceId, Person
from app.ui.models.images import Images
from app.ui.widgets.portrait import Portrait
from app.ui.widgets.text import plain

# On a button a name is cut after so many letters.
LONGEST_NAME = 24


class SamePersonDialog(QDialog):
    """Calls `answer` with the person it is, or None for somebody new of that name; not at all when cancelled."""

    def __init__(
        self,
        images: Images,
        face: FaceId | None,
        people: Sequence[Person],
        answer: Callable[[Person | None], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._answer = answer
        name = people[0].name
        self.setWindowTitle(self.tr("Same person?"))
        if len(people) == 1:
            photos = self.tr("%Ln photo(s)", None, people[0].photos)
            question = self.tr("%1 already has %2. Is this the same person?").replace("%2", photos).replace("%1", name)
        else:
            question = self.tr("Several people are called %1. Is this one of them?").replace("%1", name)
        pictures = QHBoxLayout()
        pictures.addStretch()
        for cover in (face, *(person.cover for person in people[:4])):
            portrait = Portrait(images, 6)
            portrait.show_face(cover)
            pictures.addWidget(portrait)
        pictures.addStretch()
        text = QLabel(question, textFormat=Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setMinimumWidth(self.fontMetrics().averageCharWidth() * 52)
        layout = QVBoxLayout(self)
        layout.setSpacing(14)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.addLayout(pictures)
        layout.addWidget(text)
        layout.addWidget(self._buttons(people))

    def _buttons(self, people: Sequence[Person]) -> QDialogButtonBox:
        # Several do not fit beside each other.
        buttons = QDialogButtonBox(Qt.Orientation.Horizontal if len(people) == 1 else Qt.Orientation.Vertical)
        buttons.setCenterButtons(True)
        role = QDialogButtonBox.ButtonRole
        for person in people:
            text = self.tr("Same person")
            if len(people) > 1:
                text = self.tr("With %1").replace("%1", self.tr("%Ln photo(s)", None, person.photos))
            yes = QPushButton(text)
            yes.clicked.connect(lambda _=False, person=person: self._end(person))
            buttons.addButton(yes, role.AcceptRole)
            yes.setDefault(person is people[0])
        name, other = people[0].name, self.tr("A different %1")
        widest = self.fontMetrics().averageCharWidth() * LONGEST_NAME
        short = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, widest)
        no = QPushButton(other.replace("%1", plain(short)))
        no.setToolTip(other.replace("%1", name))
        no.setAccessibleName(other.replace("%1", name))
        no.clicked.connect(lambda: self._end(None))
        buttons.addButton(no, role.AcceptRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel).clicked.connect(self.reject)
        return buttons

    def _end(self, person: Person | None) -> None:
        self.accept()
        self._answer(person)
